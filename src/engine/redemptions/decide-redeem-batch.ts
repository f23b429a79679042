import { ApiError, notFound } from '../../kernel/api-error.ts'
import type { Call } from '../context.ts'
import type { Customer } from '../customers/index.ts'
import {
  duplicatedRedeemables,
  type EvaluationState,
  findTooMany,
  hasTwins,
  type Named,
  putOrder,
  type RedeemInput,
  refuseOtherTracking,
  type Target,
  toCircumstances,
  toRedeemables,
  toRuleCustomer,
} from '../evaluation/index.ts'
import { refuseMetadata } from '../metadata-schemas/index.ts'
import {
  calculateOrder,
  type Order,
  orderKeys,
  refuseOrderMetadata,
  toOrderReference,
} from '../orders/index.ts'
import { usageText } from '../usage/index.ts'
import { decideRedemption, type NewId, type RedemptionDecision } from './decide-redemption.ts'

/** A request of a batch, with what was loaded for it. */
export type LoadedRequest = {
  call: Call
  input: RedeemInput
  /** What its redeemables were found to be, in order. */
  named: readonly Named[]
  customer: Customer | ApiError | undefined
  referrer: Customer | ApiError | undefined
  trackingId: string | null
  isExplained: boolean
  /** Why a product that its order overrides was not stored. */
  misfit?: ApiError | undefined
  /** The engine redeems by itself: nobody could give what a schema requires. */
  isOwn?: boolean
}

/**
 * Decides the requests of a batch one after another, each on what the ones before left in `state`. A
 * request that is malformed yields an error as its decision and changes nothing.
 */
export function decideRedeemBatch(
  state: EvaluationState,
  requests: readonly LoadedRequest[],
  newId: NewId,
): (RedemptionDecision | ApiError)[] {
  return requests.map((request) => {
    const decision = decideRequest(state, request, newId)
    if (!(decision instanceof ApiError)) apply(state, decision, request)
    return decision
  })
}

/** What a request would redeem. */
export const targetsOf = (
  state: EvaluationState,
  { input, named }: Pick<LoadedRequest, 'input' | 'named'>,
): Target[] => toRedeemables(state, input.redeemables, named).flatMap(({ target }) => target ?? [])

function decideRequest(
  state: EvaluationState,
  request: LoadedRequest,
  newId: NewId,
): RedemptionDecision | ApiError {
  const { call, input, customer, referrer, trackingId, isExplained } = request
  if (customer instanceof ApiError) return customer
  if (referrer instanceof ApiError) return referrer
  const otherTracking = refuseOtherTracking(trackingId, customer?.sourceId, input)
  if (otherTracking) return otherTracking
  const redeemables = toRedeemables(state, input.redeemables, request.named)
  if (hasTwins(redeemables)) return duplicatedRedeemables()
  const storedOrder = findOrder(state, request)
  if (storedOrder instanceof ApiError) return storedOrder
  const refusal = refuseUnfit(state, request, storedOrder)
  if (refusal) return refusal
  const { projectId } = call
  const order = input.order
    ? calculateOrder(input.order, storedOrder, { projectId, catalog: state.catalog })
    : undefined
  if (order instanceof ApiError) return order
  const referred = order && referrer ? { ...order, referrerId: referrer.id } : order
  const circumstances = toCircumstances(state, call, {
    input,
    customer: toRuleCustomer(customer, state.segments.get(customer?.id ?? '')),
  })
  const tooMany = findTooMany(input.redeemables, circumstances.stackingRules)
  if (tooMany) return tooMany
  const customerId = customer?.id ?? null
  return decideRedemption(
    {
      call,
      redeemables,
      order: referred,
      storedOrder,
      customerId,
      trackingId,
      circumstances,
      isExplained,
    },
    newId,
  )
}

/** Metadata that is to be stored and does not fit its schema (M-3). */
function refuseUnfit(
  state: EvaluationState,
  { call, input: { metadata, order }, isOwn, misfit }: LoadedRequest,
  storedOrder: Order | undefined,
): ApiError | undefined {
  const { schemas } = state.projects.get(call.projectId) ?? {}
  if (!schemas || isOwn) return undefined
  return (
    refuseMetadata(schemas, { of: 'redemption', metadata, on: 'create' }) ??
    (order && refuseOrderMetadata(schemas, order, { isNew: !storedOrder })) ??
    misfit
  )
}

function findOrder(
  state: EvaluationState,
  { call, input }: LoadedRequest,
): Order | undefined | ApiError {
  const reference = toOrderReference(call.projectId, input.order)
  if (!reference) return undefined
  const [key] = orderKeys(reference)
  const order = key ? state.orders.get(key) : undefined
  return order ?? (reference.id ? notFound('order', reference.id) : undefined)
}

/** Leaves `state` as the next request finds it. */
function apply(
  state: EvaluationState,
  decision: RedemptionDecision,
  { input }: LoadedRequest,
): void {
  if (decision.kind === 'denied') return
  for (const { target, applied } of decision.parts) {
    if (target.object === 'voucher') applyVoucher(state, target, input.session?.key ?? null)
    else state.tiers.set(target.tier.id, target.tier)
    for (const { key, delta } of applied.usage) {
      const text = usageText(key)
      state.usage.set(text, (state.usage.get(text) ?? 0) + delta)
    }
  }
  if (decision.order) putOrder(state, decision.order)
}

/** R-SES-04: what was reserved for this is used now. */
function applyVoucher(
  state: EvaluationState,
  { voucher }: Extract<Target, { object: 'voucher' }>,
  sessionKey: string | null,
): void {
  state.vouchers.set(voucher.id, voucher)
  const sessions = state.sessions.get(voucher.id)
  if (sessionKey !== null && sessions) {
    state.sessions.set(
      voucher.id,
      sessions.filter(({ key }) => key !== sessionKey),
    )
  }
}
