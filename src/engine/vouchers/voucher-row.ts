import type { Insertable } from 'kysely'
import { money } from '../../kernel/money.ts'
import type { Voucher as VoucherTable } from '../../platform/db.tables.ts'
import { type DiscountView, toDiscount, toDiscountView } from '../discounts/index.ts'
import type { Metadata, Voucher } from './voucher.ts'

export type VoucherRow = {
  id: string
  project_id: string
  code: string
  type: string
  category: string | null
  discount: unknown
  gift_amount_minor: number | null
  gift_subtracted_minor: number
  gift_effect: string | null
  redeemed_amount_minor: number
  redemption_quantity: number | null
  redeemed_quantity: number
  start_date: Date | null
  expiration_date: Date | null
  is_active: boolean
  additional_info: string | null
  metadata: unknown
  is_referral_code: boolean
  holder_id: string | null
  publish_count: number
  created_at: Date
  updated_at: Date | null
}

export function toVoucher(row: VoucherRow): Voucher {
  const common = {
    id: row.id,
    projectId: row.project_id,
    code: row.code,
    category: row.category,
    redemptionQuantity: row.redemption_quantity,
    redeemedQuantity: row.redeemed_quantity,
    startDate: row.start_date,
    expirationDate: row.expiration_date,
    isActive: row.is_active,
    additionalInfo: row.additional_info,
    metadata: row.metadata as Metadata,
    isReferralCode: row.is_referral_code,
    holderId: row.holder_id,
    publishCount: row.publish_count,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
  if (row.gift_amount_minor === null) {
    const discount = toDiscount(row.discount as DiscountView)
    return { ...common, type: 'DISCOUNT_VOUCHER', discount, gift: null }
  }
  const gift = {
    amount: money(row.gift_amount_minor),
    subtractedAmount: money(row.gift_subtracted_minor),
    redeemedAmount: money(row.redeemed_amount_minor),
    effect: 'APPLY_TO_ORDER' as const,
  }
  return { ...common, type: 'GIFT_VOUCHER', discount: null, gift }
}

/** The inverse of `toVoucher`. */
export function toRow(voucher: Voucher): Insertable<VoucherTable> {
  const { discount, gift } = voucher
  return {
    id: voucher.id,
    project_id: voucher.projectId,
    code: voucher.code,
    type: voucher.type,
    category: voucher.category,
    discount: discount === null ? null : JSON.stringify(toDiscountView(discount)),
    gift_amount_minor: gift?.amount ?? null,
    gift_subtracted_minor: gift?.subtractedAmount ?? 0,
    gift_effect: gift?.effect ?? null,
    redeemed_amount_minor: gift?.redeemedAmount ?? 0,
    redemption_quantity: voucher.redemptionQuantity,
    redeemed_quantity: voucher.redeemedQuantity,
    start_date: voucher.startDate,
    expiration_date: voucher.expirationDate,
    is_active: voucher.isActive,
    additional_info: voucher.additionalInfo,
    metadata: JSON.stringify(voucher.metadata),
    is_referral_code: voucher.isReferralCode,
    holder_id: voucher.holderId,
    publish_count: voucher.publishCount,
    created_at: voucher.createdAt,
    updated_at: voucher.updatedAt,
  }
}
