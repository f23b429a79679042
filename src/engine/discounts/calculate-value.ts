import type { FormulaMoment, FormulaOperands } from '../formulas/index.ts'
import type { Cart } from './cart.ts'
import type { Discount, Unit } from './discount.ts'
import { evaluateFormula, toAmount, withLine, withOrder } from './formula-operands.ts'
import type { MatchedLine } from './match-lines.ts'

/** Where and when values are calculated. */
export type Setting<Context = FormulaMoment & { operands: FormulaOperands }> = {
  cart: Cart
  context: Context
  /** How many bundles there are (R-BUN-03). */
  multiplier: number
}

/** A value, and whether a formula made it. */
export type Value = { value: number; isDynamic: boolean }

type Priced = Exclude<Discount, { type: 'UNIT' }>

const PERCENT_MAX = 100
/** Units that one discount gives away. */
export const UNITS_MAX = 1_000_000

/** The value of `discount`: what its formula makes of the order, else what it says (R-FOR-02); multiplied by bundles. */
export function toValue(discount: Priced, setting: Setting): Value {
  const { formula } = discount
  const calculated = formula === null ? undefined : evaluate(formula, setting)
  const value =
    calculated === undefined ? staticOf(discount) : fromFormula(discount.type, calculated)
  return {
    value: multiply(discount.type, value, setting.multiplier),
    isDynamic: calculated !== undefined,
  }
}

/** How many units are given away. */
export function toUnits({ unitOff, formula }: Unit, setting: Setting): Value {
  const calculated = formula === null ? undefined : evaluate(formula, setting)
  const units = Math.max(0, Math.floor(calculated ?? unitOff)) * setting.multiplier
  return { value: Math.min(units, UNITS_MAX), isDynamic: calculated !== undefined }
}

function evaluate(formula: string, { cart, context }: Setting): number | undefined {
  return evaluateFormula(formula, withOrder(context.operands, cart), context)
}

/** Without a price nothing gets cheaper, as with one that is infinitely high. */
const NO_PRICE = Number.POSITIVE_INFINITY

function staticOf(discount: Priced): number {
  if (discount.type === 'PERCENT') return discount.percentOff
  return discount.type === 'AMOUNT' ? discount.amountOff : (discount.fixedAmount ?? NO_PRICE)
}

const fromFormula = (type: Priced['type'], value: number): number =>
  type === 'PERCENT' ? Math.max(0, value) : toAmount(value)

function multiply(type: Priced['type'], value: number, multiplier: number): number {
  if (type === 'FIXED') return value
  const most = type === 'PERCENT' ? PERCENT_MAX : Number.MAX_SAFE_INTEGER
  return Math.min(value * multiplier, most)
}

/** The values of one discount for the lines of an order, of which its formula may speak. */
export class LineValues {
  readonly #discount: Priced
  readonly #value: number
  readonly #setting: Setting
  #operands: FormulaOperands | undefined

  /** `value` is that for the order, which holds where no formula says otherwise. */
  constructor(discount: Priced, value: number, setting: Setting) {
    this.#discount = discount
    this.#value = value
    this.#setting = setting
  }

  of(match: MatchedLine): number {
    const { formula, type } = this.#discount
    if (formula === null) return this.#value
    const calculated = this.#evaluate(formula, match)
    return calculated === undefined
      ? this.#value
      : multiply(type, fromFormula(type, calculated), this.#setting.multiplier)
  }

  /** The new price of a unit: of the entry of the rule, by formula or fixed, else of the discount (R-DISC-13). */
  priceOf(match: MatchedLine): number {
    const { price, price_formula: formula } = match.entry.stored
    const calculated = formula ? this.#evaluate(formula, match) : undefined
    if (calculated !== undefined) return toAmount(calculated)
    return price ?? this.of(match)
  }

  #evaluate(formula: string, { line }: MatchedLine): number | undefined {
    const { cart, context } = this.#setting
    this.#operands ??= withOrder(context.operands, cart)
    return evaluateFormula(formula, withLine(this.#operands, line), context)
  }
}
