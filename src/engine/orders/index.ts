/**
 * Orders: priced, discounted, stored, shown.
 * Start at calculate-order.ts; what discounts do to an order is in its cart (discounts/cart.ts).
 */
export { calculateOrder } from './calculate-order.ts'
export { ORDER_JOBS } from './import-orders.ts'
export { type Catalog, catalogKey, catalogReferences } from './item-catalog.ts'
export { ORDER_SCHEMA, type OrderInput, type OrderItemInput } from './order.schema.ts'
export {
  type Order,
  type OrderItem,
  type OrderRedemption,
  type PricedOrder,
  withLineIds,
} from './order.ts'
export { ORDER_BODY, ORDER_IMPORT } from './order-body.schema.ts'
export { type OrderHappening, toOrderFacts } from './order-facts.ts'
export { ORDER_LIST_QUERY } from './order-list.repo.ts'
export { refuseOrderMetadata } from './order-metadata.ts'
export { type OrderReference, orderKeys, toOrderReference } from './order-reference.ts'
export { toOrderView, toPricedOrderView, toSimpleOrder } from './order-view.ts'
export {
  findOrders,
  lockOrders,
  ORDER_SOURCE_ID_TAKEN,
  type OrderRow,
  saveOrders,
} from './orders.repo.ts'
export { orderRoutes } from './orders.routes.ts'
export { findMisfit, type Misfits, overrideProducts } from './override-products.ts'
