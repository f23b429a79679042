/**
 * The outbox: facts announced in the transaction that made them true.
 * Start at announce.ts; `segment-source` and `webhooks` send what is queued here.
 */
export { activityRoutes } from './activities.routes.ts'
export { announce, type Fact } from './announce.ts'
export { fromStoredData } from './occurrence-data.ts'
export type { OccurrenceType } from './occurrence-types.ts'
export { DISTRIBUTION_TRIGGERS, type ProgramKind, TURNS } from './reactions.ts'
export { SOURCE_EVENT_ROWS } from './source-events.ts'
export { toWebhookData, WEBHOOK_EVENTS } from './webhook-events.ts'
