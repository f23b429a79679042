import { tiersStep } from './loyalty-tiers/index.ts'
import type { NightlyStep } from './nightly/index.ts'
import { activateDueStep, expirePointsStep } from './points/index.ts'

/**
 * What a day begins with, in this order (L-66): pending points come, tiers that end are looked at again, points expire.
 * Points that expire tonight still count for the second. What follows from points that come or go, rewards that are
 * redeemed by themselves and tiers by balance, is left to the effects of programs; no step waits for them.
 */
export const NIGHTLY_STEPS: readonly NightlyStep[] = [activateDueStep, tiersStep, expirePointsStep]
