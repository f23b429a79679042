import { z } from 'zod'
import { parseIsoDate, toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { filter, idParams, listQuery, TIMESTAMP } from '../../platform/management/index.ts'
import { DELIVERY_STATUSES, type Delivery } from './delivery.repo.ts'

const time = (description: string) =>
  z
    .string()
    .refine((text) => parseIsoDate(text) !== undefined, 'should be a time in ISO 8601')
    .transform((text) => parseIsoDate(text) as Date)
    .describe(description)

/** What lists of deliveries are narrowed by. */
export const DELIVERIES_FILTER = {
  event: filter('Of this event, such as `redemption.succeeded`.'),
  status: z.enum(DELIVERY_STATUSES).optional().describe('What became of them.'),
  from: time('Made at or after this time.').optional(),
  to: time('Made before this time.').optional(),
}

export const DELIVERIES_QUERY = listQuery({
  webhook_id: filter('Of this webhook, or of this distribution.'),
  ...DELIVERIES_FILTER,
})

/** The sort key of lists of deliveries. */
export const DELIVERY_CURSOR = z.tuple([z.int()]).transform(([position]) => position)

export const DELIVERY_PARAMS = idParams('The id of a delivery, which is that of its message.')

const DELIVERY = z.object({
  id: z.string().describe('The `id` in the body, and the header `webhook-id`.'),
  webhook_id: z.string().describe('The id of the webhook, or of the distribution.'),
  event: z.string(),
  status: z.enum(DELIVERY_STATUSES),
  attempts: z.int(),
  last_status: z.int().nullable().describe('Of the last answer; null when there was none.'),
  last_failure: z.string().nullable().describe('Such as `500` or `ETIMEDOUT`.'),
  last_ms: z.int().nullable().describe('How long the last attempt took.'),
  last_attempt_at: TIMESTAMP.nullable(),
  next_attempt_at: TIMESTAMP.nullable(),
  created_at: TIMESTAMP,
})

export const DELIVERY_VIEW = DELIVERY.meta({
  id: 'WebhookDelivery',
  description: 'A message to a webhook, and what came of it.',
})

export const DELIVERY_DETAIL_VIEW = DELIVERY.extend({
  last_answer: z.string().nullable().describe('The beginning of the body of the last answer.'),
  body: z
    .record(z.string(), z.unknown())
    .nullable()
    .describe('What is sent; null once the event is no longer stored.'),
}).meta({
  id: 'WebhookDeliveryDetail',
  description: 'A message to a webhook, what it says, and what came of it.',
})

export const toDeliveryView = (delivery: Delivery): z.infer<typeof DELIVERY_VIEW> => ({
  id: delivery.id,
  webhook_id: delivery.webhookId,
  event: delivery.event,
  status: delivery.status,
  attempts: delivery.attempts,
  last_status: delivery.lastStatus,
  last_failure: delivery.lastFailure,
  last_ms: delivery.lastMs,
  last_attempt_at: delivery.lastAttemptAt && toIso(delivery.lastAttemptAt),
  next_attempt_at: delivery.nextAttemptAt && toIso(delivery.nextAttemptAt),
  created_at: toIso(delivery.createdAt),
})

export const WEBHOOK_REPLAY = z.strictObject({
  from: time('What was made at or after this time.'),
  to: time('What was made before this time.'),
})

export const WEBHOOK_REPLAY_VIEW = z
  .object({
    queued: z
      .int()
      .describe(`How many are sent again; at most ${LIMITS.webhookReplayMax}: ask again for more.`),
  })
  .meta({ id: 'WebhookReplay', description: 'Failed deliveries that are sent again.' })

export const EVENTS_VIEW = z
  .object({ data: z.array(z.string()) })
  .describe('The names of all events that webhooks can be told.')
