import { LIMITS } from '../../platform/limits.ts'

/** How several redeemables of one request go together (engine-core §10.2), as far as it matters without categories. */
export type StackingRules = {
  /** `ALL`: one that cannot be applied refuses the request. `PARTIAL`: the others are applied (R-STACK-06). */
  applicationMode: 'ALL' | 'PARTIAL'
  applicableRedeemablesLimit: number
  /** What becomes of a redeemable that changes nothing (R-STACK-09). */
  noEffectRule: 'REDEEM_ANYWAY' | 'SKIP'
}

/** The rules of a project that set none (D-12). */
export const DEFAULT_STACKING_RULES: StackingRules = {
  applicationMode: 'ALL',
  applicableRedeemablesLimit: LIMITS.applicableRedeemablesMax,
  noEffectRule: 'REDEEM_ANYWAY',
}

/** The `stacking_rules` of an answer. */
export const toStackingRulesView = (rules: StackingRules) => ({
  redeemables_limit: LIMITS.redeemablesPerRequestMax,
  applicable_redeemables_limit: rules.applicableRedeemablesLimit,
  applicable_exclusive_redeemables_limit: 1,
  applicable_redeemables_category_limits: {},
  exclusive_categories: [],
  joint_categories: [],
  discount_calculation_mode: 'DISCOUNTED_AMOUNT',
  initial_amount_mode_categories: [],
  discounted_amount_mode_categories: [],
  redeemables_application_mode: rules.applicationMode,
  redeemables_sorting_rule: 'REQUESTED_ORDER',
  redeemables_products_application_mode: 'STACK',
  redeemables_no_effect_rule: rules.noEffectRule,
  no_effect_skip_categories: [],
  no_effect_redeem_anyway_categories: [],
  redeemables_rollback_order_mode: 'WITH_ORDER',
})
