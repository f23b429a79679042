import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { LoyaltyTier, StoredMember } from './loyalty-tier.ts'

type View = { [key: string]: Json }

/** A tier as it goes out (§8.7). */
export function toTierView(tier: LoyaltyTier): View {
  const points = { from: tier.from, ...(tier.to !== null && { to: tier.to }) }
  return {
    id: tier.id,
    name: tier.name,
    campaign_id: tier.campaignId,
    metadata: tier.metadata,
    created_at: toIso(tier.createdAt),
    updated_at: tier.updatedAt && toIso(tier.updatedAt),
    earning_rules: tier.earningRules as unknown as View,
    rewards: tier.rewards as unknown as View,
    config: { points },
    points,
    object: 'loyalty_tier',
  }
}

/** The tier that a card is in, with the days from and to which it is. */
export const toMemberTierView = (
  tier: LoyaltyTier,
  member: StoredMember,
  customerId: string | null,
): View => ({
  ...toTierView(tier),
  expiration: {
    customer_id: customerId,
    campaign_id: member.campaignId,
    tier_id: member.tierId,
    start_date: member.startsOn,
    expiration_date: member.expiresOn,
    created_at: toIso(member.createdAt),
    updated_at: member.updatedAt && toIso(member.updatedAt),
  },
})
