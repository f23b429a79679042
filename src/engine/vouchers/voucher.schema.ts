import { unsupported } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'
import { CODE_CONFIG_SCHEMA, type CodeConfigInput } from '../codes/index.ts'
import { DISCOUNT_SCHEMA, type DiscountInput } from '../discounts/index.ts'
import type { Metadata } from './voucher.ts'

/** A voucher as a caller writes it, to make one or to change one; null and absent mean the same on creation (W-3). */
export type VoucherInput = {
  code?: string | null
  type?: 'DISCOUNT_VOUCHER' | 'GIFT_VOUCHER' | 'LOYALTY_CARD' | null
  category?: string | null
  discount?: DiscountInput | null
  gift?: { amount?: number | null; effect?: string | null } | null
  redemption?: { quantity?: number | null } | null
  start_date?: string | null
  expiration_date?: string | null
  active?: boolean | null
  additional_info?: string | null
  metadata?: Metadata | null
  unset_metadata_fields?: string[] | null
  code_config?: CodeConfigInput | null
}

const TEXT = { type: ['string', 'null'] }
const DATE = { type: ['string', 'null'], format: 'iso-date' }
const QUANTITY_MAX = 2_147_483_647

const checkBody = compileBodyCheck<VoucherInput>({
  type: 'object',
  properties: {
    code: { type: ['string', 'null'], minLength: 1, maxLength: LIMITS.codeLengthMax },
    type: {
      type: ['string', 'null'],
      enum: ['DISCOUNT_VOUCHER', 'GIFT_VOUCHER', 'LOYALTY_CARD', null],
    },
    category: TEXT,
    discount: DISCOUNT_SCHEMA,
    gift: {
      type: ['object', 'null'],
      properties: {
        amount: { type: ['integer', 'null'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER },
        effect: TEXT,
      },
    },
    redemption: {
      type: ['object', 'null'],
      properties: {
        quantity: { type: ['integer', 'null'], minimum: 0, maximum: QUANTITY_MAX },
      },
    },
    start_date: DATE,
    expiration_date: DATE,
    active: { type: ['boolean', 'null'] },
    additional_info: TEXT,
    metadata: { type: ['object', 'null'] },
    unset_metadata_fields: { type: ['array', 'null'], items: { type: 'string' } },
    code_config: CODE_CONFIG_SCHEMA,
  },
})

/** What changes who may redeem a voucher or when, and would mislead its owner if it were ignored. */
const UNSUPPORTED_ON_UPDATE = [
  'category_id',
  'validity_timeframe',
  'validity_day_of_week',
  'validity_hours',
] as const
const UNSUPPORTED_ON_CREATION = [
  ...UNSUPPORTED_ON_UPDATE,
  'campaign',
  'campaign_id',
  'loyalty_card',
  'validation_rules',
] as const

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)

function refuseUnsupported(input: object, properties: readonly string[]): void {
  const given = properties.find((property) => isGiven((input as Record<string, unknown>)[property]))
  if (given) throw unsupported(`.${given}`)
}

/** The body of a creation. Throws `invalid_payload`, or `not_implemented` naming the field. */
export function parseNewVoucher(body: unknown): VoucherInput {
  const input = checkBody(body)
  refuseUnsupported(input, UNSUPPORTED_ON_CREATION)
  return input
}

/** The body of a change; what cannot be edited is ignored (R-VOU-09). Throws as `parseNewVoucher`. */
export function parseVoucherChanges(body: unknown): VoucherInput {
  const input = checkBody(body)
  refuseUnsupported(input, UNSUPPORTED_ON_UPDATE)
  return input
}
