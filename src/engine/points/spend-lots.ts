import type { Tx } from '../../platform/db.ts'
import type { Voucher, VoucherTransaction } from '../vouchers/index.ts'
import { giveBackToBuckets, sendNextExpirations, takeFromBuckets } from './bucket.repo.ts'
import { loadExpiryPolicy } from './expiry-policy.ts'

/**
 * Takes from the lots what redemptions took from their cards, whose lines of the ledger are `transactions`: what expires
 * next first (L-64). Whoever calls has written the cards' sums and the ledger.
 */
export function spendLots(tx: Tx, transactions: readonly VoucherTransaction[]): void {
  const spent = transactions.filter(({ type }) => type === 'POINTS_REDEMPTION')
  const [first] = spent
  if (!first) return
  takeFromBuckets(
    tx,
    spent.map(({ id, voucherId, amount }) => ({
      voucherId,
      transactionId: id,
      points: -amount,
    })),
    first.createdAt,
  )
  sendNextExpirations(
    tx,
    spent.map(({ voucherId }) => voucherId),
  )
}

/** Points that a rollback gives back. */
export type Refund = { voucher: Voucher; redemptionId: string; points: number }

/** Gives points back to the lots from which their redemptions took them, or to new ones (L-68). */
export async function refundLots(tx: Tx, refunds: readonly Refund[], now: Date): Promise<void> {
  const given = refunds.filter(({ points }) => points > 0)
  if (given.length === 0) return
  const policy = await loadExpiryPolicy(
    tx,
    given.map(({ voucher }) => voucher),
    now,
  )
  giveBackToBuckets(
    tx,
    given.map(({ voucher, redemptionId, points }) => ({
      projectId: voucher.projectId,
      voucherId: voucher.id,
      campaignId: voucher.campaignId,
      points,
      expiresAt: policy.byProgram(voucher),
      redemptionId,
    })),
    now,
  )
  sendNextExpirations(
    tx,
    given.map(({ voucher }) => voucher.id),
  )
}
