import type { Circumstances, Redeemable, Target } from '../evaluation/index.ts'
import type { PromotionStack } from '../promotions/index.ts'

export type CandidateObject = 'voucher' | 'promotion_tier' | 'promotion_stack' | 'campaign'

/** Something that may qualify, as far as switches, dates and owners tell. */
export type Candidate = { object: CandidateObject; id: string; createdAt: Date }

/** A candidate with everything that decides on it. */
export type LoadedCandidate = Candidate &
  Pick<Circumstances, 'productOf' | 'sessionsOf' | 'customer'> & {
    /** What a caller would name: the code of a voucher, else the id. */
    name: string
    /** One; the tiers of a stack. */
    redeemables: readonly Redeemable[]
    campaign: Target['campaign']
    stack: PromotionStack | undefined
  }
