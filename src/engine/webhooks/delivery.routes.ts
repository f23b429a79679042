import { notFound } from '../../kernel/api-error.ts'
import { inTransaction } from '../../platform/db.ts'
import {
  type ManagementScope,
  pageOf,
  parseCursor,
  toAdmin,
  toPage,
} from '../../platform/management/index.ts'
import type { EngineDeps } from '../context.ts'
import { WEBHOOK_EVENTS } from '../outbox/index.ts'
import { listDeliveries, requeueDelivery, requeueFailed } from './delivery.repo.ts'
import {
  DELIVERIES_QUERY,
  DELIVERY_CURSOR,
  DELIVERY_DETAIL_VIEW,
  DELIVERY_PARAMS,
  DELIVERY_VIEW,
  EVENTS_VIEW,
  toDeliveryView,
  WEBHOOK_REPLAY,
  WEBHOOK_REPLAY_VIEW,
} from './delivery.schema.ts'
import { findMessage } from './queue.repo.ts'
import { toBody } from './to-request.ts'
import { findWebhook } from './webhook.repo.ts'
import { WEBHOOK_PARAMS } from './webhook.schema.ts'

type DeliveryDeps = Pick<EngineDeps, 'db' | 'clock'> & {
  /** Called when something was queued. */
  announced: () => void
}
type Reference = { projectId: string; id: string }

const tags = ['Webhooks']

/** `/api/v1/webhook-deliveries`: what was sent to webhooks, what came of it, and to send it again. */
export function webhookDeliveryRoutes(app: ManagementScope, deps: DeliveryDeps): void {
  readRoutes(app, deps)
  replayRoutes(app, deps)
  app.get(
    '/api/v1/webhook-events',
    {
      schema: {
        operationId: 'listWebhookEvents',
        summary: 'List the events that webhooks can be told',
        tags,
        response: { 200: EVENTS_VIEW },
      },
    },
    async () => ({ data: [...WEBHOOK_EVENTS].sort() }),
  )
}

function readRoutes(app: ManagementScope, { db }: DeliveryDeps): void {
  app.get(
    '/api/v1/webhook-deliveries',
    {
      schema: {
        operationId: 'listWebhookDeliveries',
        summary: 'List deliveries to webhooks, newest first',
        tags,
        querystring: DELIVERIES_QUERY,
        response: { 200: pageOf(DELIVERY_VIEW).describe('A page of deliveries.') },
      },
    },
    async (request) => {
      const { limit, starting_after, webhook_id: webhookId, ...filter } = request.query
      const rows = await listDeliveries(db, toAdmin(request).projectId, {
        ...filter,
        webhookId,
        limit: limit + 1,
        before: parseCursor(starting_after, DELIVERY_CURSOR),
      })
      const { data, next } = toPage(rows, limit, ({ position }) => [position])
      return { data: data.map(toDeliveryView), next }
    },
  )

  app.get(
    '/api/v1/webhook-deliveries/:id',
    {
      schema: {
        operationId: 'getWebhookDelivery',
        summary: 'Get a delivery with what is sent',
        tags,
        params: DELIVERY_PARAMS,
        response: { 200: DELIVERY_DETAIL_VIEW },
      },
    },
    async (request) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      const [delivery] = await listDeliveries(db, reference.projectId, {
        id: reference.id,
        limit: 1,
      })
      if (!delivery) throw notFound('webhook_delivery', reference.id)
      return {
        ...toDeliveryView(delivery),
        last_answer: delivery.lastAnswer,
        body: await showBody(db, reference),
      }
    },
  )
}

async function showBody(db: EngineDeps['db'], reference: Reference) {
  const message = await findMessage(db, reference)
  // What happened to somebody who was erased is told nobody, whatever still repeats it.
  if (!message?.told) return null
  if (message.body !== null) return JSON.parse(message.body) as { [key: string]: unknown }
  const webhook = await findWebhook(db, { ...reference, id: message.endpointId })
  return webhook ? { ...toBody(message, message.told, webhook) } : null
}

function replayRoutes(app: ManagementScope, { db, clock, announced }: DeliveryDeps): void {
  app.post(
    '/api/v1/webhook-deliveries/:id/replay',
    {
      schema: {
        operationId: 'replayWebhookDelivery',
        summary: 'Send a delivery again, under the same id',
        tags,
        params: DELIVERY_PARAMS,
        response: { 200: WEBHOOK_REPLAY_VIEW },
      },
    },
    async (request) => {
      const wish = { ...toAdmin(request), id: request.params.id, now: clock.now() }
      const isQueued = await inTransaction(db, (tx) => requeueDelivery(tx, wish))
      if (!isQueued) throw notFound('webhook_delivery', wish.id)
      announced()
      return { queued: 1 }
    },
  )

  app.post(
    '/api/v1/webhooks/:id/replays',
    {
      schema: {
        operationId: 'replayWebhook',
        summary: 'Send again what failed in a range of time',
        tags,
        params: WEBHOOK_PARAMS,
        body: WEBHOOK_REPLAY,
        response: { 200: WEBHOOK_REPLAY_VIEW },
      },
    },
    async (request) => {
      const reference = { ...toAdmin(request), id: request.params.id }
      if (!(await findWebhook(db, reference))) throw notFound('webhook', reference.id)
      const wish = { ...request.body, webhookId: reference.id, now: clock.now() }
      const queued = await inTransaction(db, (tx) => requeueFailed(tx, reference.projectId, wish))
      announced()
      return { queued }
    },
  )
}
