/**
 * Referrals: who became a customer through whose code, and what both get for it.
 * Start at convert.ts; the rules are in decide-conversion.ts and touch no IO.
 */

export { referralsEffect } from './convert.ts'
export { referralHolderRoutes } from './holder.routes.ts'
export { HOLDERS_BODY } from './holder.schema.ts'
export { owedAwardsStep } from './owed-step.ts'
export { referralTierRoutes } from './referral-tier.routes.ts'
