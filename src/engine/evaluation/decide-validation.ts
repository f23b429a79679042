import { type Money, money, ZERO } from '../../kernel/money.ts'
import { type Cart, startRedeemable, totalsOf } from '../discounts/index.ts'
import type { PricedOrder } from '../orders/index.ts'
import { type Circumstances, occasionOf } from './circumstances.ts'
import { decideEffect, type Effect } from './decide-effect.ts'
import { decideRules, type RuleStage } from './decide-rules.ts'
import { decideState } from './decide-state.ts'
import type { Redeemable, Target } from './redeemable.ts'
import type { Refusal } from './refusal.ts'
import {
  AppliedCounts,
  noEffectRuleOf,
  type SkipReason,
  sortRedeemables,
  stackingKindOf,
} from './stacking.ts'
import { unitsOf } from './unit-limits.ts'
import { toUsageDeltas, type UsageDelta } from './usage-deltas.ts'

type Common = {
  redeemable: Redeemable
  /** The order as the redeemables before left it. */
  before: PricedOrder | undefined
}
export type Applied = Common & {
  status: 'APPLICABLE'
  target: Target
  /** The order as this redeemable left it; its `applied_*` are what this one took off (R-DISC-03). */
  order: PricedOrder | undefined
  /** What it takes off the order, on lines and on the whole. */
  applied: Money
  effect: Effect
  /** What it counts towards the limits that are kept. */
  usage: readonly UsageDelta[]
}
export type Refused = Common & { status: 'INAPPLICABLE'; refusal: Refusal }
export type Skipped = Common & { status: 'SKIPPED'; reason: SkipReason }
export type Outcome = Applied | Refused | Skipped

export type ValidationDecision = {
  isValid: boolean
  /** In the order of the request, a stack in the order of its tiers. */
  outcomes: readonly Outcome[]
  /** Those that are applied, in the order in which they are. */
  applied: readonly Applied[]
  /** The order after all of them, when it is valid and there is one; its `applied_*` are their sums. */
  order: PricedOrder | undefined
}

/** What has happened so far in one request. */
type Progress = {
  order: PricedOrder | undefined
  applied: Applied[]
  counts: AppliedCounts
  hasRefusal: boolean
  isExclusivePresent: boolean
  /** Lines that an earlier redeemable of the request discounted (R-STACK-07). */
  discountedLines: Set<number>
  /** What the ones before count towards limits, by counter. */
  usage: Map<string, number>
}

/**
 * Decides what of `redeemables` can be applied to `order`, one after another, each to what the ones before
 * left to pay (§24.3). Nothing is changed; validations, redemptions, qualifications and simulations all decide
 * with this function, so they cannot disagree. The caller refused duplicates before.
 */
export function decideValidation(
  redeemables: readonly Redeemable[],
  order: PricedOrder | undefined,
  circumstances: Circumstances,
): ValidationDecision {
  const { stackingRules } = circumstances
  const progress: Progress = {
    order,
    applied: [],
    counts: new AppliedCounts(),
    hasRefusal: false,
    isExclusivePresent: false,
    discountedLines: new Set(),
    usage: new Map(),
  }
  progress.isExclusivePresent = hasExclusive(redeemables, progress, circumstances)
  const outcomes = new Map<Redeemable, Outcome>()
  for (const redeemable of sortRedeemables(redeemables, stackingRules)) {
    const outcome = decideRedeemable(redeemable, progress, circumstances)
    outcomes.set(redeemable, outcome)
    advance(progress, outcome, circumstances)
  }
  const isAll = stackingRules.redeemablesApplicationMode === 'ALL'
  const isValid = progress.applied.length > 0 && !(isAll && progress.hasRefusal)
  return {
    isValid,
    outcomes: redeemables.map((redeemable) => outcomes.get(redeemable) as Outcome),
    applied: isValid ? progress.applied : [],
    order: isValid && order && progress.order ? sumUp(order, progress.order) : undefined,
  }
}

/** R-STACK-02: what may not stand beside an exclusive one is left out wherever that one stands in the request. */
function hasExclusive(
  redeemables: readonly Redeemable[],
  progress: Progress,
  circumstances: Circumstances,
): boolean {
  const { stackingRules } = circumstances
  if (stackingRules.exclusiveCategories.length === 0) return false
  return redeemables.some(
    (redeemable) =>
      stackingKindOf(redeemable, stackingRules) === 'EXCLUSIVE' &&
      redeemable.target !== undefined &&
      decideState(redeemable.target, circumstances, redeemable) === undefined &&
      decideAlone(redeemable, progress, circumstances).status === 'APPLICABLE',
  )
}

