import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'
import { VALIDITY_SCHEMA, type ValidityInput } from '../validity/index.ts'
import { EXPIRATION_RULES, type ExpirationRules } from '../vouchers/index.ts'
import type { Metadata } from './earning-rule.ts'
import { type LoyaltyInput, MEASURES } from './parse-calculation.ts'

/** A rule as a caller writes it, to make one or to change one. */
export type EarningRuleInput = ValidityInput & {
  event?: string | null
  loyalty?: LoyaltyInput | null
  validation_rule_id?: string | null
  custom_event?: { schema_id?: string | null } | null
  segment?: { id?: string | null } | null
  loyalty_tier?: { id?: string | null } | null
  pending_points?: { period_type?: 'DAY' | null; period_value?: number | null } | null
  source?: { banner?: string | null } | null
  active?: boolean | null
  expiration_rules?: ExpirationRules | null
  metadata?: Metadata | null
}

const ID = { type: ['string', 'null'], maxLength: LIMITS.indexedTextLengthMax }
const TEXT = { type: ['string', 'null'], maxLength: LIMITS.textLengthMax }
const POINTS = { type: ['integer', 'null'], minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
const FORMULA = { type: ['string', 'null'], maxLength: LIMITS.textLengthMax }
const OBJECTS = ['product', 'sku', 'products_collection']

const of = (properties: object) => ({ type: ['object', 'null'], properties })

const BLOCK = of({
  every: { type: ['integer', 'null'], minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
  points: POINTS,
  points_formula: FORMULA,
  property: TEXT,
  object: { type: ['string', 'null'], enum: [...OBJECTS, null] },
  id: ID,
  applicable_to: {
    type: ['array', 'null'],
    maxItems: LIMITS.orderItemsMax,
    items: {
      type: 'object',
      required: ['object', 'id'],
      properties: {
        object: { type: 'string', enum: OBJECTS },
        id: { type: 'string', maxLength: LIMITS.indexedTextLengthMax },
      },
    },
  },
})

const LOYALTY = of({
  type: { type: ['string', 'null'], enum: ['FIXED', 'PROPORTIONAL', null] },
  points: POINTS,
  points_formula: FORMULA,
  calculation_type: { type: ['string', 'null'], enum: [...MEASURES, null] },
  order: of({ amount: BLOCK, total_amount: BLOCK, metadata: BLOCK }),
  order_items: of({ quantity: BLOCK, amount: BLOCK, subtotal_amount: BLOCK }),
  customer: of({ metadata: BLOCK }),
  custom_event: of({ metadata: BLOCK }),
})

/** What changes of a rule may say; its event stays as it is. */
export const EARNING_RULE_CHANGE = {
  type: 'object',
  properties: {
    validation_rule_id: ID,
    loyalty: LOYALTY,
    pending_points: of({
      period_type: { type: ['string', 'null'], enum: ['DAY', null] },
      period_value: { type: ['integer', 'null'], minimum: 1, maximum: LIMITS.pendingDaysMax },
    }),
    source: of({ banner: TEXT }),
    active: { type: ['boolean', 'null'] },
    expiration_rules: EXPIRATION_RULES,
    metadata: { type: ['object', 'null'] },
    ...VALIDITY_SCHEMA,
  },
}

const EARNING_RULE = {
  ...EARNING_RULE_CHANGE,
  required: ['loyalty', 'event'],
  properties: {
    ...EARNING_RULE_CHANGE.properties,
    event: { type: 'string', minLength: 1, maxLength: LIMITS.customEventNameLengthMax },
    custom_event: of({ schema_id: ID }),
    segment: of({ id: ID }),
    loyalty_tier: of({ id: ID }),
  },
}

export const EARNING_RULES_BODY = {
  type: 'array',
  minItems: 1,
  maxItems: LIMITS.earningRulesPerProjectMax,
  items: EARNING_RULE,
}

export const parseRules = compileBodyCheck<EarningRuleInput[]>(EARNING_RULES_BODY)
export const parseChange = compileBodyCheck<EarningRuleInput>(EARNING_RULE_CHANGE)
