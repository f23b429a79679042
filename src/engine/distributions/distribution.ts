import type { Json, JsonObject } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { DISTRIBUTION_TRIGGERS } from '../outbox/index.ts'
import type { Webhook } from '../webhooks/index.ts'

export type TriggerEvent = (typeof DISTRIBUTION_TRIGGERS)[number]

/** Sent by hand to everybody in a segment, instead of upon what happens. */
export const BY_HAND = 'manual_distribution_schedule' satisfies TriggerEvent

/** Upon what a distribution is sent; what is not null narrows it. */
export type Trigger = {
  event: TriggerEvent
  /** The name of the custom event. */
  customEvent: string | null
  /** Who entered or left this segment; by hand, who is in it. */
  segmentId: string | null
  /** What had to do with this campaign. */
  campaignId: string | null
}

/** How many messages one customer is sent at most, by days and months of the project; null for any number. */
export type SendLimits = { perDay: number | null; perMonth: number | null }

/** A message to each customer to whom something happens (engine-programs §12.2). */
export type Distribution = {
  id: string
  projectId: string
  name: string
  trigger: Trigger
  /** The event that messages say they are, as somebody typed it. */
  eventName: string
  /** The body with placeholders; null for the envelope. */
  body: JsonObject | null
  /** Each customer is given a code of it. */
  campaignId: string | null
  /** Each customer is told of it. */
  promotionTierId: string | null
  limits: SendLimits
  setLiveAt: Date
  /** By hand: when everybody in the segment had been looked at. */
  doneAt: Date | null
  createdAt: Date
  updatedAt: Date | null
  /** Where messages go, and how that fares. It is paused by disabling it. */
  endpoint: Pick<Webhook, 'targetUrl' | 'headersSealed' | 'isEnabled' | 'disabledReason' | 'health'>
}

export const STATUSES = ['TO SEND', 'PAUSED', 'DONE'] as const
export type DistributionStatus = (typeof STATUSES)[number]

export function toStatus({
  doneAt,
  endpoint,
}: Pick<Distribution, 'doneAt' | 'endpoint'>): DistributionStatus {
  if (!endpoint.isEnabled) return 'PAUSED'
  return doneAt === null ? 'TO SEND' : 'DONE'
}

/** The distribution as messages tell it (engine-programs §12.2). */
export const toToldDistribution = (distribution: Distribution): { [key: string]: Json } => ({
  id: distribution.id,
  created_at: toIso(distribution.createdAt),
  updated_at: distribution.updatedAt && toIso(distribution.updatedAt),
  status: toStatus(distribution),
  parameters: {
    method: 'direct',
    subject: distribution.name,
    ...(distribution.campaignId !== null && { campaign_id: distribution.campaignId }),
    ...(distribution.promotionTierId !== null && {
      promotion_tier_id: distribution.promotionTierId,
    }),
  },
  consents: { disabled: true },
  set_live_at: toIso(distribution.setLiveAt),
  distribution_channels: ['webhook'],
})
