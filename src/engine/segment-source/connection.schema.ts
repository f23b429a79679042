import { z } from 'zod'
import { toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { TIMESTAMP } from '../../platform/management/index.ts'
import type { SegmentSource } from './connection.repo.ts'

const naming = z
  .enum(['seed', 'published'])
  .describe('`seed`: "Redemption succeeded"; `published`: "Customer Redemption Succeeded".')
const shape = z
  .enum(['object', 'flat'])
  .describe('`object`: the event under `voucherifyEvent`; `flat`: its fields on one level.')
const anonymousFallback = z
  .enum(['customer_id', 'skip'])
  .describe("Of customers without `source_id`: the engine's id as `anonymousId`, or nothing.")
const rewardEvents = z
  .enum(['both', 'customer', 'reward'])
  .describe(
    'Reward redemptions happen under two names: those of the customer, of the reward, or both.',
  )
const enabled = z.boolean().describe('Nothing is queued or sent while it is false.')

export const SEGMENT_SOURCE_VIEW = z
  .object({
    region: z.enum(['US', 'EU', 'CUSTOM']).describe('A region of Segment, or `endpoint`.'),
    endpoint: z.string().nullable().describe('The base URL of a Tracking API.'),
    naming,
    shape,
    anonymous_fallback: anonymousFallback,
    reward_events: rewardEvents,
    enabled,
    queued: z.int().describe('How many events wait to be sent.'),
    dropped: z.int().describe('How many could not be sent; they are kept for 30 days.'),
    failures: z.int().describe('How many attempts failed in a row.'),
    last_failure: z.string().nullable().describe('Such as `401` or `ECONNREFUSED`.'),
    next_attempt_at: TIMESTAMP.nullable(),
    created_at: TIMESTAMP,
    updated_at: TIMESTAMP.nullable(),
  })
  .meta({
    id: 'VoucherifySource',
    description: 'Where the events of the engine are sent, and how. Its write key is not answered.',
  })

/** A connection and its queue, without the write key. */
export const toSegmentSourceView = (
  source: SegmentSource,
  { queued, dropped }: { queued: number; dropped: number },
): z.infer<typeof SEGMENT_SOURCE_VIEW> => ({
  region: source.target.region,
  endpoint: source.target.endpoint ?? null,
  naming: source.naming,
  shape: source.shape,
  anonymous_fallback: source.anonymousFallback,
  reward_events: source.rewardEvents,
  enabled: source.isEnabled,
  queued,
  dropped,
  failures: source.failures,
  last_failure: source.lastFailure,
  next_attempt_at: source.nextAttemptAt && toIso(source.nextAttemptAt),
  created_at: toIso(source.createdAt),
  updated_at: source.updatedAt && toIso(source.updatedAt),
})

const settings = {
  write_key: z
    .string()
    .min(1)
    .max(LIMITS.nameLengthMax)
    .optional()
    .describe('The write key of the source there. Left out, the one that is stored stays.'),
  naming: naming.default('seed'),
  shape: shape.default('object'),
  anonymous_fallback: anonymousFallback.default('customer_id'),
  reward_events: rewardEvents.default('both'),
  enabled: enabled.default(true),
}

export const SEGMENT_SOURCE_SETTINGS = z.discriminatedUnion('region', [
  z.strictObject({ region: z.enum(['US', 'EU']), ...settings }),
  z.strictObject({
    region: z.literal('CUSTOM'),
    endpoint: z
      .string()
      .max(LIMITS.textLengthMax)
      .describe('The base URL of a Tracking API, such as `https://events.example.com/v1`.'),
    ...settings,
  }),
])
