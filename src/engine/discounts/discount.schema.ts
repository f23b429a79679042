import { ApiError, unsupported } from '../../kernel/api-error.ts'
import { money } from '../../kernel/money.ts'
import { type Discount, type DiscountType, toDiscountView } from './discount.ts'

/** A discount as a caller writes it; every field may be missing or null. */
export type DiscountInput = {
  type?: DiscountType | 'UNIT' | 'FIXED' | null
  percent_off?: number | null
  amount_off?: number | null
  amount_limit?: number | null
  effect?: string | null
} & Record<(typeof UNSUPPORTED)[number], unknown>

const UNSUPPORTED = [
  'percent_off_formula',
  'amount_off_formula',
  'aggregated_amount_limit',
  'unit_off',
  'units',
  'fixed_amount',
] as const

const AMOUNT = { type: ['integer', 'null'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER }

/** For `compileBodyCheck`; what it lets through still goes to `parseDiscount`. */
export const DISCOUNT_SCHEMA = {
  type: ['object', 'null'],
  properties: {
    type: { type: ['string', 'null'], enum: ['PERCENT', 'AMOUNT', 'UNIT', 'FIXED', null] },
    percent_off: { type: ['number', 'null'], minimum: 0, maximum: 100 },
    amount_off: AMOUNT,
    amount_limit: AMOUNT,
    effect: { type: ['string', 'null'] },
  },
}

/**
 * The discount that `input` describes, its missing values taken from `current` when a voucher is
 * changed. Throws `invalid_payload` for what is missing, `invalid_voucher` for another type than the
 * current one (R-VOU-09), and `not_implemented`, naming the field, for what would otherwise be ignored.
 */
export function parseDiscount(input: DiscountInput, current?: Discount): Discount {
  const type = toSupportedType(input.type ?? current?.type)
  if (current && type !== current.type) {
    throw new ApiError('invalid_voucher', {
      details: 'It is not possible to change Voucher discount type',
    })
  }
  refuseUnsupportedFields(input)
  const given = { ...(current && toDiscountView(current)), ...input } as DiscountInput
  if (type === 'AMOUNT') return { type, amountOff: money(required(given.amount_off, 'amount_off')) }
  return {
    type,
    percentOff: required(given.percent_off, 'percent_off'),
    amountLimit: typeof given.amount_limit === 'number' ? money(given.amount_limit) : null,
  }
}

function toSupportedType(type: DiscountInput['type']): DiscountType {
  if (!type) throw missing('type')
  if (type !== 'PERCENT' && type !== 'AMOUNT') throw unsupported('.discount.type', type)
  return type
}

function refuseUnsupportedFields(input: DiscountInput): void {
  const effect = input.effect ?? 'APPLY_TO_ORDER'
  if (effect !== 'APPLY_TO_ORDER') throw unsupported('.discount.effect', effect)
  const field = UNSUPPORTED.find((name) => input[name] !== undefined && input[name] !== null)
  if (field) throw unsupported(`.discount.${field}`)
}

function required(value: number | null | undefined, field: string): number {
  if (value === undefined || value === null) throw missing(field)
  return value
}

const missing = (field: string): ApiError =>
  new ApiError('invalid_payload', {
    details: `Property .discount should have required property '${field}'`,
  })
