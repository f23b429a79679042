import { distributionEffect } from './distributions/index.ts'
import { earningEffect } from './earning-rules/index.ts'
import type { ProgramEffect } from './effects/index.ts'
import { tiersEffect } from './loyalty-tiers/index.ts'
import { loyaltySummaryEffect } from './points/index.ts'
import { autoRedeemEffect } from './redemptions/index.ts'
import { referralsEffect } from './referrals/index.ts'
import { segmentEffect } from './segments/index.ts'

/** What follows from things that happened: one entry a kind of program. */
export const PROGRAM_EFFECTS: readonly ProgramEffect[] = [
  earningEffect,
  tiersEffect,
  segmentEffect,
  referralsEffect,
  autoRedeemEffect,
  loyaltySummaryEffect,
  distributionEffect,
]
