import type { Json } from '../../kernel/json.ts'
import type { Mapping } from './calculate-mapping.ts'
import type { MemberTier } from './decide-tier.ts'

export type Metadata = { [key: string]: Json }
export type Mappings = { readonly [id: string]: Mapping }

/** A tier of a loyalty program: who has so many points, and what that changes (engine-programs §8.7). */
export type LoyaltyTier = {
  id: string
  projectId: string
  campaignId: string
  name: string
  /** Points from which on a card is in it, and up to which; both belong to it. Null is without bound. */
  from: number
  to: number | null
  /** How its members earn by each rule, by the id of the rule; rules that are absent give what they say. */
  earningRules: Mappings
  /** What rewards cost its members, by the id of the assignment. */
  rewards: Mappings
  metadata: Metadata
  createdAt: Date
  updatedAt: Date | null
}

/** The tier that a card is in, or will be in, as it is stored. */
export type StoredMember = MemberTier & {
  voucherId: string
  projectId: string
  campaignId: string
  createdAt: Date
  updatedAt: Date | null
}
