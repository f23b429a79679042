import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Night, NightlyStep } from '../nightly/index.ts'
import { announce } from '../outbox/index.ts'
import {
  AUTOMATION,
  insertVoucherTransactions,
  lockVouchersById,
  pointsBalance,
  type VoucherTransaction,
} from '../vouchers/index.ts'
import { expireBuckets, findDueCards, refreshNextExpirations } from './bucket.repo.ts'
import { type Bucket, toBucketView } from './bucket.ts'
import { type Card, calculateMovement, type Movement } from './calculate-movement.ts'
import { activateAll } from './change-pending.ts'
import { withNext } from './move-points.ts'
import { findCardContexts, toMovementData, toTransactionFact, toTwins } from './movement-facts.ts'
import { cancelOrphans, findCardsWithDue, readDue } from './pending-points.repo.ts'
import { savePoints } from './points.repo.ts'

/** Locks cards by id; those in the bin are not among them. */
async function lockCards(tx: Tx, projectId: string, ids: readonly string[]): Promise<Card[]> {
  const vouchers = await lockVouchersById(tx, projectId, ids)
  return vouchers.flatMap((voucher) => (voucher.type === 'LOYALTY_CARD' ? [voucher] : []))
}

const among = (cards: readonly Card[]): ReadonlyMap<string, Card> =>
  new Map(cards.map((card) => [card.id, card]))

/** L-66, step 1: what was pending until today comes onto its cards (L-40). */
export const activateDueStep: NightlyStep = {
  name: 'activate_pending_points',
  async run(tx, { call, projectId, today, cardsMax, failed, takes }: Night) {
    const limit = Math.min(cardsMax, LIMITS.nightlyPointsPerPart)
    const ids = await findCardsWithDue(tx, { projectId, today, limit, failed })
    if (ids.length === 0) return { isDone: true }
    takes(ids)
    const cards = among(await lockCards(tx, projectId, ids))
    const due = await readDue(tx, [...cards.keys()], { today, limit })
    const entries = due.flatMap((pending) => {
      const card = cards.get(pending.voucherId)
      return card ? [{ pending, card }] : []
    })
    if (entries.length > 0) await activateAll(tx, call, entries, { isManual: false })
    cancelOrphans(
      tx,
      ids.filter((id) => !cards.has(id)),
      call.now,
    )
    return { isDone: false, state: null }
  },
}

/** L-66, step 4: what could be spent until yesterday leaves its cards (L-63). */
export const expirePointsStep: NightlyStep = {
  name: 'expire_points',
  async run(tx, { call, projectId, today, cardsMax, failed, takes }: Night) {
    const limit = Math.min(cardsMax, LIMITS.nightlyPointsPerPart)
    const ids = await findDueCards(tx, { projectId, today, limit, failed })
    if (ids.length === 0) return { isDone: true }
    takes(ids)
    const cards = await lockCards(tx, projectId, ids)
    // Lots of cards in the bin end, too; nobody is told.
    const expired = await expireBuckets(tx, ids, {
      today,
      now: call.now,
      limit: LIMITS.nightlyLotsPerPart,
    })
    const byCard = new Map<string, Bucket[]>(cards.map(({ id }) => [id, []]))
    for (const bucket of expired) {
      if (bucket.points > 0) byCard.get(bucket.voucherId)?.push(bucket)
    }
    const expiries = cards.flatMap((card) => toExpiry(card, byCard.get(card.id) ?? []))
    const transactions = save(tx, call.now, expiries)
    const next = await refreshNextExpirations(tx, ids)
    await tell(
      tx,
      call,
      expiries.map((expiry, index) => ({
        ...expiry,
        card: withNext(expiry.movement.card, next),
        transaction: transactions[index],
      })),
    )
    return { isDone: false, state: null }
  },
}

type Expiry = { card: Card; buckets: readonly Bucket[]; points: number; movement: Movement }

function toExpiry(card: Card, buckets: readonly Bucket[]): Expiry[] {
  const sum = buckets.reduce((all, { points }) => all + points, 0)
  // A card never goes below zero, whatever its lots say (checkPoints tells).
  const points = Math.min(sum, pointsBalance(card.loyaltyCard))
  if (points === 0) return []
  const movement = calculateMovement(card, 'POINTS_EXPIRATION', points)
  return [{ card, buckets, points, movement }]
}

function save(tx: Tx, now: Date, expiries: readonly Expiry[]): VoucherTransaction[] {
  savePoints(
    tx,
    expiries.map(({ movement }) => movement.change),
  )
  return insertVoucherTransactions(
    tx,
    expiries.map(({ card, points, movement }) => ({
      projectId: card.projectId,
      voucherId: card.id,
      campaignId: card.campaignId,
      type: 'POINTS_EXPIRATION',
      amount: -points,
      balance: movement.balance,
      total: movement.total,
      redemptionId: null,
      orderId: null,
      createdAt: now,
      source: AUTOMATION,
    })),
  )
}

async function tell(
  tx: Tx,
  call: Night['call'],
  expiries: readonly (Expiry & { transaction: VoucherTransaction | undefined })[],
): Promise<void> {
  const contexts = await findCardContexts(
    tx,
    call.projectId,
    expiries.map(({ card }) => card),
  )
  announce(
    tx,
    expiries.flatMap(({ buckets, points, transaction }, index) => {
      const context = contexts[index]
      if (!context || !transaction) return []
      const { balance: _balance, ...data } = toMovementData(context, transaction)
      const told = { ...data, points, buckets: buckets.map(toBucketView) }
      return [
        toTransactionFact(call, context, transaction),
        ...toTwins(call, context, 'voucher.loyalty_card.points_expired', told),
      ]
    }),
  )
}
