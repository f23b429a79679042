/**
 * Codes: what a generated voucher code looks like, and making many of them.
 * Start at code-config.ts; whether a code is free is the voucher's business.
 */
export {
  CODE_CONFIG_SCHEMA,
  type CodeConfig,
  type CodeConfigInput,
  countCodes,
  parseCodeConfig,
  toCodeConfigView,
} from './code-config.ts'
export { generateCodes } from './generate-codes.ts'
