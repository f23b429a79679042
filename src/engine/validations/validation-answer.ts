import { toErrorBody } from '../../kernel/api-error.ts'
import type { Json } from '../../kernel/json.ts'
import { toPricedOrderView } from '../orders/index.ts'
import { toVoucherView } from '../vouchers/index.ts'
import type { Outcome } from './decide-validation.ts'
import { explainValidation } from './explain-validation.ts'
import { toOutcomeError } from './refusal.ts'
import { toStackingRulesView } from './stacking-rules.ts'
import type { Validation } from './validate.ts'
import { NO_PRODUCTS, toOutcomeView } from './validation-view.ts'

type View = { [key: string]: Json | object }

/** The answer of `POST /v1/validations` (§16.2, R-VAL-01, R-VAL-04). Lists that are empty are left out. */
export function toStackBody(validation: Validation, isExplained: boolean): View {
  const { id, call, decision, rules, trackingId } = validation
  const { isValid, outcomes, order, applied } = decision
  const show = (outcome: Outcome) => toOutcomeView(outcome, { requestId: call.groupId, order })
  const of = (status: Outcome['status']) => outcomes.filter((outcome) => outcome.status === status)
  const skipped = of('SKIPPED').map(show)
  const inapplicable = of('INAPPLICABLE').map(show)
  return {
    id,
    valid: isValid,
    redeemables: (isValid ? of('APPLICABLE') : outcomes).map(show),
    ...(skipped.length > 0 && { skipped_redeemables: skipped }),
    ...(inapplicable.length > 0 && { inapplicable_redeemables: inapplicable }),
    ...(order && { order: toPricedOrderView(order, applied) }),
    ...(trackingId !== null && { tracking_id: trackingId }),
    stacking_rules: toStackingRulesView(rules),
    ...(isExplained && { explain: explainValidation(decision, call.now) }),
  }
}

/** The answer of the older endpoint of one voucher (§21). */
export function toSingleBody(validation: Validation, isExplained: boolean): View {
  const { call, decision, trackingId } = validation
  const [outcome] = decision.outcomes
  const voucher = outcome?.redeemable.voucher
  const common = {
    valid: decision.isValid,
    code: voucher?.code ?? outcome?.redeemable.id ?? null,
    metadata: voucher?.metadata ?? {},
    ...(trackingId !== null && { tracking_id: trackingId }),
    ...(isExplained && { explain: explainValidation(decision, call.now) }),
  }
  if (outcome?.status === 'INAPPLICABLE') {
    const error = toErrorBody(toOutcomeError(outcome), call.groupId)
    return { ...common, reason: error.message, error }
  }
  if (!voucher) return common
  const { discount, gift, start_date, expiration_date } = toVoucherView(voucher)
  return {
    ...common,
    ...(discount ? { discount } : {}),
    ...(gift ? { gift } : {}),
    ...(decision.order && { order: toPricedOrderView(decision.order, decision.applied) }),
    applicable_to: NO_PRODUCTS,
    inapplicable_to: NO_PRODUCTS,
    campaign: null,
    campaign_id: null,
    start_date: start_date ?? null,
    expiration_date: expiration_date ?? null,
  }
}
