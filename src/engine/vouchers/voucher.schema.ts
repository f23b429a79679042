import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'
import { CODE_CONFIG_SCHEMA, type CodeConfigInput } from '../codes/index.ts'
import { DISCOUNT_SCHEMA, type DiscountInput } from '../discounts/index.ts'
import { VALIDITY_SCHEMA, type ValidityInput } from '../validity/index.ts'
import { EXPIRATION_RULES, type ExpirationRules } from './expiration-rules.ts'
import type { Gift, Metadata, Voucher } from './voucher.ts'

/** A voucher as a caller writes it, to make one or to change one; null and absent mean the same on creation (W-3). */
export type VoucherInput = ValidityInput & {
  code?: string | null
  type?: Voucher['type'] | null
  campaign?: string | null
  campaign_id?: string | null
  category?: string | null
  category_id?: string | null
  discount?: DiscountInput | null
  gift?: { amount?: number | null; effect?: Gift['effect'] | null } | null
  loyalty_card?: {
    points?: number | null
    /** When points of the cards of a campaign expire (engine-programs §8.1). */
    expiration_rules?: ExpirationRules | null
  } | null
  redemption?: { quantity?: number | null } | null
  active?: boolean | null
  additional_info?: string | null
  is_referral_code?: boolean | null
  metadata?: Metadata | null
  unset_metadata_fields?: string[] | null
  code_config?: CodeConfigInput | null
  /** The ids of at most one rule. */
  validation_rules?: string[] | null
}

const TEXT = { type: ['string', 'null'] }
const SUM = { type: ['integer', 'null'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
const QUANTITY_MAX = 2_147_483_647

/** What a voucher and the template of a campaign have in common. */
export const VOUCHER_PROPERTIES = {
  type: {
    type: ['string', 'null'],
    enum: ['DISCOUNT_VOUCHER', 'GIFT_VOUCHER', 'LOYALTY_CARD', null],
  },
  category: TEXT,
  category_id: TEXT,
  discount: DISCOUNT_SCHEMA,
  gift: {
    type: ['object', 'null'],
    properties: {
      amount: SUM,
      effect: { type: ['string', 'null'], enum: ['APPLY_TO_ORDER', 'APPLY_TO_ITEMS', null] },
    },
  },
  loyalty_card: {
    type: ['object', 'null'],
    properties: { points: SUM, expiration_rules: EXPIRATION_RULES },
  },
  redemption: {
    type: ['object', 'null'],
    properties: { quantity: { type: ['integer', 'null'], minimum: 0, maximum: QUANTITY_MAX } },
  },
  ...VALIDITY_SCHEMA,
  active: { type: ['boolean', 'null'] },
  additional_info: TEXT,
  is_referral_code: { type: ['boolean', 'null'] },
  metadata: { type: ['object', 'null'] },
  unset_metadata_fields: { type: ['array', 'null'], items: { type: 'string' } },
  code_config: CODE_CONFIG_SCHEMA,
  validation_rules: { type: ['array', 'null'], maxItems: 1, items: { type: 'string' } },
}

export const VOUCHER_SCHEMA = {
  type: 'object',
  properties: {
    code: { type: ['string', 'null'], minLength: 1, maxLength: LIMITS.codeLengthMax },
    campaign: TEXT,
    campaign_id: TEXT,
    ...VOUCHER_PROPERTIES,
  },
}

/**
 * The body of a creation or a change; what cannot be edited is ignored by a change (R-VOU-09). Throws
 * `invalid_payload`.
 */
export const parseVoucher = compileBodyCheck<VoucherInput>(VOUCHER_SCHEMA)
