/**
 * The outbox: facts announced in the transaction that made them true.
 * Start at announce.ts; `segment-source` sends what is queued here.
 */
export { activityRoutes } from './activities.routes.ts'
export { announce, type Fact, type OccurrenceType } from './announce.ts'
export { SOURCE_EVENT_ROWS } from './source-events.ts'
