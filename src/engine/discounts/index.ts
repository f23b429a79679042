/**
 * Discounts: what a redeemable takes off an order and its lines, as arithmetic without IO.
 * Start at apply-discount.ts; cart.ts is what it works on, compile-scope.ts which lines it may touch;
 * discount.schema.ts reads what callers write.
 */
export type { ApplicableTo, ApplicableToEntry } from './applicable-to.ts'
export {
  type Applied,
  applyDiscount,
  type DiscountContext,
  toAppliedDiscountView,
} from './apply-discount.ts'
export type { StoredItem } from './calculate-added-units.ts'
export {
  applyGift,
  applyPoints,
  type GiftEffect,
  type GiftPayment,
  type PointsPayment,
} from './calculate-credits.ts'
export type {
  Replacement,
  ReplacementDetails,
} from './calculate-replaced-units.ts'
export {
  type Cart,
  type CartLine,
  EMPTY_LINE,
  remainingOf,
  startRedeemable,
  type Totals,
  totalsOf,
  withoutDiscounts,
} from './cart.ts'
export { compileScope, EVERYTHING, entryOf, type Scope } from './compile-scope.ts'
export { DISCOUNT_SCHEMA, type DiscountInput, parseDiscount } from './discount.schema.ts'
export {
  type Discount,
  type DiscountType,
  type DiscountView,
  type Effect,
  resolveEffect,
  type StoredDiscount,
  toDiscount,
  toDiscountView,
  toStoredDiscount,
  type Unit,
} from './discount.ts'
export { explainDiscount } from './explain-discount.ts'
export { evaluateFormula, withOrder } from './formula-operands.ts'
export type { DiscountRefusal } from './refusal.ts'
export {
  countDiscountedUnits,
  type ListView,
  NO_SCOPE_VIEWS,
  type ScopeViews,
  toScopeViews,
} from './scope-view.ts'
