import { LIMITS } from '../../platform/limits.ts'

/** How several redeemables of one request go together (engine-core §10.2, §10.3). Categories are told by their ids. */
export type StackingRules = {
  /** How many may be in a request. */
  redeemablesLimit: number
  /** How many of them are applied (R-STACK-03). */
  applicableRedeemablesLimit: number
  /** Of one category; null is without limit (C-14). */
  applicableRedeemablesPerCategoryLimit: number | null
  /** The same for single categories, which goes before. */
  applicableRedeemablesCategoryLimits: Readonly<Record<string, number>>
  applicableExclusiveRedeemablesLimit: number
  /** Null is without limit. */
  applicableExclusiveRedeemablesPerCategoryLimit: number | null
  /** Go with no common ones (R-STACK-01). */
  exclusiveCategories: readonly string[]
  /** Go with everything. */
  jointCategories: readonly string[]
  /** What percentages are of (R-STACK-08), and of which categories it is otherwise. */
  discountCalculationMode: 'INITIAL_AMOUNT' | 'DISCOUNTED_AMOUNT'
  initialAmountModeCategories: readonly string[]
  discountedAmountModeCategories: readonly string[]
  /** Whether one that cannot be applied refuses the request (R-STACK-06). */
  redeemablesApplicationMode: 'ALL' | 'PARTIAL'
  redeemablesSortingRule: 'REQUESTED_ORDER' | 'CATEGORY_HIERARCHY'
  /** Whether one line is discounted by one or by several (R-STACK-07). */
  redeemablesProductsApplicationMode: 'STACK' | 'ONCE'
  /** What becomes of one that changes nothing (R-STACK-09). */
  redeemablesNoEffectRule: 'REDEEM_ANYWAY' | 'SKIP'
  noEffectSkipCategories: readonly string[]
  noEffectRedeemAnywayCategories: readonly string[]
  redeemablesRollbackOrderMode: 'WITH_ORDER' | 'WITHOUT_ORDER'
  /** `JOINT_ALWAYS_LAST`, or anything else for one order of all (R-STACK-05). */
  groupedRedeemablesSortingRule: string
}

/** The rules of a project that set none (D-12). */
export const DEFAULT_STACKING_RULES: StackingRules = {
  redeemablesLimit: LIMITS.redeemablesPerRequestMax,
  applicableRedeemablesLimit: LIMITS.applicableRedeemablesMax,
  applicableRedeemablesPerCategoryLimit: null,
  applicableRedeemablesCategoryLimits: {},
  applicableExclusiveRedeemablesLimit: 1,
  applicableExclusiveRedeemablesPerCategoryLimit: null,
  exclusiveCategories: [],
  jointCategories: [],
  discountCalculationMode: 'DISCOUNTED_AMOUNT',
  initialAmountModeCategories: [],
  discountedAmountModeCategories: [],
  redeemablesApplicationMode: 'ALL',
  redeemablesSortingRule: 'REQUESTED_ORDER',
  redeemablesProductsApplicationMode: 'STACK',
  redeemablesNoEffectRule: 'REDEEM_ANYWAY',
  noEffectSkipCategories: [],
  noEffectRedeemAnywayCategories: [],
  redeemablesRollbackOrderMode: 'WITH_ORDER',
  groupedRedeemablesSortingRule: 'JOINT_ALWAYS_LAST',
}

/** What a project has stored. */
export type StoredStackingRules = {
  id: string
  projectId: string
  rules: StackingRules
  createdAt: Date
  updatedAt: Date | null
}

const CATEGORY_LISTS = [
  'exclusiveCategories',
  'jointCategories',
  'initialAmountModeCategories',
  'discountedAmountModeCategories',
  'noEffectSkipCategories',
  'noEffectRedeemAnywayCategories',
] as const satisfies readonly (keyof StackingRules)[]

/** Every category that `rules` name, each once. */
export const categoriesOf = (rules: StackingRules): string[] => [
  ...new Set([
    ...CATEGORY_LISTS.flatMap((list) => rules[list]),
    ...Object.keys(rules.applicableRedeemablesCategoryLimits),
  ]),
]

/** `rules` as if the category had never been named in them. */
export function withoutCategory(rules: StackingRules, categoryId: string): StackingRules {
  const lists = CATEGORY_LISTS.map((list) => [list, rules[list].filter((id) => id !== categoryId)])
  const { [categoryId]: _gone, ...limits } = rules.applicableRedeemablesCategoryLimits
  return { ...rules, ...Object.fromEntries(lists), applicableRedeemablesCategoryLimits: limits }
}
