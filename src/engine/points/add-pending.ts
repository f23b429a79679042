import { newSortableId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { announce } from '../outbox/index.ts'
import { findProjectSettings } from '../project-settings/index.ts'
import type { Voucher } from '../vouchers/index.ts'
import { addDays, toDay } from './calculate-expiration.ts'
import { type Card, refuseOverflow, requireCard, requireHolder } from './calculate-movement.ts'
import { findCardContexts } from './movement-facts.ts'
import { findOrderViews, toPendingFacts } from './pending-facts.ts'
import { addToPending, insertPending } from './pending-points.repo.ts'
import type { PendingPoints } from './pending-points.ts'

/** Points that an earning rule gives later (L-40). */
export type PendingAddition = Pick<PendingPoints, 'points' | 'orderId' | 'details'> & {
  /** On whose behalf; its `now` is when the days begin to count. */
  call: Call
  voucher: Voucher
  /** After how many days they come, 1 to 90. */
  days: number
  expirationRules?: PendingPoints['expirationRules']
}

/**
 * Notes points that will come onto cards that `tx` has locked, and tells so; several may be for one card. All are of one
 * project. Throws `invalid_voucher` for what is no loyalty card, `invalid_customer` for a card that nobody holds, and
 * `invalid_add_balance_params` for one that has no room.
 */
export async function addPendingPoints(
  tx: Tx,
  additions: readonly PendingAddition[],
): Promise<PendingPoints[]> {
  const [first] = additions
  if (!first) return []
  const { projectId } = first.call
  const timeZone = (await findProjectSettings(tx, [projectId])).get(projectId)?.timeZone ?? 'UTC'
  const pending = additions.map((addition) => toPending(addition, timeZone))
  insertPending(tx, pending)
  addToPending(tx, pending)
  const cards = new Map<string, Card>()
  const after = additions.map(({ voucher, points }) => {
    const before = cards.get(voucher.id) ?? requireCard(voucher)
    refuseOverflow(before, points)
    const card = withPending(before, points)
    cards.set(card.id, card)
    return card
  })
  const [contexts, orders] = await Promise.all([
    findCardContexts(tx, projectId, after),
    findOrderViews(tx, projectId, pending),
  ])
  announce(
    tx,
    additions.flatMap(({ call }, index) => {
      const [context, entry] = [contexts[index], pending[index]]
      if (!context || !entry) return []
      const order = orders.get(entry.orderId ?? '') ?? null
      const { points } = entry
      const change = { context, pending: entry, order, kind: 'added' as const, points }
      return toPendingFacts(call, { ...change, isManual: false })
    }),
  )
  return pending
}

/** `card` onto which so many points more will come. */
export const withPending = (card: Card, points: number): Card => ({
  ...card,
  loyaltyCard: { ...card.loyaltyCard, pendingPoints: card.loyaltyCard.pendingPoints + points },
})

function toPending(
  { call, voucher, points, days, orderId, details, expirationRules }: PendingAddition,
  timeZone: string,
): PendingPoints {
  const card = requireCard(voucher)
  return {
    id: newSortableId('pendingPoints', call.now.getTime()),
    projectId: call.projectId,
    voucherId: card.id,
    campaignId: card.campaignId ?? '',
    customerId: requireHolder(card),
    orderId,
    points,
    status: 'PENDING',
    activatesAt: addDays(toDay(call.now, timeZone), days),
    details,
    expirationRules: expirationRules ?? null,
    createdAt: call.now,
    updatedAt: null,
  }
}
