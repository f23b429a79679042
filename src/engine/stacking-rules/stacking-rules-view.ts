import { toIso } from '../../kernel/time.ts'
import type { StackingRules, StoredStackingRules } from './stacking-rules.ts'

/** The wire's names of the fields, in the order in which they go out. */
const NAMES = {
  redeemables_limit: 'redeemablesLimit',
  applicable_redeemables_limit: 'applicableRedeemablesLimit',
  applicable_redeemables_per_category_limit: 'applicableRedeemablesPerCategoryLimit',
  applicable_redeemables_category_limits: 'applicableRedeemablesCategoryLimits',
  applicable_exclusive_redeemables_limit: 'applicableExclusiveRedeemablesLimit',
  applicable_exclusive_redeemables_per_category_limit:
    'applicableExclusiveRedeemablesPerCategoryLimit',
  exclusive_categories: 'exclusiveCategories',
  joint_categories: 'jointCategories',
  discount_calculation_mode: 'discountCalculationMode',
  initial_amount_mode_categories: 'initialAmountModeCategories',
  discounted_amount_mode_categories: 'discountedAmountModeCategories',
  redeemables_application_mode: 'redeemablesApplicationMode',
  redeemables_sorting_rule: 'redeemablesSortingRule',
  redeemables_products_application_mode: 'redeemablesProductsApplicationMode',
  redeemables_no_effect_rule: 'redeemablesNoEffectRule',
  no_effect_skip_categories: 'noEffectSkipCategories',
  no_effect_redeem_anyway_categories: 'noEffectRedeemAnywayCategories',
  redeemables_rollback_order_mode: 'redeemablesRollbackOrderMode',
  grouped_redeemables_sorting_rule: 'groupedRedeemablesSortingRule',
} as const satisfies Record<string, keyof StackingRules>

type WireName = keyof typeof NAMES
const WIRE_NAMES = Object.keys(NAMES) as WireName[]

/** Stacking rules as the wire writes them. */
export type StackingRulesBody = { [Name in WireName]: StackingRules[(typeof NAMES)[Name]] }

/** Some fields of it, unread. */
export type StackingRulesInput = { readonly [Name in WireName]?: unknown }

/** All fields, unset limits as null. */
export const toStackingRulesBody = (rules: StackingRules): StackingRulesBody =>
  Object.fromEntries(WIRE_NAMES.map((name) => [name, rules[NAMES[name]]])) as StackingRulesBody

/** `rules` with what `body` gives in their place; null gives back the value of `defaults`. */
export function withBody(
  rules: StackingRules,
  body: StackingRulesInput,
  defaults: StackingRules,
): StackingRules {
  const given = WIRE_NAMES.filter((name) => body[name] !== undefined)
  return {
    ...rules,
    ...Object.fromEntries(given.map((name) => [NAMES[name], body[name] ?? defaults[NAMES[name]]])),
  }
}

/** The `stacking_rules` of an answer: a limit that is not set is not there (C-14). */
export const toStackingRulesView = (rules: StackingRules): Partial<StackingRulesBody> =>
  Object.fromEntries(
    Object.entries(toStackingRulesBody(rules)).filter(([, value]) => value !== null),
  )

/** What the management API answers: the defaults have neither an id nor times. */
export const toStoredView = ({ id, rules, createdAt, updatedAt }: StoredStackingRules) => ({
  id,
  ...toStackingRulesBody(rules),
  created_at: toIso(createdAt),
  updated_at: updatedAt && toIso(updatedAt),
})
