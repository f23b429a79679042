import type { Json } from '../../kernel/json.ts'
import type { Db } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { findOrders, toSimpleOrder } from '../orders/index.ts'
import type { Fact } from '../outbox/index.ts'
import {
  toBalanceView,
  toSimpleVoucher,
  toTransactionView,
  type VoucherTransaction,
} from '../vouchers/index.ts'
import { type CardContext, toTransactionFact } from './movement-facts.ts'
import { type PendingPoints, toPendingBalanceView, toPendingPointsView } from './pending-points.ts'

type View = { [key: string]: Json }

/** The orders that pending points come from, as occurrences show them, by id. */
export async function findOrderViews(
  db: Db,
  projectId: string,
  pending: readonly PendingPoints[],
): Promise<ReadonlyMap<string, View>> {
  const ids = [...new Set(pending.flatMap(({ orderId }) => orderId ?? []))]
  if (ids.length === 0) return new Map()
  const orders = await findOrders(
    db,
    ids.map((id) => ({ projectId, id, sourceId: null })),
  )
  return new Map(orders.map((order) => [order.id, toSimpleOrder(order)]))
}

/** What was done to pending points of a card. */
export type PendingChange = {
  context: CardContext
  pending: PendingPoints
  order: View | null
  kind: 'added' | 'updated' | 'canceled' | 'activated'
  /** By how much it changed what will come onto the card. */
  points: number
  isManual: boolean
  /** Why, as the caller says. */
  why?: { reason: string | null; sourceId: string | null }
  /** By which the points came onto the card. */
  transaction?: VoucherTransaction
}

/** What is told of it: to the project, and in the feed of whoever holds the card (§13.3, rows 68 to 71). */
export function toPendingFacts(call: Call, change: PendingChange): Fact[] {
  const { context, pending, order, kind, points, isManual, transaction, why } = change
  const { voucher, holderId, customer, campaign } = context
  const data = {
    customer,
    campaign,
    voucher: toSimpleVoucher(voucher),
    voucher_pending_points_balance: toPendingBalanceView(voucher.id, {
      points,
      total: voucher.loyaltyCard?.pendingPoints ?? 0,
      isManual,
    }),
    order,
    pending_points: toPendingPointsView(pending),
    ...(why && { reason: why.reason, source_id: why.sourceId }),
  }
  const moved = transaction && {
    balance: toBalanceView(transaction),
    transaction: toTransactionView(transaction),
  }
  const told: Fact[] = [
    {
      call,
      type: `voucher.loyalty_card.pending_points.${kind}`,
      customerId: null,
      data: { ...data, ...moved },
    },
  ]
  if (holderId !== null) {
    told.push({
      call,
      type: `customer.voucher.loyalty_card.pending_points.${kind}`,
      customerId: holderId,
      data,
    })
  }
  if (transaction) told.push(toTransactionFact(call, context, transaction, { order }))
  return told
}
