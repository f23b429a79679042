import { type Money, min, money } from '../../kernel/money.ts'
import { baseOf, calculateItemDiscount } from './calculate-item-discount.ts'
import { CapLog } from './cap-log.ts'
import { type Cart, discountOrder, remainingOf, totalsOf } from './cart.ts'
import type { Scope } from './compile-scope.ts'
import { matchLines, plainCircumstances } from './match-lines.ts'
import { type DiscountRefusal, refuse } from './refusal.ts'

export type GiftEffect = 'APPLY_TO_ORDER' | 'APPLY_TO_ITEMS'

/** What a gift card is asked for: `requested` credits, or undefined for as many as are of use (C-08). */
export type GiftPayment = {
  requested: Money | undefined
  balance: Money
  effect: GiftEffect
  scope: Scope
}

/**
 * `cart` after a gift card paid what was asked for, but no more than is left to pay of the order or of the
 * lines in scope, and the credits that it cost; the rest stays on the card (R-DISC-16, R-DISC-17, C-26).
 * Asking for more credits than the card holds is refused.
 */
export function applyGift(
  cart: Cart,
  { requested, balance, effect, scope }: GiftPayment,
): { cart: Cart; credits: Money } | DiscountRefusal {
  if (requested !== undefined && requested > balance) {
    const because = `${requested} credits were asked for, ${balance} are left`
    return refuse('gift_amount_exceeded', because)
  }
  const credits = requested ?? balance
  if (effect === 'APPLY_TO_ITEMS') return payLines(cart, credits, scope)
  if (cart.amount === undefined) return refuse('missing_amount', 'The order has no amount')
  const paid = min(credits, remainingOf(cart))
  return { cart: discountOrder(cart, paid), credits: paid }
}

function payLines(
  cart: Cart,
  credits: Money,
  scope: Scope,
): { cart: Cart; credits: Money } | DiscountRefusal {
  const matches = matchLines(cart, plainCircumstances(scope))
  if (!matches.some(({ line }) => line.amount !== null)) {
    const because = 'No line of the order that the gift card is for has an amount'
    return refuse('missing_order_items_amount', because)
  }
  const paid = calculateItemDiscount(cart, matches, {
    amounts: matches.map(baseOf),
    limits: { amountLimit: null, aggregatedAmountLimit: credits },
    caps: new CapLog(),
  })
  const before = totalsOf(cart).itemsDiscountAmount
  return { cart: paid, credits: money(totalsOf(paid).itemsDiscountAmount - before) }
}

/** Points that pay: each `pointsRatio` points are worth `exchangeRatio` in major units. */
export type PointsPayment = {
  /** What is offered; undefined for as many as are of use. */
  points: number | undefined
  exchangeRatio: number
  pointsRatio: number
  balance: number
}

/** Digits after the point that a ratio may carry. */
const RATIO_SCALE = 10 ** 6

/**
 * `cart` after so many points were paid, and the points that it cost: whole blocks of `pointsRatio`, no more of them than
 * cover what is left to pay, none where they are worth nothing (R-DISC-18, C-27, R-11). More points than the card
 * holds are refused.
 */
export function applyPoints(
  cart: Cart,
  { points, exchangeRatio, pointsRatio, balance }: PointsPayment,
): { cart: Cart; points: number } | DiscountRefusal {
  if (points !== undefined && points > balance) {
    const because = `${points} points were asked for, ${balance} are left`
    return refuse('loyalty_card_points_exceeded', because)
  }
  if (cart.amount === undefined) return refuse('missing_amount', 'The order has no amount')
  const left = remainingOf(cart)
  // A hundredth of a unit of the currency, times the scale.
  const worth = BigInt(Math.round(exchangeRatio * RATIO_SCALE)) * 100n
  if (worth <= 0n || pointsRatio <= 0) return { cart, points: 0 }
  const scale = BigInt(RATIO_SCALE)
  const needed = (BigInt(left) * scale + worth - 1n) / worth
  const offered = BigInt(Math.floor((points ?? balance) / pointsRatio))
  const blocks = offered < needed ? offered : needed
  const paid = min(left, money(Number((blocks * worth) / scale)))
  return paid > 0
    ? { cart: discountOrder(cart, paid), points: Number(blocks) * pointsRatio }
    : { cart, points: 0 }
}
