import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import { toDiscountView } from '../discounts/index.ts'
import { toAssignmentsView } from '../validation-rules/index.ts'
import { toValidityView } from '../validity/index.ts'
import type { PromotionStack, PromotionTier } from './promotion-tier.ts'

type View = { [key: string]: Json }

/** What is shown with a tier but stored elsewhere. */
export type TierRelations = { categories: Json[]; assignments: Record<string, unknown> }

const NO_RELATIONS: TierRelations = { categories: [], assignments: toAssignmentsView([]) }

const toIsoOrNull = (date: Date | null): string | null => date && toIso(date)

/** The tier as the API shows it (engine-core §7.1); the promotion it belongs to is its campaign. */
export function toTierView(
  tier: PromotionTier,
  { categories, assignments }: TierRelations = NO_RELATIONS,
): View {
  const { campaign } = tier
  return {
    id: tier.id,
    created_at: toIso(tier.createdAt),
    updated_at: toIsoOrNull(tier.updatedAt),
    name: tier.name,
    banner: tier.banner,
    action: { discount: toDiscountView(tier.discount) as Json },
    metadata: tier.metadata,
    hierarchy: tier.hierarchy,
    promotion_id: tier.campaignId,
    campaign: {
      id: campaign.id,
      ...(toValidityView(campaign.validity) as View),
      active: campaign.isActive,
      category_id: campaign.categoryId,
      object: 'campaign',
    },
    campaign_id: tier.campaignId,
    active: tier.isActive,
    ...(toValidityView(tier.validity) as View),
    summary: {
      redemptions: { total_redeemed: tier.redeemedQuantity },
      orders: {
        total_amount: tier.ordersAmount,
        total_discount_amount: tier.ordersDiscount,
      },
    },
    validation_rule_assignments: assignments as View,
    category_id: tier.categoryId,
    categories,
    object: 'promotion_tier',
  }
}

/** The stack as the API shows it (engine-core §7.2). */
export const toStackView = (stack: PromotionStack, categories: Json[] = []): View => ({
  id: stack.id,
  name: stack.name,
  created_at: toIso(stack.createdAt),
  updated_at: toIsoOrNull(stack.updatedAt),
  campaign_id: stack.campaignId,
  tiers: { ids: [...stack.tierIds], hierarchy_mode: stack.hierarchyMode },
  category_id: stack.categoryId,
  categories,
  object: 'promotion_stack',
})
