import { ApiError } from '../../kernel/api-error.ts'
import { newSortableId } from '../../kernel/ids.ts'
import { money } from '../../kernel/money.ts'
import type { Tx } from '../../platform/db.ts'
import { type Answer, answerOnce, type IdempotencyKey, toRefusal } from '../api/index.ts'
import type { Call } from '../context.ts'
import { type Customer, upsertCustomers } from '../customers/index.ts'
import { lockOrders, type Order, saveOrders, toOrderReference } from '../orders/index.ts'
import { announce } from '../outbox/index.ts'
import { type RedeemInput, toTrackingId } from '../validations/index.ts'
import {
  giftBalance,
  insertVoucherTransactions,
  lockVouchersByCode,
  saveRedeemed,
} from '../vouchers/index.ts'
import {
  decideRedeemBatch,
  type LoadedRequest,
  putOrder,
  type RedeemState,
} from './decide-redeem-batch.ts'
import type { Granted, RedemptionDecision } from './decide-redemption.ts'
import { type AnswerShape, toRedeemAnswer } from './redeem-answer.ts'
import { toRedemptionFacts } from './redemption-facts.ts'
import { insertRedemptions } from './redemptions.repo.ts'

/** One request that joins a batch. */
export type RedeemRequest = {
  call: Call
  input: RedeemInput
  shape: AnswerShape
  key: IdempotencyKey | undefined
}

type Decided = { request: LoadedRequest & RedeemRequest; decision: RedemptionDecision }

/**
 * Redeems a batch in `tx`: loads and locks once, decides every request on what the ones before it left,
 * saves and announces once, and answers each. Nothing happens when it throws.
 */
export function redeemBatch(tx: Tx, batch: readonly RedeemRequest[]): Promise<Answer[]> {
  return answerOnce(tx, batch, async (requests) => {
    const { state, loaded } = await load(tx, requests)
    const decisions = decideRedeemBatch(state, loaded, (kind) =>
      newSortableId(kind, requests[0]?.call.now.getTime() ?? 0),
    )
    const decided: Decided[] = []
    const answers = loaded.map((request, index) => {
      const decision = decisions[index]
      if (decision === undefined || decision instanceof ApiError) {
        return toRefusal(decision ?? new ApiError('internal_error'), request.call)
      }
      decided.push({ request, decision })
      return toRedeemAnswer(request.call, decision, {
        shape: request.shape,
        customer: knownCustomer(request),
      })
    })
    save(tx, decided)
    return answers
  })
}

type Loaded = { state: RedeemState; loaded: (LoadedRequest & RedeemRequest)[] }

/** Locks vouchers, orders and customers, in this order everywhere. */
async function load(tx: Tx, requests: readonly RedeemRequest[]): Promise<Loaded> {
  const references = requests.flatMap(({ call, input }) =>
    input.redeemables.map(({ id }) => ({ projectId: call.projectId, code: id })),
  )
  const vouchers = await lockVouchersByCode(tx, references)
  const state: RedeemState = { vouchers: new Map(), orders: new Map() }
  for (const voucher of vouchers) if (voucher) state.vouchers.set(voucher.id, voucher)

  const orders = await lockOrders(
    tx,
    requests.flatMap(({ call, input }) => toOrderReference(call.projectId, input.order) ?? []),
  )
  for (const order of orders) putOrder(state, order)

  const customers = await loadCustomers(tx, requests)
  let position = 0
  const loaded = requests.map((request, index) => {
    const count = request.input.redeemables.length
    const voucherIds = vouchers.slice(position, position + count).map((voucher) => voucher?.id)
    position += count
    const customer = customers[index]
    const known = customer instanceof ApiError ? undefined : customer
    const trackingId = toTrackingId(
      request.call.projectId,
      known?.sourceId ?? known?.id,
      request.input,
    )
    return { ...request, voucherIds, customer, trackingId }
  })
  return { state, loaded }
}

/** The customer of each request, created or updated (R-CUST-01); undefined for requests of nobody. */
async function loadCustomers(
  tx: Tx,
  requests: readonly RedeemRequest[],
): Promise<(Customer | ApiError | undefined)[]> {
  const named = requests.flatMap(({ call, input }, index) =>
    input.customer ? [{ index, call, input: input.customer }] : [],
  )
  const upserted = named.length > 0 ? await upsertCustomers(tx, named) : []
  const customers: (Customer | ApiError | undefined)[] = requests.map(() => undefined)
  for (const [place, { index }] of named.entries()) customers[index] = upserted[place]
  return customers
}

const knownCustomer = ({ customer }: LoadedRequest): Customer | undefined =>
  customer instanceof ApiError ? undefined : customer

/** Writes what was decided: counters, ledger, orders, history, occurrences. */
function save(tx: Tx, decided: readonly Decided[]): void {
  const granted = decided.flatMap(({ decision }) => (decision.kind === 'granted' ? [decision] : []))
  // A later decision about the same order includes the earlier ones.
  const orders = new Map<string, Order>()
  for (const { order } of granted) if (order) orders.set(order.id, order)
  const redemptions = decided.flatMap(({ decision }) =>
    decision.kind === 'denied'
      ? [decision.redemption]
      : [
          ...decision.parts.map(({ redemption }) => redemption),
          ...(decision.parent ? [decision.parent] : []),
        ],
  )
  saveVouchers(tx, granted)
  saveOrders(tx, [...orders.values()])
  insertRedemptions(tx, redemptions)
  announce(
    tx,
    decided.flatMap(({ request, decision }) =>
      toRedemptionFacts(request.call, decision, knownCustomer(request)),
    ),
  )
}

function saveVouchers(tx: Tx, granted: readonly Granted[]): void {
  const parts = granted.flatMap((decision) => decision.parts)
  saveRedeemed(
    tx,
    parts.map(({ voucher, spent = 0 }) => ({
      voucherId: voucher.id,
      redeemedQuantityDelta: 1,
      redeemedAmountDelta: spent,
    })),
  )
  insertVoucherTransactions(
    tx,
    parts.flatMap(({ voucher, redemption, spent }) =>
      voucher.gift && spent
        ? [
            {
              projectId: voucher.projectId,
              voucherId: voucher.id,
              type: 'CREDITS_REDEMPTION' as const,
              amount: money(-spent),
              balance: giftBalance(voucher.gift),
              redemptionId: redemption.id,
              createdAt: redemption.createdAt,
            },
          ]
        : [],
    ),
  )
}
