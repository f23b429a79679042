import type { JsonObject } from '../../kernel/json.ts'
import { type Money, money } from '../../kernel/money.ts'
import {
  compileFormula,
  type Formula,
  type FormulaMoment,
  type FormulaOperands,
  type FormulaValue,
  type ItemPrefix,
  shiftDecimal,
} from '../formulas/index.ts'
import { type Cart, type CartLine, remainingOfLine, unitPriceOf } from './cart.ts'

/** Formulas that were compiled, by their text. One carries a few hundred bytes; all are dropped when they are too many. */
const compiled = new Map<string, Formula | undefined>()
const COMPILED_MAX = 2_000

function formulaOf(text: string): Formula | undefined {
  if (compiled.has(text)) return compiled.get(text)
  const formula = compileFormula(text)
  if (compiled.size >= COMPILED_MAX) compiled.clear()
  // Formulas are checked when they are written; one that cannot be read all the same has no value.
  const usable = typeof formula === 'function' ? formula : undefined
  compiled.set(text, usable)
  return usable
}

/** The number that `formula` makes of what is known; undefined for none (R-FOR-02). */
export function evaluateFormula(
  formula: string,
  operands: FormulaOperands,
  moment: FormulaMoment,
): number | undefined {
  const value = formulaOf(formula)?.(operands, moment)
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

/** A result in major units as money, rounded half-up; less than nothing is nothing (R-FOR-01). */
export function toAmount(majorUnits: number): Money {
  const minorUnits = Math.round(shiftDecimal(majorUnits, 2))
  return money(Math.min(Math.max(0, minorUnits), Number.MAX_SAFE_INTEGER))
}

const toMajor = (minorUnits: number): number => shiftDecimal(minorUnits, -2)

/** `operands` with what the order as a whole says (R-FOR-04). */
export function withOrder(operands: FormulaOperands, cart: Cart): FormulaOperands {
  const cheapest = extreme(cart, (a, b) => a < b)
  const mostExpensive = extreme(cart, (a, b) => a > b)
  return {
    values: {
      ...operands.values,
      ORDER_AMOUNT: cart.amount === undefined ? undefined : toMajor(cart.amount),
      ORDER_ITEMS_QUANTITY: cart.lines.length,
      ORDER_UNITS_QUANTITY: cart.lines.reduce((total, { quantity }) => total + quantity, 0),
      ...itemValues('CHEAPEST_ORDER_ITEM', cheapest),
      ...itemValues('MOST_EXPENSIVE_ORDER_ITEM', mostExpensive),
    },
    metadata: {
      ...operands.metadata,
      ...itemMetadata('CHEAPEST_ORDER_ITEM', cheapest),
      ...itemMetadata('MOST_EXPENSIVE_ORDER_ITEM', mostExpensive),
    },
  }
}

/** `operands` with what the line that is being priced says. */
export const withLine = (operands: FormulaOperands, line: CartLine): FormulaOperands => ({
  values: { ...operands.values, ...itemValues('ORDER_ITEM', line) },
  metadata: { ...operands.metadata, ...itemMetadata('ORDER_ITEM', line) },
})

/** The line whose unit price comes first by `isBefore`; ties go to the lowest subtotal, then to the first. */
function extreme(
  { lines }: Cart,
  isBefore: (a: number, b: number) => boolean,
): CartLine | undefined {
  let best: { line: CartLine; price: number; subtotal: number } | undefined
  for (const line of lines) {
    const price = unitPriceOf(line)
    if (price === undefined) continue
    const subtotal = remainingOfLine(line)
    const isBetter =
      !best || isBefore(price, best.price) || (price === best.price && subtotal < best.subtotal)
    if (isBetter) best = { line, price, subtotal }
  }
  return best?.line
}

type ItemValues = { [field in `${ItemPrefix}_PRICE`]?: FormulaValue }

function itemValues(prefix: ItemPrefix, line: CartLine | undefined): ItemValues {
  if (!line) return {}
  const price = unitPriceOf(line)
  return {
    [`${prefix}_PRICE`]: price === undefined ? undefined : toMajor(price),
    [`${prefix}_AMOUNT`]: line.amount === null ? undefined : toMajor(line.amount),
    [`${prefix}_SUBTOTAL`]: line.amount === null ? undefined : toMajor(remainingOfLine(line)),
    [`${prefix}_UNITS_QUANTITY`]: line.quantity,
  }
}

const itemMetadata = (
  prefix: ItemPrefix,
  line: CartLine | undefined,
): { [field in `${ItemPrefix}_METADATA`]?: JsonObject } =>
  line
    ? {
        [`${prefix}_METADATA`]: line.metadata,
        [`${prefix}_PRODUCT_METADATA`]: line.productMetadata,
      }
    : {}
