import { ApiError } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck } from '../api/index.ts'
import { DEFAULT_STACKING_RULES, type StackingRules } from './stacking-rules.ts'
import {
  type StackingRulesBody,
  type StackingRulesInput,
  toStackingRulesBody,
  withBody,
} from './stacking-rules-view.ts'

const limit = (maximum: number) => ({ type: ['integer', 'null'], minimum: 1, maximum })
const oneOf = (...values: string[]) => ({
  type: ['string', 'null'],
  enum: [...values, null],
})
const CATEGORIES = {
  type: ['array', 'null'],
  maxItems: LIMITS.ruleValuesMax,
  items: { type: 'string', pattern: '^cat_' },
}
const MANY = LIMITS.redeemablesPerRequestMax
const EXCLUSIVE_MAX = 5
const OF_CATEGORY_MAX = 10

export const STACKING_RULES_BODY = {
  type: 'object',
  properties: {
    redeemables_limit: limit(MANY),
    applicable_redeemables_limit: limit(MANY),
    applicable_redeemables_per_category_limit: limit(MANY),
    applicable_redeemables_category_limits: {
      type: ['object', 'null'],
      propertyNames: { pattern: '^cat_' },
      additionalProperties: { type: 'integer', minimum: 1, maximum: OF_CATEGORY_MAX },
    },
    applicable_exclusive_redeemables_limit: limit(EXCLUSIVE_MAX),
    applicable_exclusive_redeemables_per_category_limit: limit(EXCLUSIVE_MAX),
    exclusive_categories: CATEGORIES,
    joint_categories: CATEGORIES,
    discount_calculation_mode: oneOf('INITIAL_AMOUNT', 'DISCOUNTED_AMOUNT'),
    initial_amount_mode_categories: CATEGORIES,
    discounted_amount_mode_categories: CATEGORIES,
    redeemables_application_mode: oneOf('ALL', 'PARTIAL'),
    redeemables_sorting_rule: oneOf('REQUESTED_ORDER', 'CATEGORY_HIERARCHY'),
    redeemables_products_application_mode: oneOf('STACK', 'ONCE'),
    redeemables_no_effect_rule: oneOf('REDEEM_ANYWAY', 'SKIP'),
    no_effect_skip_categories: CATEGORIES,
    no_effect_redeem_anyway_categories: CATEGORIES,
    redeemables_rollback_order_mode: oneOf('WITH_ORDER', 'WITHOUT_ORDER'),
    grouped_redeemables_sorting_rule: {
      type: ['string', 'null'],
      maxLength: LIMITS.nameLengthMax,
    },
  },
}

/** Checks the fields of a body each by itself. Throws `invalid_payload` naming the field. */
export const checkStackingRules = compileBodyCheck<StackingRulesInput>(STACKING_RULES_BODY)

/** No limit beside one that it could never reach (engine-core §10.2). */
const NOT_ABOVE: readonly [lower: keyof StackingRulesBody, upper: keyof StackingRulesBody][] = [
  ['applicable_redeemables_limit', 'redeemables_limit'],
  ['applicable_redeemables_per_category_limit', 'applicable_redeemables_limit'],
  ['applicable_exclusive_redeemables_per_category_limit', 'applicable_exclusive_redeemables_limit'],
]

/**
 * What `input` makes of `current`: what is absent stays, null is the default, a list replaces the list. Throws
 * `invalid_payload` naming a field that does not go with another.
 */
export function parseStackingRules(
  input: StackingRulesInput,
  current: StackingRules = DEFAULT_STACKING_RULES,
): StackingRules {
  const rules = withBody(current, input, DEFAULT_STACKING_RULES)
  const body = toStackingRulesBody(rules)
  for (const [lower, upper] of NOT_ABOVE) {
    const [less, more] = [body[lower], body[upper]]
    if (typeof less === 'number' && typeof more === 'number' && less > more) {
      throw invalid(`Property .${lower} must be <= .${upper}, which is ${more}`)
    }
  }
  const both = rules.noEffectSkipCategories.find((id) =>
    rules.noEffectRedeemAnywayCategories.includes(id),
  )
  if (both !== undefined) {
    throw invalid(
      `Property .no_effect_skip_categories must not name ${both}, which .no_effect_redeem_anyway_categories names`,
    )
  }
  return rules
}

const invalid = (details: string): ApiError => new ApiError('invalid_payload', { details })

/** `current` with what `body` changes about it. Throws `invalid_payload`. */
export const readStackingRules = (body: unknown, current: StackingRules): StackingRules =>
  parseStackingRules(checkStackingRules(body), current)
