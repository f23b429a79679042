/**
 * Promotions: discounts without codes. A campaign has tiers, and stacks of them that are applied together.
 * Start at promotion-tier.ts; tier.routes.ts and stack.routes.ts change them.
 */
export { createTiers } from './create-tiers.ts'
export { STACK_SCHEMA, TIER_SCHEMA, type TierInput } from './promotion.schema.ts'
export { lockPromotionCampaign } from './promotion-campaign.repo.ts'
export type { PromotionStack, PromotionTier, TierCampaign } from './promotion-tier.ts'
export { toTierView } from './promotion-view.ts'
export { showTiers } from './show-tiers.ts'
export { findStacks } from './stack.repo.ts'
export { stackRoutes } from './stack.routes.ts'
export {
  findTiers,
  findTiersOfCampaigns,
  saveTierUsage,
  type TierUsage,
} from './tier.repo.ts'
export { answerTierList, tierRoutes } from './tier.routes.ts'
