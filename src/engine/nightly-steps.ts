import { tiersStep } from './loyalty-tiers/index.ts'
import type { NightlyStep } from './nightly/index.ts'
import { activateDueStep, expirePointsStep } from './points/index.ts'
import { autoRedeemStep } from './redemptions/index.ts'
import { owedAwardsStep } from './referrals/index.ts'

/**
 * What a day begins with, in this order (L-66): pending points come, what referrals are worth and could not be given is, rewards that are redeemed by themselves are, tiers that
 * end are looked at again, points expire. Points that expire tonight still count for the third. What follows from points
 * that expire, tiers by balance, is left to the effects of programs.
 */
export const NIGHTLY_STEPS: readonly NightlyStep[] = [
  activateDueStep,
  owedAwardsStep,
  autoRedeemStep,
  tiersStep,
  expirePointsStep,
]
