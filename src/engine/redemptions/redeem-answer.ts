import { ApiError } from '../../kernel/api-error.ts'
import type { Json } from '../../kernel/json.ts'
import { type Answer, toRefusal } from '../api/index.ts'
import type { Call } from '../context.ts'
import { type Customer, toSimpleCustomer } from '../customers/index.ts'
import { toOrderView } from '../orders/index.ts'
import { toApiError, toOutcomeView } from '../validations/index.ts'
import { toSimpleVoucher } from '../vouchers/index.ts'
import type { Denied, Granted, RedemptionDecision } from './decide-redemption.ts'
import { toRedemptionView } from './redemption-view.ts'

type View = { [key: string]: Json }

/** `stack`: the answer of `POST /v1/redemptions`; `single`: the bare redemption of the older endpoint (§21). */
export type AnswerShape = 'stack' | 'single'

/** The answer to a decided request. A refusal on record names its redemption (R-RED-04). */
export function toRedeemAnswer(
  call: Call,
  decision: RedemptionDecision,
  { shape, customer }: { shape: AnswerShape; customer: Customer | undefined },
): Answer {
  if (decision.kind === 'denied') return toDeniedAnswer(call, decision)
  const person = customer ? toSimpleCustomer(customer) : null
  const views = decision.parts.map(({ redemption, voucher }) =>
    toRedemptionView(redemption, { customer: person, voucher: toSimpleVoucher(voucher) }),
  )
  return {
    status: 200,
    body: shape === 'single' ? views[0] : toStackBody(call, decision, { views, person }),
  }
}

function toStackBody(
  call: Call,
  { parent, order, validation }: Granted,
  { views, person }: { views: View[]; person: View | null },
): View {
  const viewsOf = (status: 'INAPPLICABLE' | 'SKIPPED'): View[] =>
    validation.outcomes
      .filter((outcome) => outcome.status === status)
      .map((outcome) => toOutcomeView(outcome, { requestId: call.groupId, order: undefined }))
  return {
    redemptions: views,
    ...(parent && {
      parent_redemption: toRedemptionView(parent, { customer: person, voucher: null }),
    }),
    order: order ? toOrderView(order, validation.applied) : null,
    inapplicable_redeemables: viewsOf('INAPPLICABLE'),
    skipped_redeemables: viewsOf('SKIPPED'),
  }
}

function toDeniedAnswer(call: Call, { redemption, refused }: Denied): Answer {
  const resource = { type: 'redemption', id: redemption.id }
  const error = refused
    ? toApiError(refused.refusal, refused.redeemable.id, resource)
    : new ApiError('no_applicable_redeemables', {
        details: 'None of the redeemables can be applied',
        resource,
      })
  return toRefusal(error, call)
}
