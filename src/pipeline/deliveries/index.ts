/**
 * Deliveries: sending what a destination's mappings make of events, retries, and the record of outcomes.
 * Start at create-deliveries.ts; when to try again is decided in decide-retry.ts and touches no IO.
 */
export { calculateRange } from './calculate-range.ts'
export { createDeliveries, type Deliveries } from './create-deliveries.ts'
export { DELIVERY_VIEW, deliveryRoutes, toDeliveryView } from './deliveries.routes.ts'
export { sweepDeliveries } from './delivery.repo.ts'
export type { DeliveredEvent, Outcome } from './delivery.ts'
export { TIME } from './event-delivery.schema.ts'
export { type Delivery, listDeliveries } from './list-deliveries.ts'
export { toDeliveredEvent } from './to-delivered-event.ts'
