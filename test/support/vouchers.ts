import type { Discount } from '../../src/engine/discounts/index.ts'
import type { Redeemable } from '../../src/engine/validations/index.ts'
import type { Voucher } from '../../src/engine/vouchers/index.ts'
import { money } from '../../src/kernel/money.ts'

/** The moment of all decisions in unit tests. */
export const NOW = new Date('2026-06-01T12:00:00.000Z')

type Base = Omit<Voucher, 'type' | 'discount' | 'gift'>
/** What a test says about a voucher; the rest does not matter to it. */
export type VoucherFields = Partial<Base>

const toBase = (code: string, fields: VoucherFields): Base => ({
  id: `v_${code}`,
  projectId: 'proj_1',
  code,
  category: null,
  redemptionQuantity: null,
  redeemedQuantity: 0,
  startDate: null,
  expirationDate: null,
  isActive: true,
  additionalInfo: null,
  metadata: {},
  isReferralCode: false,
  holderId: null,
  publishCount: 0,
  createdAt: NOW,
  updatedAt: null,
  ...fields,
})

export const aVoucher = (
  code: string,
  discount: Discount = { type: 'PERCENT', percentOff: 10, amountLimit: null },
  fields: VoucherFields = {},
): Voucher => ({ ...toBase(code, fields), type: 'DISCOUNT_VOUCHER', discount, gift: null })

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
})

/** The wish to redeem `voucher`, with so many credits. */
export const naming = (voucher: Voucher, credits?: number): Redeemable => ({
  id: voucher.code,
  voucher,
  credits: credits === undefined ? undefined : money(credits),
})
