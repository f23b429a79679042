/**
 * Tiers of loyalty programs: who has so many points, for how long, and what that changes.
 * Start at decide-tier.ts, which is pure; evaluate-tiers.ts puts cards into tiers.
 */
export { calculateMapped, type MappedPoints, type Mapping } from './calculate-mapping.ts'
export { getProgram, lockProgram } from './change-tiers.ts'
export { type ChangedCard, evaluateTiers } from './evaluate-tiers.ts'
export { findTiersOfPrograms, forgetMappedRule, getTier } from './loyalty-tier.repo.ts'
export { loyaltyTierRoutes } from './loyalty-tier.routes.ts'
export { LOYALTY_TIER_BODY, LOYALTY_TIERS_BODY } from './loyalty-tier.schema.ts'
export type { LoyaltyTier } from './loyalty-tier.ts'
export { toTierView } from './loyalty-tier-view.ts'
export { findMembers } from './member-tier.repo.ts'
export { tiersStep } from './nightly-tiers.ts'
export { refreshTiers, refreshTiersJob } from './refresh-tiers.ts'
export { tiersEffect } from './tiers-effect.ts'
