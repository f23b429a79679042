import { type Money, money } from '../../kernel/money.ts'
import { NO_OPERANDS } from '../formulas/index.ts'
import { type Applied, applyDiscount, type DiscountContext } from './apply-discount.ts'
import { type Cart, type CartLine, EMPTY_LINE, startRedeemable, totalsOf } from './cart.ts'
import { compileScope, EVERYTHING } from './compile-scope.ts'
import type { Discount, Unit } from './discount.ts'

type Of<T extends Discount['type']> = Extract<Discount, { type: T }>

/** Discounts of which a test says what matters to it. */
export const percent = (percentOff: number, fields: Partial<Of<'PERCENT'>> = {}): Discount => ({
  type: 'PERCENT',
  percentOff,
  formula: null,
  amountLimit: null,
  aggregatedAmountLimit: null,
  effect: null,
  ...fields,
})
export const amountOff = (amount: number, fields: Partial<Of<'AMOUNT'>> = {}): Discount => ({
  type: 'AMOUNT',
  amountOff: money(amount),
  formula: null,
  aggregatedAmountLimit: null,
  effect: null,
  ...fields,
})
export const fixed = (amount: number | null, fields: Partial<Of<'FIXED'>> = {}): Discount => ({
  type: 'FIXED',
  fixedAmount: amount === null ? null : money(amount),
  formula: null,
  effect: null,
  ...fields,
})
export const aUnit = (unitType: string, unitOff: number, fields: Partial<Unit> = {}): Unit => ({
  unitOff,
  formula: null,
  unitType,
  effect: null,
  product: null,
  sku: null,
  ...fields,
})
export const units = (effect: Of<'UNIT'>['effect'], ...given: Unit[]): Discount => ({
  type: 'UNIT',
  units: given,
  effect,
})

/** A line of so many units at a price, of the product that is called so. */
export const aLine = (
  name: string,
  price: number,
  quantity = 1,
  fields: Partial<CartLine> = {},
): CartLine => ({
  ...EMPTY_LINE,
  productId: `prod_${name}`,
  productSourceId: name,
  quantity,
  price: money(price),
  amount: money(price * quantity),
  ...fields,
})

/** The cart of `lines`, or of an amount alone. */
export function aCart(content: number | readonly CartLine[], fields: Partial<Cart> = {}): Cart {
  const lines = typeof content === 'number' ? [] : content
  const amount = typeof content === 'number' ? content : sumOf(content.map((line) => line.amount))
  return {
    amount: money(amount),
    initialAmount: undefined,
    discountAmount: money(0),
    appliedDiscountAmount: money(0),
    lines,
    ...fields,
  }
}

const sumOf = (amounts: readonly (Money | null)[]): number =>
  amounts.reduce((total: number, amount) => total + (amount ?? 0), 0)

export const aContext = (fields: Partial<DiscountContext> = {}): DiscountContext => ({
  now: new Date('2026-06-01T12:00:00.000Z'),
  timeZone: 'UTC',
  mode: 'DISCOUNTED_AMOUNT',
  once: false,
  discountedLines: new Set(),
  scope: EVERYTHING,
  bundle: null,
  operands: NO_OPERANDS,
  productOf: () => undefined,
  ...fields,
})

/** The scope of products that are named so, each entry with the same settings. */
export const scopeOf = (names: readonly string[], settings: object = {}) =>
  compileScope({
    included: names.map((name) => ({ object: 'product', id: `prod_${name}`, ...settings })),
  })

/** Applies `discount`, which must not be refused, as the next redeemable. */
export function apply(
  cart: Cart,
  discount: Discount,
  context: Partial<DiscountContext> = {},
): Applied {
  const applied = applyDiscount(startRedeemable(cart), discount, aContext(context))
  if ('key' in applied) throw new Error(`refused: ${applied.key}, ${applied.because}`)
  return applied
}

export const totalOf = (cart: Cart): number => totalsOf(cart).totalAmount
/** What the last redeemable took off each line. */
export const offLines = (cart: Cart): number[] =>
  cart.lines.map((line) => line.appliedDiscountAmount)
