import { z } from 'zod'
import { toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { idParams, TIMESTAMP } from '../../platform/management/index.ts'
import { WEBHOOK_EVENTS } from '../outbox/index.ts'
import type { Webhook } from './webhook.ts'

const targetUrl = z
  .string()
  .max(LIMITS.textLengthMax)
  .describe('Where events are posted to: `https://shop.example.com/hooks`.')
const events = z
  .array(z.string().max(LIMITS.nameLengthMax))
  .min(1)
  .max(WEBHOOK_EVENTS.size)
  .describe('Which events, such as `redemption.succeeded`; `/api/v1/webhook-events` lists them.')
const active = z.boolean().describe('Nothing is queued or sent while it is false.')

export const WEBHOOK_PARAMS = idParams('The id of a webhook.')

export const WEBHOOK_VIEW = z
  .object({
    id: z.string(),
    target_url: z.string(),
    events: z.array(z.string()),
    active,
    disabled_reason: z
      .enum(['failing', 'gone'])
      .nullable()
      .describe('Why it was disabled by itself: nothing got through for days, or it answered 410.'),
    failures: z.int().describe('How many attempts failed in a row.'),
    last_failure: z.string().nullable().describe('Such as `500` or `ECONNREFUSED`.'),
    last_success_at: TIMESTAMP.nullable(),
    next_attempt_at: TIMESTAMP.nullable().describe('While it fails: nothing is sent before then.'),
    created_at: TIMESTAMP,
    updated_at: TIMESTAMP.nullable(),
  })
  .meta({ id: 'Webhook', description: 'An endpoint that is told events of the engine.' })

export const toWebhookView = (webhook: Webhook): z.infer<typeof WEBHOOK_VIEW> => ({
  id: webhook.id,
  target_url: webhook.targetUrl,
  events: [...webhook.events],
  active: webhook.isEnabled,
  disabled_reason: webhook.disabledReason,
  failures: webhook.health.failures,
  last_failure: webhook.health.lastFailure,
  last_success_at: webhook.health.lastSuccessAt && toIso(webhook.health.lastSuccessAt),
  next_attempt_at: webhook.health.nextAttemptAt && toIso(webhook.health.nextAttemptAt),
  created_at: toIso(webhook.createdAt),
  updated_at: webhook.updatedAt && toIso(webhook.updatedAt),
})

export const NEW_WEBHOOK = z.strictObject({
  target_url: targetUrl,
  events,
  active: active.default(true),
})

export const WEBHOOK_CHANGES = z.strictObject({
  target_url: targetUrl.optional(),
  events: events.optional(),
  active: active.optional(),
})

export const SECRET_VIEW = z
  .object({ secret: z.string().describe('`whsec_` and a key in base64.') })
  .meta({
    id: 'WebhookSecret',
    description:
      'What is sent is signed with: `x-voucherify-signature` with the text itself, `webhook-signature` with its key.',
  })

export const TEST_BODY = z
  .strictObject({
    event: z.string().optional().describe('What the message says it is; the first event without.'),
  })
  .optional()

export const TEST_VIEW = z
  .object({
    delivered: z.boolean(),
    status: z.int().nullable().describe('Of the answer; null when there was none.'),
    failure: z.string().nullable().describe('Such as `500` or `ECONNREFUSED`.'),
    answer: z.string().nullable().describe('The beginning of the body of the answer.'),
    ms: z.int(),
  })
  .meta({ id: 'WebhookTest', description: 'What came of a message that was sent for a test.' })
