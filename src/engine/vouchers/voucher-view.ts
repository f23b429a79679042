import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import { toDiscountView } from '../discounts/index.ts'
import { giftBalance, type Voucher } from './voucher.ts'

type View = { [key: string]: Json }

const toIsoOrNull = (date: Date | null): string | null => (date === null ? null : toIso(date))

/** `{discount}` or `{gift}`, whichever the voucher has. */
function toBenefitView({ discount, gift }: Voucher): View {
  if (gift === null) return { discount: toDiscountView(discount) }
  return {
    gift: {
      amount: gift.amount,
      subtracted_amount: gift.subtractedAmount,
      balance: giftBalance(gift),
      effect: gift.effect,
    },
  }
}

function toRedemptionView({ redemptionQuantity, redeemedQuantity, gift }: Voucher): View {
  return {
    quantity: redemptionQuantity,
    redeemed_quantity: redeemedQuantity,
    ...(gift !== null && { redeemed_amount: gift.redeemedAmount }),
  }
}

const toListUrl = ({ code }: Voucher, list: string): string =>
  `/v1/vouchers/${encodeURIComponent(code)}/${list}?page=1&limit=10`

/** The voucher as the API shows it, nulls included (engine-core §4.1). */
export function toVoucherView(voucher: Voucher): View {
  return {
    id: voucher.id,
    code: voucher.code,
    campaign: null,
    campaign_id: null,
    category: voucher.category,
    category_id: null,
    categories: [],
    type: voucher.type,
    discount: null,
    gift: null,
    ...toBenefitView(voucher),
    loyalty_card: null,
    start_date: toIsoOrNull(voucher.startDate),
    expiration_date: toIsoOrNull(voucher.expirationDate),
    validity_timeframe: null,
    validity_day_of_week: null,
    validity_hours: null,
    active: voucher.isActive,
    additional_info: voucher.additionalInfo,
    metadata: voucher.metadata,
    assets: null,
    is_referral_code: voucher.isReferralCode,
    created_at: toIso(voucher.createdAt),
    updated_at: toIsoOrNull(voucher.updatedAt),
    holder_id: voucher.holderId,
    referrer_id: null,
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
    validation_rules_assignments: { object: 'list', data_ref: 'data', data: [], total: 0 },
    object: 'voucher',
  }
}

/** The voucher inside an occurrence or a redemption (SimpleVoucher, engine-programs §13.1). */
export function toSimpleVoucher(voucher: Voucher): View {
  return {
    id: voucher.id,
    code: voucher.code,
    ...toBenefitView(voucher),
    type: voucher.type,
    campaign: null,
    campaign_id: null,
    is_referral_code: voucher.isReferralCode,
    holder_id: voucher.holderId,
    referrer_id: null,
    category_id: null,
    active: voucher.isActive,
    created_at: toIso(voucher.createdAt),
    updated_at: toIsoOrNull(voucher.updatedAt),
    redemption: toRedemptionView(voucher),
    start_date: toIsoOrNull(voucher.startDate),
    expiration_date: toIsoOrNull(voucher.expirationDate),
    metadata: voucher.metadata,
    object: 'voucher',
  }
}
