import { ApiError, notFound } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import { isPlainObject } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { compileBodyCheck } from '../api/index.ts'
import type { Call } from '../context.ts'
import { announce } from '../outbox/index.ts'
import { AUTOMATION, type VoucherTransaction } from '../vouchers/index.ts'
import { withPending } from './add-pending.ts'
import { type Card, roomOf } from './calculate-movement.ts'
import { addPoints, type Moved } from './move-points.ts'
import { findCardContexts } from './movement-facts.ts'
import { findOrderViews, type PendingChange, toPendingFacts } from './pending-facts.ts'
import { addToPending, findPending, updatePending } from './pending-points.repo.ts'
import { type PendingPoints, toPendingPointsView } from './pending-points.ts'

/** By how much pending points are changed, and why (L-41). */
export type PendingInput = { points: number; reason?: string | null; source_id?: string | null }

const TEXT = { type: ['string', 'null'] }

export const PENDING_POINTS_CHANGE = {
  type: 'object',
  required: ['points'],
  properties: {
    points: {
      type: 'integer',
      minimum: Number.MIN_SAFE_INTEGER,
      maximum: Number.MAX_SAFE_INTEGER,
      not: { const: 0 },
    },
    reason: TEXT,
    source_id: TEXT,
  },
}

export const parsePendingChange = compileBodyCheck<PendingInput>(PENDING_POINTS_CHANGE)

/** What the ledger notes of points that came (§7.3): of what happened only what it was. */
function toLedgerDetails(pending: PendingPoints): PendingPoints['details'] {
  const { event } = pending.details
  return {
    ...pending.details,
    ...(isPlainObject(event) && {
      event: { id: event['id'] ?? null, type: event['type'] ?? null },
    }),
    pending_points: toPendingPointsView(pending),
  }
}

/** What is done to pending points, as its refusal calls it. */
type Doing = 'activated' | 'updated' | 'canceled'

/**
 * The pending points of a card that `tx` has locked. Throws `not_found`, and `invalid_pending_points_state` for what is
 * pending no more (L-42).
 */
async function requirePending(
  tx: Tx,
  card: Card,
  id: string,
  doing: Doing,
): Promise<PendingPoints> {
  const pending = await findPending(tx, { id, voucherId: card.id })
  if (!pending) throw notFound('pending_points', id)
  if (pending.status === 'PENDING') return pending
  throw new ApiError('invalid_pending_points_state', {
    details: `Only pending points in 'PENDING' status can be ${doing}. Current status: '${pending.status}'.`,
  })
}

/** Lets pending points come onto a locked card at once (§8.6). Throws as `requirePending`. */
export async function activatePending(tx: Tx, call: Call, card: Card, id: string): Promise<Moved> {
  const pending = await requirePending(tx, card, id, 'activated')
  const entries = [{ pending, card }]
  const [moved] = await activateAll(tx, call, entries, { isManual: true })
  invariant(moved, 'what was pending has come')
  return moved
}

/**
 * Lets pending points come onto locked cards, several onto one if need be. The clock of their expiry starts now (L-44).
 */
export async function activateAll(
  tx: Tx,
  call: Call,
  entries: readonly { pending: PendingPoints; card: Card }[],
  { isManual }: { isManual: boolean },
): Promise<Moved[]> {
  const leaving = new Map<string, number>()
  for (const { pending } of entries) {
    leaving.set(pending.voucherId, (leaving.get(pending.voucherId) ?? 0) + pending.points)
  }
  const activated = entries.map(
    ({ pending }): PendingPoints => ({ ...pending, status: 'ACTIVATED', updatedAt: call.now }),
  )
  updatePending(tx, activated, call.now)
  addToPending(
    tx,
    activated.map(({ voucherId, points }) => ({ voucherId, points: -points })),
  )
  const moved = await addPoints(
    tx,
    entries.map(({ pending, card }) => ({
      voucher: withPending(card, -(leaving.get(card.id) ?? 0)),
      points: pending.points,
      type: 'PENDING_POINTS_ACTIVATION' as const,
      expiresAt: pending.expirationRules ?? 'PROGRAM',
      ...(!isManual && { source: AUTOMATION }),
      orderId: pending.orderId,
      details: toLedgerDetails(pending),
    })),
    call.now,
  )
  await tell(
    tx,
    call,
    activated.flatMap((pending, index) => {
      const one = moved[index]
      if (!one) return []
      const { voucher, transaction } = one
      const points = -pending.points
      return [{ pending, card: voucher, kind: 'activated', points, isManual, transaction }]
    }),
  )
  return moved
}

/** What came of a change of pending points: the card with what will come onto it then. */
export type PendingChanged = { card: Card; pending: PendingPoints }

/**
 * Changes how many points will come (L-41). Throws as `requirePending`, and `invalid_amount` when none would be left or
 * the card has no room for them.
 */
export async function changePending(
  tx: Tx,
  call: Call,
  card: Card,
  { id, points, reason = null, source_id: sourceId = null }: PendingInput & { id: string },
): Promise<PendingChanged> {
  const before = await requirePending(tx, card, id, 'updated')
  const pending = { ...before, points: before.points + points, updatedAt: call.now }
  if (pending.points <= 0 || points > roomOf(card)) {
    throw new ApiError('invalid_amount', { details: 'Amount has to be a valid positive number' })
  }
  return store(tx, call, { pending, card, points, kind: 'updated', why: { reason, sourceId } })
}

/** Lets pending points never come (L-43). Throws as `requirePending`. */
export async function cancelPending(
  tx: Tx,
  call: Call,
  card: Card,
  id: string,
): Promise<PendingChanged> {
  const before = await requirePending(tx, card, id, 'canceled')
  const pending: PendingPoints = { ...before, status: 'CANCELED', updatedAt: call.now }
  return store(tx, call, { pending, card, points: -pending.points, kind: 'canceled' })
}

async function store(
  tx: Tx,
  call: Call,
  change: Pick<Told, 'pending' | 'card' | 'points' | 'why'> & { kind: 'updated' | 'canceled' },
): Promise<PendingChanged> {
  const { pending, points } = change
  updatePending(tx, [pending], call.now)
  addToPending(tx, [{ voucherId: pending.voucherId, points }])
  const card = withPending(change.card, points)
  await tell(tx, call, [{ ...change, card, isManual: true }])
  return { card, pending }
}

type Told = Omit<PendingChange, 'context' | 'order' | 'transaction'> & {
  card: Card
  transaction?: VoucherTransaction
}

async function tell(tx: Tx, call: Call, changes: readonly Told[]): Promise<void> {
  const [contexts, orders] = await Promise.all([
    findCardContexts(
      tx,
      call.projectId,
      changes.map(({ card }) => card),
    ),
    findOrderViews(
      tx,
      call.projectId,
      changes.map(({ pending }) => pending),
    ),
  ])
  announce(
    tx,
    changes.flatMap((change, index) => {
      const context = contexts[index]
      const order = orders.get(change.pending.orderId ?? '') ?? null
      return context ? toPendingFacts(call, { ...change, context, order }) : []
    }),
  )
}