/** R-STACK-03, R-STACK-06, then the redeemable by itself. */
function decideRedeemable(
  redeemable: Redeemable,
  progress: Progress,
  circumstances: Circumstances,
): Outcome {
  const { stackingRules } = circumstances
  const before = progress.order
  const skipped = (reason: SkipReason): Skipped => ({
    status: 'SKIPPED',
    redeemable,
    before,
    reason,
  })
  const refused = (refusal: Refusal): Refused => ({
    status: 'INAPPLICABLE',
    redeemable,
    before,
    refusal,
  })
  const { target } = redeemable
  // An unknown code is told for each redeemable, whatever happened to those before (R-VAL-03).
  if (!target) return refused(unknown(redeemable))
  if (stackingRules.redeemablesApplicationMode === 'ALL' && progress.hasRefusal) {
    return skipped('preceding_validation_failed')
  }
  const refusal = decideState(target, circumstances, redeemable)
  if (refusal) return refused(refusal)
  if (progress.isExclusivePresent && stackingKindOf(redeemable, stackingRules) === 'COMMON') {
    return skipped('exclusion_rules_not_met')
  }
  const exceeded = progress.counts.findExceeded(redeemable, stackingRules)
  if (exceeded) return skipped(exceeded)
  const outcome = decideAlone(redeemable, progress, circumstances)
  const isWithoutEffect =
    outcome.status === 'APPLICABLE' && progress.order !== undefined && !hasEffect(outcome)
  return isWithoutEffect && noEffectRuleOf(redeemable, stackingRules) === 'SKIP'
    ? skipped('no_effect')
    : outcome
}

/** Rules, effect, and the rules on what the effect leaves (R-VALID-01, R-ALG-02). */
function decideAlone(
  redeemable: Redeemable,
  { order, discountedLines, usage }: Progress,
  circumstances: Circumstances,
): Applied | Refused {
  const refused = (refusal: Refusal): Refused => ({
    status: 'INAPPLICABLE',
    redeemable,
    before: order,
    refusal,
  })
  const { target } = redeemable
  if (!target) return refused(unknown(redeemable))

  const stage: RuleStage = { redeemable, target, order, usage }
  const violated = decideRules(stage, circumstances)
  if (violated) return refused(violated)

  const cart = order && startRedeemable(order.cart)
  const question = { redeemable, target, order, cart, discountedLines, usage }
  const result = decideEffect(question, circumstances)
  if ('key' in result) return refused(result)

  const after = order && result.cart ? { ...order, cart: result.cart } : order
  const applied = after ? totalsOf(after.cart).totalAppliedDiscountAmount : ZERO
  const violatedAfter = decideRules({ ...stage, after, applied }, circumstances)
  if (violatedAfter) return refused(violatedAfter)
  const units = unitsOf(target, result.effect.scope, after?.cart)
  return {
    status: 'APPLICABLE',
    redeemable,
    before: order,
    target,
    order: after,
    applied,
    effect: result.effect,
    usage: toUsageDeltas(target, { order, applied, units }, occasionOf(circumstances)),
  }
}

function advance(progress: Progress, outcome: Outcome, { stackingRules }: Circumstances): void {
  if (outcome.status === 'INAPPLICABLE') progress.hasRefusal = true
  if (outcome.status !== 'APPLICABLE') return
  progress.applied.push(outcome)
  progress.counts.add(outcome.redeemable, stackingRules)
  progress.order = outcome.order
  for (const [index, line] of (outcome.order?.cart.lines ?? []).entries()) {
    if (line.appliedDiscountAmount > 0) progress.discountedLines.add(index)
  }
  for (const { text, delta } of outcome.usage) {
    progress.usage.set(text, (progress.usage.get(text) ?? 0) + delta)
  }
}

const hasEffect = ({ applied, effect }: Applied): boolean =>
  applied > 0 || (effect.kind === 'points' && effect.points > 0)

const unknown = ({ object, id }: Redeemable): Refusal => ({
  key: 'not_found',
  details: `Cannot find ${object} with id ${id}`,
  because: `The project has no ${object} of this name`,
})

/** The order at the end, with what this request took off (R-DISC-03). */
function sumUp(before: PricedOrder, after: PricedOrder): PricedOrder {
  return { ...after, cart: appliedSince(before.cart, after.cart) }
}

function appliedSince(before: Cart, after: Cart): Cart {
  return {
    ...after,
    appliedDiscountAmount: money(after.discountAmount - before.discountAmount),
    lines: after.lines.map((line, index) => ({
      ...line,
      appliedDiscountAmount: money(
        line.discountAmount - (before.lines[index]?.discountAmount ?? ZERO),
      ),
    })),
  }
}
