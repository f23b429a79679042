import { type Money, money } from '../../kernel/money.ts'
import type { Tx } from '../../platform/db.ts'
import { toSimpleCustomer } from '../customers/index.ts'
import { type Order, saveOrders, toOrderFacts } from '../orders/index.ts'
import { announce, type Fact } from '../outbox/index.ts'
import { spendLots } from '../points/index.ts'
import { saveTierUsage } from '../promotions/index.ts'
import { toRewardDetails } from '../rewards/index.ts'
import { consumeSessions } from '../sessions/index.ts'
import { addUsage } from '../usage/index.ts'
import {
  giftBalance,
  insertVoucherTransactions,
  type NewVoucherTransaction,
  pointsBalance,
  saveRedeemed,
  type Voucher,
  type VoucherTransaction,
} from '../vouchers/index.ts'
import type { Granted, RedeemedPart } from './decide-redemption.ts'
import { type GivenRewards, toRewardFacts } from './give-rewards.ts'
import { toTransactionFact } from './ledger-facts.ts'
import { type Decided, knownCustomer } from './redeem-request.ts'
import type { Redemption } from './redemption.ts'
import { toFactContext, toRedemptionFacts } from './redemption-facts.ts'
import { toRedemptionReference } from './redemption-view.ts'
import { insertRedemptions } from './redemptions.repo.ts'

/** The lines of the ledger by the redemption that caused them. */
type Payments = ReadonlyMap<string, VoucherTransaction>

const grantedOf = (decided: readonly Decided[]): Granted[] =>
  decided.flatMap(({ decision }) => (decision.kind === 'granted' ? [decision] : []))

/**
 * Writes what was decided: the counters and the ledger of vouchers. Comes before rewards are given, which may put onto a
 * card more than was taken from it: its ledger goes on from what is left.
 */
export const savePayments = (tx: Tx, decided: readonly Decided[]): Payments =>
  saveParts(
    tx,
    grantedOf(decided).flatMap(({ parts }) => parts),
  )

/** Writes the rest of what was decided: tiers, sessions, orders, history, occurrences. */
export function saveRedemptions(
  tx: Tx,
  decided: readonly Decided[],
  { given, transactions }: { given: GivenRewards; transactions: Payments },
): void {
  const granted = grantedOf(decided)
  // A later decision about the same order includes the earlier ones.
  const orders = new Map<string, Order>()
  for (const { order } of granted) if (order) orders.set(order.id, order)
  saveTiers(tx, granted)
  endSessions(tx, decided)
  saveOrders(tx, [...orders.values()])
  insertRedemptions(
    tx,
    decided.flatMap(({ decision }) =>
      decision.kind === 'denied'
        ? [decision.redemption]
        : [
            ...decision.parts.map(({ redemption }) => redemption),
            ...(decision.parent ? [decision.parent] : []),
          ],
    ),
  )
  announce(
    tx,
    decided.flatMap((each) => [
      ...toRedemptionFacts(each.request.call, each.decision, knownCustomer(each.request), given),
      ...toRewardFacts(each, given),
      ...toConsequences(each, transactions, given),
    ]),
  )
}

/** What else happened with a redemption: to the cards it spent, and to its order (R-RED-10, EV-8). */
function toConsequences(
  { request, decision }: Decided,
  transactions: Payments,
  given: GivenRewards,
): Fact[] {
  if (decision.kind === 'denied') return []
  const { call, referrer } = request
  const customer = knownCustomer(request)
  const moved = decision.parts.flatMap(({ redemption, target }) => {
    const transaction = transactions.get(redemption.id)
    if (!transaction) return []
    const context = toFactContext(customer, target, given.get(redemption.id)?.view)
    return [toTransactionFact(call, transaction, { redemption, context })]
  })
  const { order, orderBefore, parent, parts } = decision
  const head = parent ?? parts[0]?.redemption
  if (!order || !customer) return moved
  const person = toSimpleCustomer(customer)
  const happened = toOrderFacts(call, {
    before: orderBefore,
    after: order,
    customer: person,
    referrer: referrer && !(referrer instanceof Error) ? toSimpleCustomer(referrer) : null,
    redemption: head ? toRedemptionReference(head) : null,
  })
  return [...moved, ...happened]
}

