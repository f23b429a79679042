import type { Json } from '../../kernel/json.ts'
import { type Money, money } from '../../kernel/money.ts'
import type { Discount } from '../discounts/index.ts'

export type Metadata = { [key: string]: Json }

/** The credits of a gift card, each sum over its whole life (engine-core §4.1). */
export type Gift = {
  amount: Money
  subtractedAmount: Money
  redeemedAmount: Money
  effect: 'APPLY_TO_ORDER'
}

type Benefit =
  | { type: 'DISCOUNT_VOUCHER'; discount: Discount; gift: null }
  | { type: 'GIFT_VOUCHER'; discount: null; gift: Gift }

/** A voucher that is not in the bin. */
export type Voucher = Benefit & {
  id: string
  projectId: string
  code: string
  category: string | null
  /** How often it may be redeemed; null for as often as one likes (R-VOU-04). */
  redemptionQuantity: number | null
  redeemedQuantity: number
  /** Valid from here on, null for always (C-13). */
  startDate: Date | null
  /** Valid until just before here, null for ever (C-13). */
  expirationDate: Date | null
  isActive: boolean
  additionalInfo: string | null
  metadata: Metadata
  isReferralCode: boolean
  /** The customer to whom it was published last (P-15). */
  holderId: string | null
  publishCount: number
  createdAt: Date
  updatedAt: Date | null
}

/** The credits that are left (R-VOU-01). */
export const giftBalance = (gift: Gift): Money =>
  money(gift.amount - gift.subtractedAmount - gift.redeemedAmount)
