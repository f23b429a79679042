import type { StackingRules } from '../stacking-rules/index.ts'
import type { Redeemable } from './redeemable.ts'

/** How a category goes together with others (R-STACK-01). */
export type StackingKind = 'COMMON' | 'EXCLUSIVE' | 'JOINT'

export function stackingKindOf({ target }: Redeemable, rules: StackingRules): StackingKind {
  const categoryId = target?.category?.id
  if (categoryId === undefined) return 'COMMON'
  if (rules.exclusiveCategories.includes(categoryId)) return 'EXCLUSIVE'
  return rules.jointCategories.includes(categoryId) ? 'JOINT' : 'COMMON'
}

/** What has no category comes with those of the default hierarchy (R-STACK-04). */
const HIERARCHY_DEFAULT = 1

/**
 * The order in which redeemables are applied: as requested or by hierarchy (R-STACK-04), joint ones last
 * where the project says so (R-STACK-05). The tiers of a stack keep the order of the stack.
 */
export function sortRedeemables(
  redeemables: readonly Redeemable[],
  rules: StackingRules,
): readonly Redeemable[] {
  if (redeemables.length < 2) return redeemables
  const hierarchyOf = ({ target }: Redeemable): number =>
    rules.redeemablesSortingRule === 'CATEGORY_HIERARCHY'
      ? (target?.category?.hierarchy ?? HIERARCHY_DEFAULT)
      : 0
  const groupOf = (redeemable: Redeemable): number =>
    rules.groupedRedeemablesSortingRule === 'JOINT_ALWAYS_LAST' &&
    stackingKindOf(redeemable, rules) === 'JOINT'
      ? 1
      : 0
  return [...redeemables].sort((a, b) =>
    a.stackId !== undefined && a.stackId === b.stackId
      ? 0
      : groupOf(a) - groupOf(b) || hierarchyOf(a) - hierarchyOf(b),
  )
}

export const SKIP_REASONS = {
  preceding_validation_failed: 'Redeemable cannot be applied due to preceding validation failure',
  exclusion_rules_not_met: 'Redeemable cannot be applied due to exclusion rules',
  applicable_redeemables_limit_exceeded: 'Applicable redeemables limit exceeded',
  applicable_redeemables_per_category_limit_exceeded:
    'Applicable redeemables limit per category exceeded',
  applicable_exclusive_redeemables_limit_exceeded:
    'Applicable exclusive redeemables limit exceeded',
  applicable_exclusive_redeemables_per_category_limit_exceeded:
    'Applicable exclusive redeemables limit per category exceeded',
  no_effect: 'Redeemable cannot be applied due to no effect',
} as const
/** Why a redeemable was left out without being refused (R-STACK-10). */
export type SkipReason = keyof typeof SKIP_REASONS

/** How many redeemables have been applied so far: in all, exclusive ones, and of each category. */
export class AppliedCounts {
  private total = 0
  private exclusive = 0
  private readonly byCategory = new Map<string, number>()
  private readonly exclusiveByCategory = new Map<string, number>()

  /** The limit that one more `redeemable` would exceed (R-STACK-03). Without a category none of a category holds (C-15). */
  findExceeded(redeemable: Redeemable, rules: StackingRules): SkipReason | undefined {
    if (this.total >= rules.applicableRedeemablesLimit) {
      return 'applicable_redeemables_limit_exceeded'
    }
    const categoryId = redeemable.target?.category?.id
    if (categoryId === undefined) return undefined
    const isExclusive = stackingKindOf(redeemable, rules) === 'EXCLUSIVE'
    if (isExclusive && this.exclusive >= rules.applicableExclusiveRedeemablesLimit) {
      return 'applicable_exclusive_redeemables_limit_exceeded'
    }
    const perCategory =
      rules.applicableRedeemablesCategoryLimits[categoryId] ??
      rules.applicableRedeemablesPerCategoryLimit
    if (isReached(this.byCategory.get(categoryId), perCategory)) {
      return 'applicable_redeemables_per_category_limit_exceeded'
    }
    const perExclusive = rules.applicableExclusiveRedeemablesPerCategoryLimit
    if (isExclusive && isReached(this.exclusiveByCategory.get(categoryId), perExclusive)) {
      return 'applicable_exclusive_redeemables_per_category_limit_exceeded'
    }
    return undefined
  }

  add(redeemable: Redeemable, rules: StackingRules): void {
    this.total += 1
    const categoryId = redeemable.target?.category?.id
    if (categoryId === undefined) return
    increment(this.byCategory, categoryId)
    if (stackingKindOf(redeemable, rules) !== 'EXCLUSIVE') return
    this.exclusive += 1
    increment(this.exclusiveByCategory, categoryId)
  }
}

/** No limit where none is set (C-14). */
const isReached = (count = 0, limit: number | null | undefined): boolean =>
  limit !== null && limit !== undefined && count >= limit

const increment = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** Whether percentages are of the order as it came or of what is left (R-STACK-08). */
export function calculationModeOf(
  { target }: Redeemable,
  rules: StackingRules,
): StackingRules['discountCalculationMode'] {
  const categoryId = target?.category?.id
  if (categoryId !== undefined) {
    if (rules.initialAmountModeCategories.includes(categoryId)) return 'INITIAL_AMOUNT'
    if (rules.discountedAmountModeCategories.includes(categoryId)) return 'DISCOUNTED_AMOUNT'
  }
  return rules.discountCalculationMode
}

/** What becomes of a redeemable that changes nothing (R-STACK-09). */
export function noEffectRuleOf(
  { target }: Redeemable,
  rules: StackingRules,
): StackingRules['redeemablesNoEffectRule'] {
  const categoryId = target?.category?.id
  if (categoryId !== undefined) {
    if (rules.noEffectSkipCategories.includes(categoryId)) return 'SKIP'
    if (rules.noEffectRedeemAnywayCategories.includes(categoryId)) return 'REDEEM_ANYWAY'
  }
  return rules.redeemablesNoEffectRule
}
