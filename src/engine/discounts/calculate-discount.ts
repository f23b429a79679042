import { type Money, min, percentOf } from '../../kernel/money.ts'
import type { Discount } from './discount.ts'

/**
 * What `discount` takes off an order of which `amount` is left to pay, in minor units: never negative,
 * never more than `amount`. A percentage is rounded half-up, then limited (R-DISC-01, R-DISC-04,
 * R-DISC-05, D-13).
 */
export function calculateDiscount(discount: Discount, amount: Money): Money {
  if (discount.type === 'AMOUNT') return min(discount.amountOff, amount)
  const share = min(percentOf(amount, discount.percentOff), amount)
  return discount.amountLimit === null ? share : min(share, discount.amountLimit)
}

/** What a gift card is asked for: `requested` credits, or undefined for as many as are of use (C-08). */
export type GiftRequest = { requested: Money | undefined; balance: Money }

/**
 * The credits a gift card pays towards an order of which `amount` is left to pay: what was requested,
 * but no more than that amount; the rest stays on the card (R-DISC-16, C-26). Asking for more credits
 * than the card holds is refused.
 */
export function calculateGiftCredits(
  { requested, balance }: GiftRequest,
  amount: Money,
): Money | 'gift_amount_exceeded' {
  if (requested !== undefined && requested > balance) return 'gift_amount_exceeded'
  return min(requested ?? balance, amount)
}
