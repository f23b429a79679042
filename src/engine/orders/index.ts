/**
 * Orders, as far as validations and redemptions need them: priced, stored, shown.
 * Start at calculate-order.ts.
 */
export { calculateOrder, totalOf } from './calculate-order.ts'
export { ORDER_SCHEMA, type OrderInput, refuseUnsupportedOrder } from './order.schema.ts'
export type { Order, OrderRedemption, PricedOrder } from './order.ts'
export { type OrderReference, orderKeys, toOrderReference } from './order-reference.ts'
export { toOrderView, toPricedOrderView, toSimpleOrder } from './order-view.ts'
export {
  findOrders,
  lockOrders,
  ORDER_SOURCE_ID_TAKEN,
  saveOrders,
} from './orders.repo.ts'
