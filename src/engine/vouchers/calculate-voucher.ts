import { ApiError } from '../../kernel/api-error.ts'
import { money, ZERO } from '../../kernel/money.ts'
import { parseDiscount } from '../discounts/index.ts'
import { parseValidity } from '../validity/index.ts'
import { refuseIncomplete } from './expiration-rules.ts'
import type { VoucherInput } from './voucher.schema.ts'
import type { Benefit, Gift, LoyaltyCard, Metadata, Voucher } from './voucher.ts'

/** What the caller of a creation does not say. */
export type NewVoucher = { id: string; projectId: string; code: string; now: Date }

/** The voucher that `input` describes. Throws `invalid_payload` when its discount or its credits are missing. */
export function calculateNewVoucher(
  input: VoucherInput,
  { id, projectId, code, now }: NewVoucher,
): Voucher {
  return {
    ...toBenefit(input),
    id,
    projectId,
    code,
    campaignId: null,
    campaignName: null,
    category: input.category ?? null,
    categoryId: input.category_id ?? null,
    redemptionQuantity: input.redemption?.quantity ?? null,
    redeemedQuantity: 0,
    validity: parseValidity(input),
    isActive: input.active ?? true,
    additionalInfo: input.additional_info ?? null,
    metadata: input.metadata ?? {},
    isReferralCode: input.is_referral_code ?? false,
    holderId: null,
    referrerId: null,
    publishCount: 0,
    createdAt: now,
    updatedAt: null,
  }
}

const NEW_CARD: LoyaltyCard = {
  points: 0,
  expiredPoints: 0,
  subtractedPoints: 0,
  redeemedPoints: 0,
  nextExpirationDate: null,
  nextExpirationPoints: null,
  pendingPoints: 0,
}

const KEYS = {
  DISCOUNT_VOUCHER: 'discount',
  GIFT_VOUCHER: 'gift',
  LOYALTY_CARD: 'loyalty_card',
} as const

/** A missing type follows from what the body has (R-VOU-03); a body with the benefits of two types is refused. */
function toBenefit(input: VoucherInput): Benefit {
  const type = input.type ?? toType(input)
  const misplaced = Object.values(KEYS).find((key) => key !== KEYS[type] && input[key])
  if (misplaced)
    throw invalid(`Property .${misplaced} is not allowed for a voucher of type ${type}`)
  switch (type) {
    case 'LOYALTY_CARD': {
      const points = input.loyalty_card?.points ?? 0
      refuseIncomplete(input.loyalty_card?.expiration_rules, '.loyalty_card.expiration_rules')
      const loyaltyCard = { ...NEW_CARD, points }
      return { type, discount: null, gift: null, loyaltyCard }
    }
    case 'GIFT_VOUCHER':
      return { type, discount: null, gift: toGift(input.gift), loyaltyCard: null }
    case 'DISCOUNT_VOUCHER':
      if (!input.discount) throw invalid("Payload should have required property 'discount'")
      return { type, discount: parseDiscount(input.discount), gift: null, loyaltyCard: null }
  }
}

function toType({ gift, loyalty_card }: VoucherInput): Voucher['type'] {
  if (gift) return 'GIFT_VOUCHER'
  return loyalty_card ? 'LOYALTY_CARD' : 'DISCOUNT_VOUCHER'
}

function toGift(input: VoucherInput['gift']): Gift {
  if (!input) throw invalid("Payload should have required property 'gift'")
  const { amount, effect } = input
  if (amount === undefined || amount === null) {
    throw invalid("Property .gift should have required property 'amount'")
  }
  return {
    amount: money(amount),
    subtractedAmount: ZERO,
    redeemedAmount: ZERO,
    effect: effect ?? 'APPLY_TO_ORDER',
  }
}

/**
 * `voucher` with the changes that `input` names; what it does not name stays, null clears where that
 * means something (R-VOU-09, R-META-02, C-22). Throws `invalid_voucher` for another type of discount and
 * `invalid_payload` for fewer redemptions than have been made.
 */
export function calculateChangedVoucher(voucher: Voucher, input: VoucherInput, now: Date): Voucher {
  const given = <T>(value: T | undefined, stored: T): T => (value === undefined ? stored : value)
  return {
    ...voucher,
    ...toChangedBenefit(voucher, input),
    category: given(input.category, voucher.category),
    categoryId: given(input.category_id, voucher.categoryId),
    redemptionQuantity: toChangedQuantity(voucher, input),
    validity: parseValidity(input, voucher.validity),
    isActive: input.active ?? voucher.isActive,
    additionalInfo: given(input.additional_info, voucher.additionalInfo),
    metadata: calculateMetadata(voucher.metadata, input),
    updatedAt: now,
  }
}

/** The amount of a gift card and the points of a loyalty card change through their balance alone. */
function toChangedBenefit(voucher: Voucher, input: VoucherInput): Benefit {
  if (voucher.type === 'DISCOUNT_VOUCHER') {
    const { type, discount } = voucher
    const changed = input.discount ? parseDiscount(input.discount, discount) : discount
    return { type, discount: changed, gift: null, loyaltyCard: null }
  }
  if (input.discount) throw otherDiscountType()
  if (voucher.type === 'LOYALTY_CARD') {
    const { type, loyaltyCard } = voucher
    return { type, discount: null, gift: null, loyaltyCard }
  }
  const { type, gift } = voucher
  const effect = input.gift?.effect ?? gift.effect
  return { type, discount: null, gift: { ...gift, effect }, loyaltyCard: null }
}

function toChangedQuantity(voucher: Voucher, input: VoucherInput): number | null {
  const quantity = input.redemption?.quantity
  if (quantity === undefined) return voucher.redemptionQuantity
  if (quantity !== null && quantity < voucher.redeemedQuantity) {
    throw invalid(
      `Property .redemption.quantity must be >= ${voucher.redeemedQuantity}, the redemptions already made`,
    )
  }
  return quantity
}

/** `stored` with the keys that are given, and without those that are unset (R-META-02). */
export function calculateMetadata(
  stored: Metadata,
  {
    metadata,
    unset_metadata_fields,
  }: { metadata?: Metadata | null; unset_metadata_fields?: string[] | null },
): Metadata {
  const unset = new Set(unset_metadata_fields ?? [])
  const merged = { ...stored, ...metadata }
  return Object.fromEntries(Object.entries(merged).filter(([key]) => !unset.has(key)))
}

const invalid = (details: string): ApiError => new ApiError('invalid_payload', { details })

const otherDiscountType = (): ApiError =>
  new ApiError('invalid_voucher', {
    details: 'It is not possible to change Voucher discount type',
  })
