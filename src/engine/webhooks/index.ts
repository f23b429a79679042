/**
 * Webhooks: endpoints that are told the events of a project (engine-programs §12).
 * Start at send-round.ts; the rules of retries are in decide-attempt.ts, what is sent in to-request.ts.
 */
export { webhookDeliveryRoutes } from './delivery.routes.ts'
export { WEBHOOK_BODY, webhookManagementRoutes } from './management.routes.ts'
export { sweepWebhooks } from './queue.repo.ts'
export { startWebhooks } from './start-webhooks.ts'
export { webhookRoutes } from './webhook.routes.ts'
