import type { Json } from '../../kernel/json.ts'

export type Metadata = { [key: string]: Json }

/** What a reward is (engine-programs §9.1). */
export type RewardContent =
  | {
      type: 'CAMPAIGN'
      /** `balance`: the credits or points that go onto the card; null for coupons, which have none. */
      parameters: { campaign: { id: string; balance: number | null; type: RewardCampaignType } }
    }
  | { type: 'MATERIAL'; parameters: { product: { id: string; skuId: string | null } } }
  | {
      type: 'COIN'
      /** So many points pay for so many units of the currency, in major units. */
      parameters: { coin: { exchangeRatio: number; pointsRatio: number } }
    }

/** The campaigns whose vouchers are given as rewards. */
export type RewardCampaignType = 'DISCOUNT_COUPONS' | 'GIFT_VOUCHERS' | 'LOYALTY_PROGRAM'

/** Something that points are spent on. */
export type Reward = RewardContent & {
  id: string
  projectId: string
  name: string | null
  /** How many are left; null for as many as one likes. */
  stock: number | null
  /** How many were given and not taken back. */
  redeemed: number
  attributes: { imageUrl: string | null; description: string | null } | null
  metadata: Metadata
  createdAt: Date
  updatedAt: Date | null
}

/** A reward in a loyalty program (§9.2). */
export type RewardAssignment = {
  id: string
  projectId: string
  rewardId: string
  campaignId: string
  /** The price; null for rewards of type COIN, which are paid with as many points as the order takes. */
  points: number | null
  /** Whether the engine redeems it as soon as the points are there. */
  isAutoRedeem: boolean
  createdAt: Date
  updatedAt: Date | null
}
