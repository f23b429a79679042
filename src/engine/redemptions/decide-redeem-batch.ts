import { ApiError, notFound } from '../../kernel/api-error.ts'
import type { Call } from '../context.ts'
import type { Customer } from '../customers/index.ts'
import { calculateOrder, type Order, orderKeys, toOrderReference } from '../orders/index.ts'
import {
  DEFAULT_STACKING_RULES,
  duplicatedRedeemables,
  type Redeemable,
  type RedeemInput,
} from '../validations/index.ts'
import type { Voucher } from '../vouchers/index.ts'
import { decideRedemption, type NewId, type RedemptionDecision } from './decide-redemption.ts'

/** A request of a batch, with what was loaded for it. */
export type LoadedRequest = {
  call: Call
  input: RedeemInput
  /** Ids of the vouchers it names, in order; undefined for codes that do not exist. */
  voucherIds: readonly (string | undefined)[]
  customer: Customer | ApiError | undefined
  trackingId: string | null
}

/** The rows the batch holds, each as the decisions so far left it. */
export type RedeemState = {
  /** By id. */
  vouchers: Map<string, Voucher>
  /** By `orderKeys`. */
  orders: Map<string, Order>
}

/**
 * Decides the requests of a batch one after another, each on what the ones before left in `state`. A
 * request that is malformed yields an error as its decision and changes nothing.
 */
export function decideRedeemBatch(
  state: RedeemState,
  requests: readonly LoadedRequest[],
  newId: NewId,
): (RedemptionDecision | ApiError)[] {
  return requests.map((request) => {
    const decision = decideRequest(state, request, newId)
    if (!(decision instanceof ApiError)) apply(state, decision)
    return decision
  })
}

function decideRequest(
  state: RedeemState,
  request: LoadedRequest,
  newId: NewId,
): RedemptionDecision | ApiError {
  const { call, input, customer, trackingId } = request
  if (customer instanceof ApiError) return customer
  const redeemables = toRedeemables(state, request)
  if (redeemables instanceof ApiError) return redeemables
  const storedOrder = findOrder(state, request)
  if (storedOrder instanceof ApiError) return storedOrder
  const order = input.order ? calculateOrder(input.order, storedOrder) : undefined
  if (order instanceof ApiError) return order

  const command = {
    call,
    redeemables,
    order,
    storedOrder,
    customerId: customer?.id ?? null,
    trackingId,
    metadata: input.metadata,
    rules: DEFAULT_STACKING_RULES,
  }
  return decideRedemption(command, newId)
}

/** The same voucher named by its code and by its id is still named twice. */
function toRedeemables(state: RedeemState, request: LoadedRequest): Redeemable[] | ApiError {
  const known = request.voucherIds.filter((id) => id !== undefined)
  if (new Set(known).size < known.length) return duplicatedRedeemables()
  return request.input.redeemables.map((redeemable, index) => {
    const voucherId = request.voucherIds[index]
    return { ...redeemable, voucher: voucherId ? state.vouchers.get(voucherId) : undefined }
  })
}

function findOrder(state: RedeemState, request: LoadedRequest): Order | undefined | ApiError {
  const reference = toOrderReference(request.call.projectId, request.input.order)
  if (!reference) return undefined
  const [key] = orderKeys(reference)
  const order = key ? state.orders.get(key) : undefined
  return order ?? (reference.id ? notFound('order', reference.id) : undefined)
}

function apply(state: RedeemState, decision: RedemptionDecision): void {
  if (decision.kind === 'denied') return
  for (const { voucher } of decision.parts) state.vouchers.set(voucher.id, voucher)
  if (decision.order) putOrder(state, decision.order)
}

/** Puts an order where `orderKeys` finds it. */
export function putOrder(state: RedeemState, order: Order): void {
  for (const key of orderKeys(order)) state.orders.set(key, order)
}
