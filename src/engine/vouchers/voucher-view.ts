import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import { toDiscountView } from '../discounts/index.ts'
import { toAssignmentsView } from '../validation-rules/index.ts'
import { toValidityView } from '../validity/index.ts'
import { giftBalance, pointsBalance, type Voucher } from './voucher.ts'

export type View = { [key: string]: Json }

/** What is shown with a voucher but stored elsewhere. */
export type VoucherRelations = { categories: Json[]; assignments: Record<string, unknown> }

const NO_RELATIONS: VoucherRelations = { categories: [], assignments: toAssignmentsView([]) }

/** `{discount}`, `{gift}` or `{loyalty_card}`, whichever the voucher has. */
export function toBenefitView({ discount, gift, loyaltyCard }: Voucher): View {
  if (discount) return { discount: toDiscountView(discount) as Json }
  if (gift) {
    return {
      gift: {
        amount: gift.amount,
        subtracted_amount: gift.subtractedAmount,
        balance: giftBalance(gift),
        effect: gift.effect,
      },
    }
  }
  return {
    loyalty_card: loyaltyCard && {
      points: loyaltyCard.points,
      balance: pointsBalance(loyaltyCard),
      next_expiration_date: loyaltyCard.nextExpirationDate,
      next_expiration_points: loyaltyCard.nextExpirationPoints,
      pending_points: loyaltyCard.pendingPoints,
      expired_points: loyaltyCard.expiredPoints,
      subtracted_points: loyaltyCard.subtractedPoints,
    },
  }
}

function toRedemptionView({
  redemptionQuantity,
  redeemedQuantity,
  gift,
  loyaltyCard,
}: Voucher): View {
  return {
    quantity: redemptionQuantity,
    redeemed_quantity: redeemedQuantity,
    ...(gift && { redeemed_amount: gift.redeemedAmount }),
    ...(loyaltyCard && { redeemed_points: loyaltyCard.redeemedPoints }),
  }
}

const toListUrl = ({ code }: Voucher, list: string): string =>
  `/v1/vouchers/${encodeURIComponent(code)}/${list}?page=1&limit=10`

/** The voucher as the API shows it, nulls included (engine-core §4.1). */
export function toVoucherView(
  voucher: Voucher,
  { categories, assignments }: VoucherRelations = NO_RELATIONS,
): View {
  return {
    id: voucher.id,
    code: voucher.code,
    campaign: voucher.campaignName,
    campaign_id: voucher.campaignId,
    category: voucher.category,
    category_id: voucher.categoryId,
    categories,
    type: voucher.type,
    discount: null,
    gift: null,
    loyalty_card: null,
    ...toBenefitView(voucher),
    ...(toValidityView(voucher.validity) as View),
    active: voucher.isActive,
    additional_info: voucher.additionalInfo,
    metadata: voucher.metadata,
    assets: null,
    is_referral_code: voucher.isReferralCode,
    created_at: toIso(voucher.createdAt),
    updated_at: voucher.updatedAt && toIso(voucher.updatedAt),
    holder_id: voucher.holderId,
    referrer_id: voucher.referrerId,
    publish: {
      object: 'list',
      count: voucher.publishCount,
      url: toListUrl(voucher, 'publications'),
    },
    redemption: {
      ...toRedemptionView(voucher),
      object: 'list',
      url: toListUrl(voucher, 'redemptions'),
    },
    validation_rules_assignments: assignments as View,
    object: 'voucher',
  }
}

/** The voucher inside an occurrence or a redemption (SimpleVoucher, engine-programs §13.1). */
export function toSimpleVoucher(voucher: Voucher): View {
  const { start_date, expiration_date } = toValidityView(voucher.validity)
  return {
    id: voucher.id,
    code: voucher.code,
    ...toBenefitView(voucher),
    type: voucher.type,
    campaign: voucher.campaignName,
    campaign_id: voucher.campaignId,
    is_referral_code: voucher.isReferralCode,
    holder_id: voucher.holderId,
    referrer_id: voucher.referrerId,
    category_id: voucher.categoryId,
    active: voucher.isActive,
    created_at: toIso(voucher.createdAt),
    updated_at: voucher.updatedAt && toIso(voucher.updatedAt),
    redemption: toRedemptionView(voucher),
    start_date,
    expiration_date,
    metadata: voucher.metadata,
    object: 'voucher',
  }
}
