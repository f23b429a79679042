import type { Json } from '../../kernel/json.ts'
import type { Money } from '../../kernel/money.ts'
import type { Discount } from '../discounts/index.ts'
import type { Validity } from '../validity/index.ts'

export type Metadata = { [key: string]: Json }

/** A discount that needs no code, one of those of its campaign (engine-core §7.1). */
export type PromotionTier = {
  id: string
  projectId: string
  campaignId: string
  /** What its campaign says of it. */
  campaign: TierCampaign
  name: string
  banner: string | null
  discount: Discount
  /** Its place among the tiers of its campaign. */
  hierarchy: number
  metadata: Metadata
  isActive: boolean
  /** Its own, before that of its campaign. */
  validity: Validity
  categoryId: string | null
  /** Redemptions that were not rolled back, and the orders they were of. */
  redeemedQuantity: number
  ordersAmount: Money
  ordersDiscount: Money
  createdAt: Date
  updatedAt: Date | null
}

export type TierCampaign = {
  id: string
  name: string
  isActive: boolean
  validity: Validity
  categoryId: string | null
}

/** Tiers of one campaign that are applied together, one after the other (engine-core §7.2, R-PROMO-02). */
export type PromotionStack = {
  id: string
  projectId: string
  campaignId: string
  name: string
  tierIds: readonly string[]
  hierarchyMode: string
  categoryId: string | null
  createdAt: Date
  updatedAt: Date | null
}