function saveParts(tx: Tx, parts: readonly RedeemedPart[]): Payments {
  const ofVouchers = parts.flatMap(({ target, ...part }) =>
    target.voucher ? [{ ...part, voucher: target.voucher }] : [],
  )
  saveRedeemed(
    tx,
    ofVouchers.map(({ voucher, credits, points }) => ({
      voucherId: voucher.id,
      redeemedQuantityDelta: 1,
      redeemedAmountDelta: credits,
      redeemedPointsDelta: points,
    })),
  )
  const transactions = insertVoucherTransactions(
    tx,
    ofVouchers.flatMap(({ voucher, redemption, credits, points, applied: { effect } }) =>
      toTransaction(voucher, redemption, {
        credits: money(-credits),
        points: -points,
        details: effect.kind === 'points' ? toRewardDetails(effect.offer.reward) : null,
      }),
    ),
  )
  spendLots(tx, transactions)
  addUsage(
    tx,
    parts.flatMap(({ applied }) => applied.usage),
  )
  return byRedemption(transactions)
}

export const byRedemption = (transactions: readonly VoucherTransaction[]): Payments =>
  new Map(transactions.map((transaction) => [transaction.redemptionId ?? '', transaction]))

/** The line of the ledger for what a redemption took from a card, or what its rollback gave back; none for nothing. */
export function toTransaction(
  voucher: Voucher,
  redemption: Redemption,
  {
    credits,
    points,
    details = null,
  }: { credits: Money; points: number; details?: NewVoucherTransaction['details'] },
): NewVoucherTransaction[] {
  const common = {
    projectId: voucher.projectId,
    voucherId: voucher.id,
    campaignId: voucher.campaignId,
    redemptionId: redemption.id,
    orderId: redemption.orderId,
    createdAt: redemption.createdAt,
    details: details ?? null,
  }
  if (voucher.gift && credits !== 0) {
    const { amount, subtractedAmount } = voucher.gift
    return [
      {
        ...common,
        type: credits < 0 ? 'CREDITS_REDEMPTION' : 'CREDITS_REFUND',
        amount: credits,
        total: money(amount - subtractedAmount),
        balance: giftBalance(voucher.gift),
      },
    ]
  }
  if (voucher.loyaltyCard && points !== 0) {
    const { points: total, subtractedPoints } = voucher.loyaltyCard
    return [
      {
        ...common,
        type: points < 0 ? 'POINTS_REDEMPTION' : 'POINTS_REFUND',
        amount: money(points),
        total: money(total - subtractedPoints),
        balance: money(pointsBalance(voucher.loyaltyCard)),
      },
    ]
  }
  return []
}

function saveTiers(tx: Tx, granted: readonly Granted[]): void {
  saveTierUsage(
    tx,
    granted.flatMap(({ parts, order }) =>
      parts.flatMap(({ target, applied }) =>
        target.tier
          ? [
              {
                tierId: target.tier.id,
                redeemedQuantityDelta: 1,
                ordersAmountDelta: order?.cart.amount ?? 0,
                ordersDiscountDelta: applied.applied,
              },
            ]
          : [],
      ),
    ),
  )
}

/** R-SES-04: a redemption with the key of a session uses what it reserved. */
function endSessions(tx: Tx, decided: readonly Decided[]): void {
  consumeSessions(
    tx,
    decided.flatMap(({ request: { input }, decision }) => {
      const key = input.session?.key
      if (!key || decision.kind === 'denied') return []
      return decision.parts.flatMap(({ target }) =>
        target.voucher ? [{ voucherId: target.voucher.id, key }] : [],
      )
    }),
  )
}
