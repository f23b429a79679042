/**
 * Webhooks: endpoints that are told the events of a project (engine-programs §12).
 * Start at send-round.ts; the rules of retries are in decide-attempt.ts, what is sent in to-request.ts.
 */
export { checkTargetUrl } from './change-webhook.ts'
export { listDeliveries, requeueFailed } from './delivery.repo.ts'
export { webhookDeliveryRoutes } from './delivery.routes.ts'
export {
  DELIVERIES_FILTER,
  DELIVERY_CURSOR,
  DELIVERY_VIEW,
  toDeliveryView,
  WEBHOOK_REPLAY,
  WEBHOOK_REPLAY_VIEW,
} from './delivery.schema.ts'
export { WEBHOOK_BODY, webhookManagementRoutes } from './management.routes.ts'
export { type OwnMessage, queueMessages, sweepWebhooks } from './queue.repo.ts'
export { newWebhookSecret, openHeaders, sealHeaders } from './secret.ts'
export { startWebhooks } from './start-webhooks.ts'
export { toEnvelope } from './to-request.ts'
export {
  deleteWebhook,
  type EndpointRow,
  findSealedSecrets,
  insertWebhook,
  lockWebhooksOf,
  toEndpoint,
  updateWebhook,
} from './webhook.repo.ts'
export { webhookRoutes } from './webhook.routes.ts'
export { SECRET_VIEW } from './webhook.schema.ts'
export type { Webhook } from './webhook.ts'
