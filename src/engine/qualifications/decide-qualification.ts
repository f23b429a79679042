import { type Money, ZERO } from '../../kernel/money.ts'
import { totalsOf } from '../discounts/index.ts'
import {
  type Applied,
  type Circumstances,
  decideValidation,
  productsOf,
} from '../evaluation/index.ts'
import type { PricedOrder } from '../orders/index.ts'
import type { CandidateObject, LoadedCandidate } from './candidate.ts'
import type { Scenario } from './qualification.schema.ts'

/** A candidate that can be used, with what it would do. */
export type Qualified = {
  candidate: LoadedCandidate
  /** One; of a stack, one for each of its tiers that applies. */
  outcomes: readonly Applied[]
  order: PricedOrder | undefined
  /** What it would take off the order. */
  applied: Money
}

const EVERYTHING: readonly CandidateObject[] = [
  'voucher',
  'promotion_tier',
  'promotion_stack',
  'campaign',
]
const SINGLE: readonly CandidateObject[] = ['voucher', 'promotion_tier', 'campaign']

/** R-BUN-05: to the others a bundle may be incomplete. */
const NEED_WHOLE_BUNDLES: ReadonlySet<Scenario> = new Set([
  'ALL',
  'CUSTOMER_WALLET',
  'PROMOTION_STACKS',
])

/** What a scenario looks at. */
export function objectsOf(scenario: Scenario): readonly CandidateObject[] {
  if (scenario === 'PROMOTION_STACKS') return ['promotion_stack']
  if (scenario === 'CUSTOMER_WALLET') return ['voucher']
  return scenario === 'ALL' ? EVERYTHING : SINGLE
}

/** Which rules a scenario asks; the cart does not matter to those that look at the audience alone. */
function askedRulesOf(scenario: Scenario): Circumstances['askedRules'] {
  switch (scenario) {
    case 'AUDIENCE_ONLY':
      return 'customer'
    case 'PRODUCTS':
    case 'PRODUCTS_DISCOUNT':
      return 'order'
    default:
      return 'all'
  }
}

/**
 * What `candidate` would do to `order` by itself, without stacking; undefined when it cannot be used (R-QUAL-02,
 * R-QUAL-03). Limits that count redemptions and orders are not asked, and this one does not count towards them.
 */
export function decideQualification(
  candidate: LoadedCandidate,
  order: PricedOrder | undefined,
  { scenario, ...circumstances }: Circumstances & { scenario: Scenario },
): Qualified | undefined {
  const isOfProducts = scenario.startsWith('PRODUCTS')
  const decision = decideValidation(
    candidate.redeemables,
    scenario === 'AUDIENCE_ONLY' ? undefined : order,
    {
      ...circumstances,
      stackingRules: toUnstacked(circumstances.stackingRules, candidate.redeemables.length),
      usageOf: undefined,
      askedRules: askedRulesOf(scenario),
      needsWholeBundles: NEED_WHOLE_BUNDLES.has(scenario),
    },
  )
  if (!decision.isValid) return undefined
  const after = decision.order
  const qualified = {
    candidate,
    outcomes: decision.applied,
    order: after,
    applied: after ? totalsOf(after.cart).totalAppliedDiscountAmount : ZERO,
  }
  return isOfProducts && !isAboutProducts(qualified, scenario) ? undefined : qualified
}

/** R-QUAL-03: each by itself; all tiers of a stack, however many. */
const toUnstacked = (
  rules: Circumstances['stackingRules'],
  count: number,
): Circumstances['stackingRules'] => ({
  ...rules,
  exclusiveCategories: [],
  applicableRedeemablesLimit: count,
  applicableRedeemablesPerCategoryLimit: null,
  applicableRedeemablesCategoryLimits: {},
})

/** Whether what it takes off is taken off products, or products are what its rules ask for. */
function isAboutProducts({ outcomes, order }: Qualified, scenario: Scenario): boolean {
  const isDiscounted = order !== undefined && totalsOf(order.cart).itemsAppliedDiscountAmount > 0
  const isScoped = outcomes.some(({ target }) => {
    const { scope, bundle } = productsOf(target.rules)
    return scope.isRestricted || bundle !== null
  })
  if (scenario.startsWith('PRODUCTS_DISCOUNT')) return isDiscounted && isScoped
  const isRequired = outcomes.some(({ target }) =>
    target.rules.some(({ needs }) => needs.collectionIds.length > 0),
  )
  return isDiscounted || isScoped || isRequired
}
