import { toErrorBody } from '../../kernel/api-error.ts'
import type { Json } from '../../kernel/json.ts'
import {
  explainValidation,
  type Outcome,
  toAppliedView,
  toOutcomeError,
  toOutcomeView,
} from '../evaluation/index.ts'
import { toPricedOrderView } from '../orders/index.ts'
import { toSessionView } from '../sessions/index.ts'
import { toStackingRulesView } from '../stacking-rules/index.ts'
import type { Validation } from './validate.ts'

type View = { [key: string]: Json | object }

/** The answer of `POST /v1/validations` (§16.2, R-VAL-01, R-VAL-04). Lists that are empty are left out. */
export function toStackBody(validation: Validation, isExplained: boolean): View {
  const { id, call, decision, circumstances, input } = validation
  const { isValid, outcomes, order, applied } = decision
  const show = (outcome: Outcome) =>
    toOutcomeView(outcome, { requestId: call.groupId, expand: input.expand })
  const of = (status: Outcome['status']) => outcomes.filter((outcome) => outcome.status === status)
  const skipped = of('SKIPPED').map(show)
  const inapplicable = of('INAPPLICABLE').map(show)
  return {
    id,
    valid: isValid,
    redeemables: (isValid ? applied : outcomes).map(show),
    ...(skipped.length > 0 && { skipped_redeemables: skipped }),
    ...(inapplicable.length > 0 && { inapplicable_redeemables: inapplicable }),
    ...(order && { order: toPricedOrderView(order) }),
    ...toCommon(validation, isExplained),
    stacking_rules: toStackingRulesView(circumstances.stackingRules),
  }
}

function toCommon(validation: Validation, isExplained: boolean): View {
  const { decision, circumstances, trackingId, sessionKey, input } = validation
  return {
    ...(trackingId !== null && { tracking_id: trackingId }),
    ...(input.session && sessionKey && { session: toSessionView(input.session, sessionKey) }),
    ...(isExplained && { explain: explainValidation(decision, circumstances) }),
  }
}

/** The answer of the older endpoint of one voucher or tier (§21). */
export function toSingleBody(validation: Validation, isExplained: boolean): View {
  const { call, decision, input } = validation
  const [outcome] = decision.outcomes
  const { voucher, tier, campaign } = outcome?.redeemable.target ?? {}
  const common = {
    valid: decision.isValid,
    ...(tier
      ? { id: tier.id, name: tier.name, banner: tier.banner }
      : { code: voucher?.code ?? outcome?.redeemable.id ?? null }),
    metadata: voucher?.metadata ?? tier?.metadata ?? {},
    ...toCommon(validation, isExplained),
  }
  if (outcome?.status === 'INAPPLICABLE') {
    const error = toErrorBody(toOutcomeError(outcome), call.groupId)
    return { ...common, reason: error.message, error }
  }
  if (outcome?.status !== 'APPLICABLE') return common
  const { result, ...lists } = toAppliedView(outcome, { expand: input.expand })
  return {
    ...common,
    ...(result as View),
    ...(decision.order && { order: toPricedOrderView(decision.order) }),
    ...lists,
    campaign: campaign?.name ?? null,
    campaign_id: campaign?.id ?? null,
    start_date: toIsoOrNull(voucher?.validity.startDate ?? tier?.validity.startDate),
    expiration_date: toIsoOrNull(voucher?.validity.expirationDate ?? tier?.validity.expirationDate),
  }
}

const toIsoOrNull = (date: Date | null | undefined): string | null => date?.toISOString() ?? null
