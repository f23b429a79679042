import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { ReferralTier } from './referral.ts'

/** A referral tier inside an occurrence (SimpleReferralTier, engine-programs §13.1). */
export const toSimpleReferralTier = (tier: ReferralTier): { [key: string]: Json } => ({
  id: tier.id,
  campaign_id: tier.campaignId,
  banner: tier.banner,
  parameters: {
    conversions: tier.conversions,
    recurring: tier.isRecurring,
    segment: tier.segmentId === null ? null : { id: tier.segmentId },
    reward: { id: tier.rewardId },
  },
})

/** A referral tier by itself. */
export const toReferralTierView = (tier: ReferralTier): { [key: string]: Json } => ({
  ...toSimpleReferralTier(tier),
  created_at: toIso(tier.createdAt),
  updated_at: tier.updatedAt && toIso(tier.updatedAt),
  object: 'referral_tier',
})
