import type { Explain } from '../../kernel/explain.ts'
import { explainDiscount, remainingOf } from '../discounts/index.ts'
import { changesNeeded, explainRule } from '../rules/index.ts'
import type { Circumstances } from './circumstances.ts'
import { toRuleFacts } from './decide-rules.ts'
import { STATE_CHECKS } from './decide-state.ts'
import type { Applied, Outcome, ValidationDecision } from './decide-validation.ts'
import type { Redeemable, Target } from './redeemable.ts'
import { SKIP_REASONS } from './stacking.ts'

/**
 * Why a validation came out as it did: a part for each redeemable in the order of the request, in it a part
 * for each check, each condition of its rules and each step of its discount. What was refused says in
 * `message` the smallest change that would make it apply.
 */
export function explainValidation(
  decision: ValidationDecision,
  circumstances: Circumstances,
): Explain {
  return {
    what: 'redeemables can be applied',
    passed: decision.isValid,
    parts: decision.outcomes.map((outcome) => explainOutcome(outcome, circumstances)),
  }
}

/** The same of what qualifies. */
export const explainQualified = (
  outcomes: readonly Outcome[],
  circumstances: Circumstances,
): Explain => ({
  what: 'can be used',
  passed: true,
  parts: outcomes.map((outcome) => explainOutcome(outcome, circumstances)),
})

function explainOutcome(outcome: Outcome, circumstances: Circumstances): Explain {
  const { redeemable, before: order } = outcome
  const { target, object, id } = redeemable
  const what = `${object} ${id} can be applied`
  if (!target) return { what, passed: false, message: messageOf(outcome) }
  const passed = outcome.status === 'APPLICABLE'
  const facts = toRuleFacts(
    {
      redeemable,
      target,
      order,
      usage: new Map(),
      ...(passed && { after: outcome.order, applied: outcome.applied }),
    },
    circumstances,
  )
  const changes = passed ? [] : target.rules.flatMap((rule) => changesNeeded(rule, facts))
  return {
    what,
    passed,
    message: changes.length > 0 ? changes.join('; ') : messageOf(outcome),
    parts: [
      ...explainState(target, redeemable, circumstances),
      ...target.rules.map((rule) => explainRule(rule, facts)),
      ...(outcome.status === 'SKIPPED'
        ? [{ what: 'has its place among the others', passed: false, message: messageOf(outcome) }]
        : []),
      ...(passed ? explainEffect(outcome) : []),
    ],
  }
}

const explainState = (
  target: Target,
  redeemable: Redeemable,
  circumstances: Circumstances,
): Explain[] =>
  STATE_CHECKS.map(({ what, refuse }): Explain => {
    const refusal = refuse(target, circumstances, redeemable)
    return refusal ? { what, passed: false, message: refusal.because } : { what, passed: true }
  })

function explainEffect({ effect, order, before }: Applied): Explain[] {
  if (!order || !before) return []
  if (effect.kind === 'discount') return [explainDiscount(before.cart, effect.applied)]
  const spent = effect.kind === 'gift' ? effect.credits : effect.points
  return [
    {
      what: effect.kind === 'gift' ? 'gift credits are spent' : 'points are spent',
      passed: true,
      actual: {
        spent,
        balance: effect.balance,
        before: remainingOf(before.cart),
        after: remainingOf(order.cart),
      },
    },
  ]
}

function messageOf(outcome: Outcome): string {
  switch (outcome.status) {
    case 'APPLICABLE':
      return `Takes ${outcome.applied} off the order`
    case 'INAPPLICABLE':
      return outcome.refusal.because
    case 'SKIPPED':
      return SKIP_REASONS[outcome.reason]
  }
}
