/**
 * Redemptions: vouchers used up, together or not at all, and given back once.
 * Start at redeem-batch.ts (load, decide, save); decide-redemption.ts and decide-rollback.ts hold the rules.
 */
export { autoRedeemEffect, autoRedeemStep } from './auto-redeem.ts'
export { createRedeem, type Redeem } from './create-redeem.ts'
export { memberRedemptionRoutes } from './member-redemption.routes.ts'
export { REDEMPTION_LIST_QUERY } from './redemption-list.repo.ts'
export { redemptionRoutes } from './redemptions.routes.ts'
export { ROLLBACK_BODY, rollbackRoutes } from './rollbacks.routes.ts'
