/**
 * Codes: what a generated voucher code looks like, and making one.
 * Start at code-config.ts; whether a code is free is the voucher's business.
 */
export {
  CODE_CONFIG_SCHEMA,
  type CodeConfig,
  type CodeConfigInput,
  parseCodeConfig,
} from './code-config.ts'
export { newCode } from './new-code.ts'
