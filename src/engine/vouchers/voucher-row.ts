import type { Selectable } from 'kysely'
import { invariant } from '../../kernel/assert.ts'
import { money } from '../../kernel/money.ts'
import type { Voucher as VoucherTable } from '../../platform/db.tables.ts'
import { type StoredDiscount, toDiscount, toStoredDiscount } from '../discounts/index.ts'
import { fromValidityRow, toValidityRow } from '../validity/index.ts'
import type { Benefit, Gift, Metadata, Voucher } from './voucher.ts'

export type VoucherRow = Selectable<VoucherTable> & { campaign_name: string | null }

/** What to select of `voucher` and `WITH_CAMPAIGN` for a `VoucherRow`. */
export const VOUCHER_ROW = 'voucher.*, campaign.name as campaign_name'

export const WITH_CAMPAIGN = 'left join campaign on campaign.id = voucher.campaign_id'

/** Neither in the bin itself nor of a campaign that is. */
export const OUTSIDE_BIN = 'voucher.deleted_at is null and campaign.deleted_at is null'

export function toVoucher(row: VoucherRow): Voucher {
  return {
    ...toBenefit(row),
    id: row.id,
    projectId: row.project_id,
    code: row.code,
    campaignId: row.campaign_id,
    campaignName: row.campaign_name,
    category: row.category,
    categoryId: row.category_id,
    redemptionQuantity: row.redemption_quantity,
    redeemedQuantity: row.redeemed_quantity,
    validity: fromValidityRow(row),
    isActive: row.is_active,
    additionalInfo: row.additional_info,
    metadata: row.metadata as Metadata,
    isReferralCode: row.is_referral_code,
    holderId: row.holder_id,
    referrerId: row.referrer_id,
    publishCount: row.publish_count,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

function toBenefit(row: VoucherRow): Benefit {
  switch (row.type) {
    case 'GIFT_VOUCHER': {
      const gift = {
        amount: money(row.gift_amount_minor ?? 0),
        subtractedAmount: money(row.gift_subtracted_minor),
        redeemedAmount: money(row.redeemed_amount_minor),
        effect: (row.gift_effect ?? 'APPLY_TO_ORDER') as Gift['effect'],
      }
      return { type: row.type, discount: null, gift, loyaltyCard: null }
    }
    case 'LOYALTY_CARD': {
      const loyaltyCard = {
        points: row.points ?? 0,
        expiredPoints: row.expired_points,
        subtractedPoints: row.subtracted_points,
        redeemedPoints: row.redeemed_points,
        nextExpirationDate: row.next_expiration_date as string | null,
        nextExpirationPoints: row.next_expiration_points,
        pendingPoints: row.pending_points,
      }
      return { type: row.type, discount: null, gift: null, loyaltyCard }
    }
    default: {
      invariant(
        row.type === 'DISCOUNT_VOUCHER',
        `a type of voucher that the table allows: ${row.type}`,
      )
      const discount = toDiscount(row.discount as StoredDiscount)
      return { type: row.type, discount, gift: null, loyaltyCard: null }
    }
  }
}

/**
 * The inverse of `toVoucher`, as JSON that `jsonb_populate_recordset` reads. How a code is told from others
 * is for the project to say, so the key of the code is left out.
 */
export function toRow(voucher: Voucher) {
  const { discount, gift, loyaltyCard } = voucher
  return {
    id: voucher.id,
    project_id: voucher.projectId,
    code: voucher.code,
    type: voucher.type,
    campaign_id: voucher.campaignId,
    category: voucher.category,
    category_id: voucher.categoryId,
    discount: discount && toStoredDiscount(discount),
    gift_amount_minor: gift?.amount ?? null,
    gift_subtracted_minor: gift?.subtractedAmount ?? 0,
    gift_effect: gift?.effect ?? null,
    redeemed_amount_minor: gift?.redeemedAmount ?? 0,
    points: loyaltyCard?.points ?? null,
    expired_points: loyaltyCard?.expiredPoints ?? 0,
    subtracted_points: loyaltyCard?.subtractedPoints ?? 0,
    redeemed_points: loyaltyCard?.redeemedPoints ?? 0,
    redemption_quantity: voucher.redemptionQuantity,
    redeemed_quantity: voucher.redeemedQuantity,
    ...toValidityRow(voucher.validity),
    is_active: voucher.isActive,
    additional_info: voucher.additionalInfo,
    metadata: voucher.metadata,
    is_referral_code: voucher.isReferralCode,
    holder_id: voucher.holderId,
    referrer_id: voucher.referrerId,
    publish_count: voucher.publishCount,
    created_at: voucher.createdAt,
    updated_at: voucher.updatedAt,
  } satisfies {
    [Column in keyof Omit<VoucherRow, Elsewhere>]: unknown
  }
}

/** What this row does not write: the last three are written by whoever moves points alone. */
type Elsewhere =
  | 'campaign_name'
  | 'code_key'
  | 'deleted_at'
  | 'next_expiration_date'
  | 'next_expiration_points'
  | 'pending_points'

type Column = keyof ReturnType<typeof toRow>

/** The columns of `toRow`. */
export const COLUMNS: readonly Column[] = [
  'id',
  'project_id',
  'code',
  'type',
  'campaign_id',
  'category',
  'category_id',
  'discount',
  'gift_amount_minor',
  'gift_subtracted_minor',
  'gift_effect',
  'redeemed_amount_minor',
  'points',
  'expired_points',
  'subtracted_points',
  'redeemed_points',
  'redemption_quantity',
  'redeemed_quantity',
  'start_date',
  'expiration_date',
  'validity_timeframe',
  'validity_day_of_week',
  'validity_hours',
  'is_active',
  'additional_info',
  'metadata',
  'is_referral_code',
  'holder_id',
  'referrer_id',
  'publish_count',
  'created_at',
  'updated_at',
]
