import type { JsonObject } from '../../kernel/json.ts'
import { type Money, money, ZERO } from '../../kernel/money.ts'

/** A line of an order while discounts are calculated (engine-core §8.2). `applied…` is what the redeemable at hand did. */
export type CartLine = {
  productId: string | null
  productSourceId: string | null
  skuId: string | null
  skuSourceId: string | null
  /** The products collections that hold its product or SKU. */
  collectionIds: readonly string[]
  quantity: number
  /** Of one unit. */
  price: Money | null
  amount: Money | null
  /** Before units were given away; null as long as none were (R-UNIT-01). */
  initialQuantity: number | null
  initialAmount: Money | null
  discountAmount: Money
  /** Units that a discount was given for. */
  discountQuantity: number
  appliedDiscountAmount: Money
  appliedDiscountQuantity: number
  /** Units that came, or left when negative, and what they cost. */
  appliedQuantity: number
  appliedQuantityAmount: Money
  /** For formulas. */
  metadata: JsonObject
  productMetadata: JsonObject
}

/** An order while discounts are calculated, never changed in place: every step returns the next one. */
export type Cart = {
  /** Undefined when nothing was said about money (R-ORD-02). */
  amount: Money | undefined
  /** Before units were given away; undefined as long as that changed nothing (R-UNIT-11). */
  initialAmount: Money | undefined
  /** Taken off the order as a whole, by this and all earlier redeemables. */
  discountAmount: Money
  appliedDiscountAmount: Money
  lines: readonly CartLine[]
}

/** A line of which nothing is known yet; also the line of units that are given away. */
export const EMPTY_LINE: CartLine = {
  productId: null,
  productSourceId: null,
  skuId: null,
  skuSourceId: null,
  collectionIds: [],
  quantity: 0,
  price: null,
  amount: null,
  initialQuantity: null,
  initialAmount: null,
  discountAmount: ZERO,
  discountQuantity: 0,
  appliedDiscountAmount: ZERO,
  appliedDiscountQuantity: 0,
  appliedQuantity: 0,
  appliedQuantityAmount: ZERO,
  metadata: {},
  productMetadata: {},
}

/** What is left to pay: R = A − Dorder − ΣDitem of engine-core §11, never negative. */
export function remainingOf(cart: Cart): Money {
  let remaining = (cart.amount ?? 0) - cart.discountAmount
  for (const line of cart.lines) remaining -= line.discountAmount
  return Math.max(0, remaining) as Money
}

/** What is left to pay of a line; nothing where it has no amount. */
export const remainingOfLine = ({ amount, discountAmount }: CartLine): Money =>
  (amount === null || amount < discountAmount ? 0 : amount - discountAmount) as Money

/** The price of one unit, not always whole (R-DISC-14); undefined for a line without amounts. */
export function unitPriceOf({ price, amount, quantity }: CartLine): number | undefined {
  if (price !== null) return price
  return amount === null || quantity === 0 ? undefined : amount / quantity
}

/** `cart` as the next redeemable finds it: nothing is applied by it yet (R-DISC-03). */
export function startRedeemable(cart: Cart): Cart {
  if (cart.appliedDiscountAmount === 0 && !cart.lines.some(isTouched)) return cart
  return {
    amount: cart.amount,
    initialAmount: cart.initialAmount,
    discountAmount: cart.discountAmount,
    appliedDiscountAmount: ZERO,
    lines: cart.lines.map((line) => (isTouched(line) ? withNothingApplied(line) : line)),
  }
}

const isTouched = (line: CartLine): boolean =>
  line.appliedDiscountAmount !== 0 ||
  line.appliedDiscountQuantity !== 0 ||
  line.appliedQuantity !== 0

function withNothingApplied(line: CartLine): CartLine {
  const { discountAmount, discountQuantity } = line
  const cleared = withDiscounts(line, {
    discountAmount,
    discountQuantity,
    appliedDiscountAmount: ZERO,
    appliedDiscountQuantity: 0,
  })
  return line.appliedQuantity === 0
    ? cleared
    : { ...cleared, appliedQuantity: 0, appliedQuantityAmount: ZERO }
}

