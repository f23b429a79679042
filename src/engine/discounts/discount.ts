import { type Money, money } from '../../kernel/money.ts'

/**
 * What a discount voucher takes off an order (engine-core §4.3). Other types, and the effects that
 * spread over lines, are refused when a voucher is made.
 */
export type Discount =
  | { type: 'PERCENT'; percentOff: number; amountLimit: Money | null }
  | { type: 'AMOUNT'; amountOff: Money }

export type DiscountType = Discount['type']

/** A discount as it is stored and as it goes over the wire. */
export type DiscountView =
  | { type: 'PERCENT'; percent_off: number; amount_limit?: number; effect: 'APPLY_TO_ORDER' }
  | { type: 'AMOUNT'; amount_off: number; effect: 'APPLY_TO_ORDER' }

export function toDiscountView(discount: Discount): DiscountView {
  if (discount.type === 'AMOUNT') {
    return { type: 'AMOUNT', amount_off: discount.amountOff, effect: 'APPLY_TO_ORDER' }
  }
  const { percentOff, amountLimit } = discount
  return {
    type: 'PERCENT',
    percent_off: percentOff,
    ...(amountLimit !== null && { amount_limit: amountLimit }),
    effect: 'APPLY_TO_ORDER',
  }
}

/** The inverse of `toDiscountView`. */
export function toDiscount(view: DiscountView): Discount {
  if (view.type === 'AMOUNT') return { type: 'AMOUNT', amountOff: money(view.amount_off) }
  const { percent_off, amount_limit } = view
  return {
    type: 'PERCENT',
    percentOff: percent_off,
    amountLimit: amount_limit === undefined ? null : money(amount_limit),
  }
}
