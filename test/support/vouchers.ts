import type { StoredDiscount } from '../../src/engine/discounts/index.ts'
import { toDiscount } from '../../src/engine/discounts/index.ts'
import { ALWAYS_VALID, type Validity } from '../../src/engine/validity/index.ts'
import type { Voucher } from '../../src/engine/vouchers/index.ts'
import { money } from '../../src/kernel/money.ts'

/** The moment of all decisions in unit tests. */
export const NOW = new Date('2026-06-01T12:00:00.000Z')

type Base = Omit<Voucher, 'type' | 'discount' | 'gift' | 'loyaltyCard'>
/** What a test says about a voucher; the rest does not matter to it. */
export type VoucherFields = Partial<Base> & Partial<Pick<Validity, 'startDate' | 'expirationDate'>>

function toBase(code: string, fields: VoucherFields): Base {
  const { startDate = null, expirationDate = null, ...others } = fields
  return {
    id: `v_${code}`,
    projectId: 'proj_1',
    code,
    campaignId: null,
    campaignName: null,
    category: null,
    categoryId: null,
    redemptionQuantity: null,
    redeemedQuantity: 0,
    validity: { ...ALWAYS_VALID, startDate, expirationDate },
    isActive: true,
    additionalInfo: null,
    metadata: {},
    isReferralCode: false,
    holderId: null,
    referrerId: null,
    publishCount: 0,
    createdAt: NOW,
    updatedAt: null,
    ...others,
  }
}

export const aVoucher = (
  code: string,
  stored: StoredDiscount = { type: 'PERCENT', percent_off: 10 },
  fields: VoucherFields = {},
): Voucher => ({
  ...toBase(code, fields),
  type: 'DISCOUNT_VOUCHER',
  discount: toDiscount(stored),
  gift: null,
  loyaltyCard: null,
})

/** A gift card on which `balance` is left after some came and some went. */
export const aGiftCard = (code: string, balance: number, fields: VoucherFields = {}): Voucher => ({
  ...toBase(code, fields),
  type: 'GIFT_VOUCHER',
  discount: null,
  gift: {
    amount: money(balance + 500),
    subtractedAmount: money(200),
    redeemedAmount: money(300),
    effect: 'APPLY_TO_ORDER',
  },
  loyaltyCard: null,
})

/** A loyalty card on which `balance` points are left. */
export const aLoyaltyCard = (
  code: string,
  balance: number,
  fields: VoucherFields = {},
): Voucher => ({
  ...toBase(code, fields),
  type: 'LOYALTY_CARD',
  discount: null,
  gift: null,
  loyaltyCard: {
    points: balance + 60,
    expiredPoints: 10,
    subtractedPoints: 20,
    redeemedPoints: 30,
    nextExpirationDate: null,
    nextExpirationPoints: null,
    pendingPoints: 0,
  },
})
