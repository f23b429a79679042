import type { Explain } from '../../kernel/explain.ts'
import { VOUCHER_CHECKS } from './check-voucher.ts'
import { type Outcome, SKIP_REASONS, type ValidationDecision } from './decide-validation.ts'

/** Why a validation came out as it did: a part for each redeemable, in it a part for each check. */
export function explainValidation(decision: ValidationDecision, now: Date): Explain {
  return {
    what: 'redeemables can be applied',
    passed: decision.isValid,
    parts: decision.outcomes.map((outcome) => explainOutcome(outcome, now)),
  }
}

function explainOutcome(outcome: Outcome, now: Date): Explain {
  const { voucher, id } = outcome.redeemable
  const what = `voucher ${id} can be applied`
  if (!voucher) return { what, passed: false, message: messageOf(outcome) }

  const checks = VOUCHER_CHECKS.map(({ what: condition, refuse }): Explain => {
    const refusal = refuse(voucher, now)
    return refusal
      ? { what: condition, passed: false, message: refusal.because }
      : { what: condition, passed: true }
  })
  const passed = outcome.status === 'APPLICABLE'
  const isToldByCheck = checks.some((check) => !check.passed) && outcome.status === 'INAPPLICABLE'
  return {
    what,
    passed,
    parts: isToldByCheck
      ? checks
      : [
          ...checks,
          {
            what: 'has a place among the others and an effect',
            passed,
            message: messageOf(outcome),
          },
        ],
  }
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
