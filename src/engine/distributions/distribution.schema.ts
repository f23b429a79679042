import { z } from 'zod'
import type { Json } from '../../kernel/json.ts'
import { parseIsoDate, toIso } from '../../kernel/time.ts'
import { LIMITS } from '../../platform/limits.ts'
import { filter, idParams, listQuery, TIMESTAMP } from '../../platform/management/index.ts'
import { MASK } from '../../platform/secrets.ts'
import { DISTRIBUTION_TRIGGERS } from '../outbox/index.ts'
import type { DistributionWish, ShownDistribution } from './change-distribution.ts'
import { STATUSES, toStatus } from './distribution.ts'

const name = z.string().min(1).max(LIMITS.nameLengthMax).describe('For people.')
const targetUrl = z
  .string()
  .max(LIMITS.textLengthMax)
  .describe('Where messages are posted to: `https://shop.example.com/messages`.')
const reference = z.string().min(1).max(LIMITS.indexedTextLengthMax)

const TRIGGER = z.strictObject({
  event: z
    .enum(DISTRIBUTION_TRIGGERS)
    .describe(
      'What must happen to a customer. `manual_distribution_schedule` sends it by hand, once.',
    ),
  custom_event: reference
    .nullish()
    .describe('Of `customer.custom_event`: its name, such as `sign_up`.'),
  segment: reference
    .nullish()
    .describe(
      'Who entered or left this segment; by hand, who is in it. A passive one becomes active.',
    ),
  campaign: reference.nullish().describe('Only what had to do with this campaign, by id or name.'),
})

/** Names of headers (WH-5), but for those that say what a message is. */
const HEADER_NAME = /^[a-z0-9-]+$/
const OUR_HEADERS =
  /^(host|connection|content-(length|type|encoding)|transfer-encoding|expect|te|trailer|upgrade|keep-alive|x-voucherify-signature|webhook-(id|timestamp|signature))$/

const headers = z
  .record(
    z
      .string()
      .max(LIMITS.nameLengthMax)
      .regex(HEADER_NAME, 'should be of lowercase letters, digits and dashes')
      .refine((header) => !OUR_HEADERS.test(header), 'is sent by us'),
    z
      .string()
      .max(LIMITS.textLengthMax)
      .refine(
        (value) => value === MASK || /^[\x20-\x7e]*$/.test(value),
        'should be of printable ASCII characters',
      ),
  )
  .refine(
    (all) => Object.keys(all).length <= LIMITS.distributionHeadersMax,
    `should have at most ${LIMITS.distributionHeadersMax} headers`,
  )
  .describe(
    `Sent along: names of lowercase letters, digits and dashes. Values are never answered: \`${MASK}\`, which stays what it is.`,
  )

const body = z
  .record(z.string(), z.unknown())
  .refine(
    (template) => JSON.stringify(template).length <= LIMITS.textLengthMax,
    `should have at most ${LIMITS.textLengthMax} characters`,
  )
  .nullable()
  .describe('What is sent instead of the envelope, with placeholders such as `{{customer.name}}`.')

const limit = (fallback: number) =>
  z
    .int()
    .min(1)
    .max(1_000_000)
    .nullable()
    .optional()
    .describe(`${fallback} unless given; null for any number.`)

const LIMITS_OF_CUSTOMER = z.strictObject({
  per_customer_per_day: limit(LIMITS.distributionMessagesPerDay),
  per_customer_per_month: limit(LIMITS.distributionMessagesPerMonth),
})

const setLiveAt = z
  .string()
  .refine((text) => parseIsoDate(text) !== undefined, 'should be a time in ISO 8601')
  .describe('Nothing is sent before then; by hand ten minutes from now at the earliest.')

const eventName = z
  .string()
  .min(1)
  .max(LIMITS.nameLengthMax)
  .describe('The `type` of messages, as you like; the event of the trigger unless given.')

const CHANGES = {
  name: name.optional(),
  trigger: TRIGGER.optional(),
  target_url: targetUrl.optional(),
  event_name: eventName.optional(),
  headers: headers.optional(),
  body: body.optional(),
  campaign: reference
    .nullable()
    .optional()
    .describe('Every customer is given a code of this campaign, by id or name, and told which.'),
  promotion_tier: reference
    .nullable()
    .optional()
    .describe('Every customer is told of this tier of a promotion, by id.'),
  limits: LIMITS_OF_CUSTOMER.optional(),
  set_live_at: setLiveAt.optional(),
}

export const DISTRIBUTION_CHANGES = z.strictObject(CHANGES)
export const NEW_DISTRIBUTION = z.strictObject({
  ...CHANGES,
  name,
  trigger: TRIGGER,
  target_url: targetUrl,
})

type Changes = z.infer<typeof DISTRIBUTION_CHANGES>
type New = z.infer<typeof NEW_DISTRIBUTION>

