import type { Json } from '../../kernel/json.ts'
import { type Money, money } from '../../kernel/money.ts'
import type { Discount } from '../discounts/index.ts'
import type { Validity } from '../validity/index.ts'

export type Metadata = { [key: string]: Json }

/** The credits of a gift card, each sum over its whole life (engine-core §4.1). */
export type Gift = {
  amount: Money
  subtractedAmount: Money
  redeemedAmount: Money
  effect: 'APPLY_TO_ORDER' | 'APPLY_TO_ITEMS'
}

/** The points of a loyalty card, each sum over its whole life (R-VOU-02). */
export type LoyaltyCard = {
  points: number
  expiredPoints: number
  subtractedPoints: number
  redeemedPoints: number
  /** Until when what expires next can be spent, and how much that is (L-65); null when nothing on it expires. */
  nextExpirationDate: string | null
  nextExpirationPoints: number | null
  /** What will come onto it, and does not count yet (L-44). */
  pendingPoints: number
}

/** What a voucher gives. */
export type Benefit =
  | { type: 'DISCOUNT_VOUCHER'; discount: Discount; gift: null; loyaltyCard: null }
  | { type: 'GIFT_VOUCHER'; discount: null; gift: Gift; loyaltyCard: null }
  | { type: 'LOYALTY_CARD'; discount: null; gift: null; loyaltyCard: LoyaltyCard }

/** A voucher that is not in the bin. */
export type Voucher = Benefit & {
  id: string
  projectId: string
  code: string
  campaignId: string | null
  campaignName: string | null
  category: string | null
  categoryId: string | null
  /** How often it may be redeemed; null for as often as one likes (R-VOU-04). */
  redemptionQuantity: number | null
  redeemedQuantity: number
  /** Its own, before that of its campaign (R-VOU-06). */
  validity: Validity
  isActive: boolean
  additionalInfo: string | null
  metadata: Metadata
  isReferralCode: boolean
  /** The customer to whom it was published last (P-15). */
  holderId: string | null
  referrerId: string | null
  publishCount: number
  createdAt: Date
  updatedAt: Date | null
}

/** The credits that are left (R-VOU-01). */
export const giftBalance = (gift: Gift): Money =>
  money(gift.amount - gift.subtractedAmount - gift.redeemedAmount)

/** The points that are left (R-VOU-02). */
export const pointsBalance = (card: LoyaltyCard): number =>
  card.points - card.expiredPoints - card.subtractedPoints - card.redeemedPoints
