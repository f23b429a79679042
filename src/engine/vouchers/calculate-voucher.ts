import { ApiError, unsupported } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import { money, ZERO } from '../../kernel/money.ts'
import { parseIsoDate } from '../../kernel/time.ts'
import { parseDiscount } from '../discounts/index.ts'
import type { VoucherInput } from './voucher.schema.ts'
import type { Gift, Metadata, Voucher } from './voucher.ts'

/** What the caller of a creation does not say. */
export type NewVoucher = { id: string; projectId: string; code: string; now: Date }

/**
 * The voucher that `input` describes. Throws `invalid_payload` when its discount or its credits are
 * missing, and `not_implemented`, naming the field, for a benefit this engine cannot give.
 */
export function calculateNewVoucher(
  input: VoucherInput,
  { id, projectId, code, now }: NewVoucher,
): Voucher {
  return {
    ...toBenefit(input),
    id,
    projectId,
    code,
    category: input.category ?? null,
    redemptionQuantity: input.redemption?.quantity ?? null,
    redeemedQuantity: 0,
    startDate: toDate(input.start_date) ?? null,
    expirationDate: toDate(input.expiration_date) ?? null,
    isActive: input.active ?? true,
    additionalInfo: input.additional_info ?? null,
    metadata: input.metadata ?? {},
    isReferralCode: false,
    holderId: null,
    publishCount: 0,
    createdAt: now,
    updatedAt: null,
  }
}

type Benefit = Pick<Voucher, 'type' | 'discount' | 'gift'> &
  (
    | { type: 'DISCOUNT_VOUCHER'; discount: NonNullable<Voucher['discount']>; gift: null }
    | { type: 'GIFT_VOUCHER'; discount: null; gift: Gift }
  )

/** A missing type follows from what the body has (R-VOU-03); a body with the benefits of two types is refused. */
function toBenefit(input: VoucherInput): Benefit {
  const type = input.type ?? (input.gift ? 'GIFT_VOUCHER' : 'DISCOUNT_VOUCHER')
  switch (type) {
    case 'LOYALTY_CARD':
      throw unsupported('.type', type)
    case 'GIFT_VOUCHER':
      if (input.discount) throw misplaced('discount', type)
      return { type, discount: null, gift: toGift(input.gift) }
    case 'DISCOUNT_VOUCHER':
      if (input.gift) throw misplaced('gift', type)
      if (!input.discount) throw invalid("Payload should have required property 'discount'")
      return { type, discount: parseDiscount(input.discount), gift: null }
  }
}

function toGift(input: VoucherInput['gift']): Gift {
  if (!input) throw invalid("Payload should have required property 'gift'")
  const { amount } = input
  if (amount === undefined || amount === null) {
    throw invalid("Property .gift should have required property 'amount'")
  }
  const gift = { amount: money(amount), subtractedAmount: ZERO, redeemedAmount: ZERO }
  return { ...gift, effect: toGiftEffect(input.effect) }
}

function toGiftEffect(effect: string | null | undefined): Gift['effect'] {
  if (effect && effect !== 'APPLY_TO_ORDER') throw unsupported('.gift.effect', effect)
  return 'APPLY_TO_ORDER'
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
    redemptionQuantity: toChangedQuantity(voucher, input),
    startDate: given(toDate(input.start_date), voucher.startDate),
    expirationDate: given(toDate(input.expiration_date), voucher.expirationDate),
    isActive: input.active ?? voucher.isActive,
    additionalInfo: given(input.additional_info, voucher.additionalInfo),
    metadata: toChangedMetadata(voucher.metadata, input),
    updatedAt: now,
  }
}

function toChangedBenefit(voucher: Voucher, input: VoucherInput): Benefit {
  if (voucher.type === 'GIFT_VOUCHER') {
    if (input.discount) throw otherDiscountType()
    const { type, gift } = voucher
    return { type, discount: null, gift: { ...gift, effect: toGiftEffect(input.gift?.effect) } }
  }
  const { type, discount } = voucher
  if (!input.discount) return { type, discount, gift: null }
  return { type, discount: parseDiscount(input.discount, discount), gift: null }
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

function toChangedMetadata(stored: Metadata, input: VoucherInput): Metadata {
  const unset = new Set(input.unset_metadata_fields ?? [])
  const merged = { ...stored, ...input.metadata }
  return Object.fromEntries(Object.entries(merged).filter(([key]) => !unset.has(key)))
}

function toDate(text: string | null | undefined): Date | null | undefined {
  if (text === undefined || text === null) return text
  const date = parseIsoDate(text)
  invariant(date, `a date that passed the check of the body: ${text}`)
  return date
}

const invalid = (details: string): ApiError => new ApiError('invalid_payload', { details })

const misplaced = (property: string, type: string): ApiError =>
  invalid(`Property .${property} is not allowed for a voucher of type ${type}`)

const otherDiscountType = (): ApiError =>
  new ApiError('invalid_voucher', {
    details: 'It is not possible to change Voucher discount type',
  })
