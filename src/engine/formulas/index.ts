/**
 * Formulas: the small language in which discounts and limits are calculated from the order, the customer
 * and the voucher (engine-core §15). Pure, compiled once. Start at compile-formula.ts.
 */
export { compileFormula, type Formula, formatFormulaError } from './compile-formula.ts'
export { shiftDecimal } from './decimal.ts'
export {
  type FormulaError,
  type FormulaMoment,
  type FormulaOperands,
  type FormulaValue,
  type ItemPrefix,
  NO_OPERANDS,
} from './formula.ts'
