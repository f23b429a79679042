import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { requireCategory } from '../categories/index.ts'
import type { Call } from '../context.ts'
import { requireMetadata } from '../metadata-schemas/index.ts'
import { announce, type Fact, type OccurrenceType } from '../outbox/index.ts'
import { assignRule } from '../validation-rules/index.ts'
import { calculateNewTier } from './calculate-tier.ts'
import type { TierInput } from './promotion.schema.ts'
import type { PromotionTier, TierCampaign } from './promotion-tier.ts'
import { toTierView } from './promotion-view.ts'
import { findTiersOfCampaigns, insertTiers } from './tier.repo.ts'

/** Adds tiers to a campaign that `tx` has locked or made, each behind those that are there (engine-core §7.1). */
export async function createTiers(
  tx: Tx,
  call: Call,
  campaign: TierCampaign,
  inputs: readonly TierInput[],
): Promise<PromotionTier[]> {
  const earlier = await findTiersOfCampaigns(tx, [campaign.id])
  const last = Math.max(0, ...earlier.map(({ hierarchy }) => hierarchy))
  const tiers = inputs.map((input, index) =>
    calculateNewTier(input, {
      id: newId('promotionTier'),
      call,
      campaign,
      hierarchy: last + index + 1,
    }),
  )
  const written = tiers.map(
    ({ metadata }) => ({ of: 'promotion_tier', metadata, on: 'create' }) as const,
  )
  await requireMetadata(tx, call.projectId, ...written)
  await insertTiers(tx, tiers)
  for (const [index, { id, categoryId }] of tiers.entries()) {
    await requireCategory(tx, call.projectId, categoryId)
    for (const ruleId of inputs[index]?.validation_rules ?? []) {
      const to = { relatedObjectType: 'promotion_tier', relatedObjectId: id } as const
      await assignRule(tx, call, { ruleId, ...to })
    }
  }
  announce(
    tx,
    tiers.map((tier) => toTierFact(call, 'campaign.promotion_tier.created', tier)),
  )
  return tiers
}

type TierEvent = Extract<OccurrenceType, `campaign.promotion_tier.${string}`>

export const toTierFact = (call: Call, type: TierEvent, tier: PromotionTier): Fact => ({
  call,
  type,
  customerId: null,
  data: {
    campaign: { id: tier.campaign.id, name: tier.campaign.name, object: 'campaign' },
    promotion_tier: toTierView(tier),
  },
})
