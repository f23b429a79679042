import { ApiError } from '../../kernel/api-error.ts'
import type { Json } from '../../kernel/json.ts'
import { type Answer, toRefusal } from '../api/index.ts'
import type { Call } from '../context.ts'
import type { Customer } from '../customers/index.ts'
import { type Outcome, toApiError, toOutcomeView } from '../evaluation/index.ts'
import { toOrderView } from '../orders/index.ts'
import type { Denied, Granted, RedemptionDecision } from './decide-redemption.ts'
import type { GivenRewards } from './give-rewards.ts'
import type { AnswerShape } from './redeem-request.ts'
import { toRedemptionView } from './redemption-view.ts'
import { toRelatedViews } from './related-views.ts'

type View = { [key: string]: Json }

/** The answer to a decided request. A refusal on record names its redemption (R-RED-04). */
export function toRedeemAnswer(
  call: Call,
  decision: RedemptionDecision,
  {
    shape,
    customer,
    given,
  }: { shape: AnswerShape; customer: Customer | undefined; given: GivenRewards },
): Answer {
  const explained = decision.explain && { explain: decision.explain }
  if (decision.kind === 'denied') {
    const { status, body } = toDeniedAnswer(call, decision)
    return { status, body: { ...(body as View), ...explained } }
  }
  const views = decision.parts.map(({ redemption, target }) =>
    toRedemptionView(redemption, toRelatedViews(customer, target, given.get(redemption.id)?.view)),
  )
  const body = shape !== 'stack' ? views[0] : toStackBody(call, decision, { views, customer })
  return { status: 200, body: { ...body, ...explained } }
}

function toStackBody(
  call: Call,
  { parent, order, validation }: Granted,
  { views, customer }: { views: View[]; customer: Customer | undefined },
): View {
  const viewsOf = (status: Outcome['status']): View[] =>
    validation.outcomes
      .filter((outcome) => outcome.status === status)
      .map((outcome) => toOutcomeView(outcome, { requestId: call.groupId }))
  return {
    redemptions: views,
    ...(parent && {
      parent_redemption: toRedemptionView(parent, toRelatedViews(customer, undefined)),
    }),
    order: order ? toOrderView(order) : null,
    inapplicable_redeemables: viewsOf('INAPPLICABLE'),
    skipped_redeemables: viewsOf('SKIPPED'),
  }
}

function toDeniedAnswer(call: Call, { redemption, refused }: Denied): Answer {
  const resource = { type: 'redemption', id: redemption.id }
  const error = refused
    ? toApiError(refused.refusal, refused.redeemable, resource)
    : new ApiError('no_applicable_redeemables', {
        details: 'None of the redeemables can be applied',
        resource,
      })
  return toRefusal(error, call)
}
