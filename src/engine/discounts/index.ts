/**
 * Discounts: what a voucher takes off an order, as arithmetic without IO.
 * Start at calculate-discount.ts; discount.schema.ts reads what callers write.
 */
export { calculateDiscount, calculateGiftCredits, type GiftRequest } from './calculate-discount.ts'
export { DISCOUNT_SCHEMA, type DiscountInput, parseDiscount } from './discount.schema.ts'
export { type Discount, type DiscountView, toDiscount, toDiscountView } from './discount.ts'