type LineDiscounts = Pick<
  CartLine,
  'discountAmount' | 'discountQuantity' | 'appliedDiscountAmount' | 'appliedDiscountQuantity'
>

/**
 * Written out, because V8 takes 10 ns for it and 400 to 700 ns to spread an object that came about by a
 * spread itself, as every line of a stack of discounts does; most of the time of a cart would go there.
 */
const withDiscounts = (line: CartLine, discounts: LineDiscounts): CartLine => ({
  productId: line.productId,
  productSourceId: line.productSourceId,
  skuId: line.skuId,
  skuSourceId: line.skuSourceId,
  collectionIds: line.collectionIds,
  quantity: line.quantity,
  price: line.price,
  amount: line.amount,
  initialQuantity: line.initialQuantity,
  initialAmount: line.initialAmount,
  discountAmount: discounts.discountAmount,
  discountQuantity: discounts.discountQuantity,
  appliedDiscountAmount: discounts.appliedDiscountAmount,
  appliedDiscountQuantity: discounts.appliedDiscountQuantity,
  appliedQuantity: line.appliedQuantity,
  appliedQuantityAmount: line.appliedQuantityAmount,
  metadata: line.metadata,
  productMetadata: line.productMetadata,
})

/** `cart` with other lines. */
export const withLines = (cart: Cart, lines: readonly CartLine[]): Cart => ({
  amount: cart.amount,
  initialAmount: cart.initialAmount,
  discountAmount: cart.discountAmount,
  appliedDiscountAmount: cart.appliedDiscountAmount,
  lines,
})

/** `cart` with `amount` more taken off the order as a whole; the very same cart for nothing. */
export const discountOrder = (cart: Cart, amount: Money): Cart =>
  amount === 0
    ? cart
    : {
        amount: cart.amount,
        initialAmount: cart.initialAmount,
        discountAmount: money(cart.discountAmount + amount),
        appliedDiscountAmount: money(cart.appliedDiscountAmount + amount),
        lines: cart.lines,
      }

/** `line` with `amount` more taken off `units` of its units. */
export const discountLine = (line: CartLine, amount: Money, units: number): CartLine =>
  withDiscounts(line, {
    discountAmount: (line.discountAmount + amount) as Money,
    discountQuantity: Math.min(line.quantity, line.discountQuantity + units),
    appliedDiscountAmount: (line.appliedDiscountAmount + amount) as Money,
    appliedDiscountQuantity: Math.min(line.quantity, line.appliedDiscountQuantity + units),
  })

export type Totals = {
  itemsDiscountAmount: Money
  totalDiscountAmount: Money
  totalAmount: Money
  itemsAppliedDiscountAmount: Money
  totalAppliedDiscountAmount: Money
}

/** The sums of R-DISC-02. */
export function totalsOf(cart: Cart): Totals {
  let items = 0
  let itemsApplied = 0
  for (const line of cart.lines) {
    items += line.discountAmount
    itemsApplied += line.appliedDiscountAmount
  }
  const totalDiscountAmount = money(cart.discountAmount + items)
  return {
    itemsDiscountAmount: money(items),
    totalDiscountAmount,
    totalAmount: money(Math.max(0, (cart.amount ?? 0) - totalDiscountAmount)),
    itemsAppliedDiscountAmount: money(itemsApplied),
    totalAppliedDiscountAmount: money(cart.appliedDiscountAmount + itemsApplied),
  }
}

/** `cart` as it was before anything was taken off it; units that were given away stay, at their price (R-RB-02). */
export const withoutDiscounts = (cart: Cart): Cart => ({
  ...startRedeemable(cart),
  discountAmount: ZERO,
  lines: cart.lines.map((line) => ({
    ...withNothingApplied(line),
    discountAmount: ZERO,
    discountQuantity: 0,
  })),
})