const toTrigger = ({ event, custom_event, segment, campaign }: z.infer<typeof TRIGGER>) => ({
  event,
  customEvent: custom_event ?? null,
  segmentId: segment ?? null,
  campaignId: campaign ?? null,
})

/** What a body asks for; what it does not say is left out. */
export function toChanges(input: Changes): Partial<DistributionWish> {
  const { name: named, trigger, limits, set_live_at: live } = input
  return {
    ...(named !== undefined && { name: named }),
    ...(trigger !== undefined && { trigger: toTrigger(trigger) }),
    ...(input.target_url !== undefined && { targetUrl: input.target_url }),
    ...(input.event_name !== undefined && { eventName: input.event_name }),
    ...(input.headers !== undefined && { headers: input.headers }),
    ...(input.body !== undefined && { body: input.body as { [key: string]: Json } | null }),
    ...(input.campaign !== undefined && { campaignId: input.campaign }),
    ...(input.promotion_tier !== undefined && { promotionTierId: input.promotion_tier }),
    ...(limits !== undefined && { limits: toLimits(limits) }),
    ...(live !== undefined && { setLiveAt: parseIsoDate(live) }),
  }
}

const toLimits = (input: z.infer<typeof LIMITS_OF_CUSTOMER> = {}) => ({
  perDay: withDefault(input.per_customer_per_day, LIMITS.distributionMessagesPerDay),
  perMonth: withDefault(input.per_customer_per_month, LIMITS.distributionMessagesPerMonth),
})

const withDefault = (value: number | null | undefined, fallback: number): number | null =>
  value === undefined ? fallback : value

export const toWish = (input: New): DistributionWish => ({
  name: input.name,
  trigger: toTrigger(input.trigger),
  targetUrl: input.target_url,
  eventName: input.trigger.event,
  headers: {},
  body: null,
  campaignId: null,
  promotionTierId: null,
  limits: toLimits(),
  isEnabled: true,
  setLiveAt: undefined,
  ...toChanges(input),
})

export const DISTRIBUTION_PARAMS = idParams('The id of a distribution.')

export const DISTRIBUTIONS_QUERY = listQuery({
  status: z.enum(STATUSES).optional().describe('What becomes of them.'),
  event: filter('Sent upon this event.'),
  campaign_id: filter('That give codes of this campaign.'),
  segment_id: filter('That wait for this segment, or go to it.'),
})

export const DISTRIBUTION_VIEW = z
  .object({
    id: z.string(),
    name: z.string(),
    status: z.enum(STATUSES).describe('`DONE` is what was sent by hand to everybody.'),
    paused_reason: z
      .enum(['failing', 'gone'])
      .nullable()
      .describe(
        'Why it was paused by itself: the last retry of a message failed, or 410 was answered.',
      ),
    trigger: z.object({
      event: z.enum(DISTRIBUTION_TRIGGERS),
      custom_event: z.string().nullable(),
      segment: z.string().nullable(),
      campaign: z.string().nullable(),
    }),
    target_url: z.string(),
    event_name: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.record(z.string(), z.unknown()).nullable(),
    campaign: z.string().nullable(),
    promotion_tier: z.string().nullable(),
    limits: z.object({
      per_customer_per_day: z.int().nullable(),
      per_customer_per_month: z.int().nullable(),
    }),
    channels: z.array(z.literal('webhook')),
    set_live_at: TIMESTAMP,
    failures: z.int().describe('How many attempts failed in a row.'),
    last_failure: z.string().nullable().describe('Such as `500` or `ECONNREFUSED`.'),
    last_success_at: TIMESTAMP.nullable(),
    created_at: TIMESTAMP,
    updated_at: TIMESTAMP.nullable(),
  })
  .meta({
    id: 'Distribution',
    description: 'A message to each customer to whom something happens.',
  })

export const toDistributionView = (
  distribution: ShownDistribution,
): z.infer<typeof DISTRIBUTION_VIEW> => {
  const { trigger, limits, endpoint } = distribution
  const { health } = endpoint
  return {
    id: distribution.id,
    name: distribution.name,
    status: toStatus(distribution),
    paused_reason: endpoint.disabledReason,
    trigger: {
      event: trigger.event,
      custom_event: trigger.customEvent,
      segment: trigger.segmentId,
      campaign: trigger.campaignId,
    },
    target_url: endpoint.targetUrl,
    event_name: distribution.eventName,
    headers: { ...distribution.maskedHeaders },
    body: distribution.body && { ...distribution.body },
    campaign: distribution.campaignId,
    promotion_tier: distribution.promotionTierId,
    limits: { per_customer_per_day: limits.perDay, per_customer_per_month: limits.perMonth },
    channels: ['webhook'],
    set_live_at: toIso(distribution.setLiveAt),
    failures: health.failures,
    last_failure: health.lastFailure,
    last_success_at: health.lastSuccessAt && toIso(health.lastSuccessAt),
    created_at: toIso(distribution.createdAt),
    updated_at: distribution.updatedAt && toIso(distribution.updatedAt),
  }
}
