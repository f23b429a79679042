import { ApiError } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'
import { DISCOUNT_SCHEMA, type DiscountInput } from '../discounts/index.ts'
import { VALIDITY_SCHEMA, type ValidityInput } from '../validity/index.ts'
import type { Metadata } from './promotion-tier.ts'

/** A tier as a caller writes it, to make one or to change one. */
export type TierInput = ValidityInput & {
  name?: string | null
  banner?: string | null
  action?: { discount?: DiscountInput | null } | null
  hierarchy?: number | null
  metadata?: Metadata | null
  unset_metadata_fields?: string[] | null
  active?: boolean | null
  category_id?: string | null
  /** The ids of at most one rule. */
  validation_rules?: string[] | null
}

const TEXT = { type: ['string', 'null'], maxLength: LIMITS.textLengthMax }
const NAME = { type: ['string', 'null'], minLength: 1, maxLength: LIMITS.indexedTextLengthMax }
const HIERARCHY_MAX = 1_000_000

export const TIER_SCHEMA = {
  type: 'object',
  properties: {
    name: NAME,
    banner: TEXT,
    action: { type: ['object', 'null'], properties: { discount: DISCOUNT_SCHEMA } },
    hierarchy: { type: ['integer', 'null'], minimum: 0, maximum: HIERARCHY_MAX },
    metadata: { type: ['object', 'null'] },
    unset_metadata_fields: { type: ['array', 'null'], items: { type: 'string' } },
    active: { type: ['boolean', 'null'] },
    category_id: TEXT,
    validation_rules: { type: ['array', 'null'], maxItems: 1, items: { type: 'string' } },
    ...VALIDITY_SCHEMA,
  },
}

export const parseTier = compileBodyCheck<TierInput>(TIER_SCHEMA)

/** A stack as a caller writes it. */
export type StackInput = {
  name?: string | null
  tiers?: { ids?: string[] | null; hierarchy_mode?: string | null } | null
  category_id?: string | null
}

export const STACK_SCHEMA = {
  type: 'object',
  properties: {
    name: NAME,
    tiers: {
      type: ['object', 'null'],
      properties: {
        ids: {
          type: ['array', 'null'],
          minItems: 1,
          maxItems: LIMITS.tiersPerStackMax,
          uniqueItems: true,
          items: { type: 'string' },
        },
        hierarchy_mode: TEXT,
      },
    },
    category_id: TEXT,
  },
}

export const parseStack = compileBodyCheck<StackInput>(STACK_SCHEMA)

/** `value`, which a creation must have. Throws `invalid_payload` naming the field. */
export function required<T>(value: T | null | undefined, field: string, of = 'Payload'): T {
  if (value !== null && value !== undefined) return value
  throw new ApiError('invalid_payload', {
    details: `${of} should have required property '${field}'`,
  })
}
