/**
 * Wire A, the receiving end: what Segment's destination "Voucherify (Actions)" sends becomes customers
 * and custom events. Start at receive-batch.ts (conform, upsert, store, answer); received.ts says what
 * each of the three bodies means.
 */
export { segmentioRoutes } from './segmentio.routes.ts'
export { SEGMENT_CUSTOMER, SEGMENT_EVENT, SEGMENT_GROUP } from './segmentio.schema.ts'
