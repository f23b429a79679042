import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { ApiError } from '../../kernel/api-error.ts'
import type { PendingPoints as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { toJsonList } from '../../platform/json-list.ts'
import type { ExpirationRules } from '../vouchers/index.ts'
import type { DueQuery } from './bucket.repo.ts'
import type { Day } from './calculate-expiration.ts'
import type { PendingPoints } from './pending-points.ts'

const toPending = (row: Selectable<Row>): PendingPoints => ({
  id: row.id,
  projectId: row.project_id,
  voucherId: row.voucher_id,
  campaignId: row.campaign_id,
  customerId: row.customer_id,
  orderId: row.order_id,
  points: row.points,
  status: row.status as PendingPoints['status'],
  activatesAt: row.activates_at as unknown as Day,
  details: row.details as PendingPoints['details'],
  expirationRules: row.expiration_rules as ExpirationRules | null,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const INSERT = statement(
  'insert_pending_points',
  `insert into pending_points (id, project_id, voucher_id, campaign_id, customer_id, order_id, points, activates_at,
                               created_at, details, expiration_rules)
   select given.id, given.project_id, given.voucher_id, given.campaign_id, given.customer_id, given.order_id,
          given.points, given.activates_at, given.created_at, texts.details[place::integer], texts.rules[place::integer]
     from (select jsonb_list($10) as details, jsonb_list($11) as rules offset 0) as texts,
          unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::date[],
                 $9::timestamptz[])
          with ordinality as given (id, project_id, voucher_id, campaign_id, customer_id, order_id, points,
                                    activates_at, created_at, place)`,
)

/** Stores new pending points. */
export function insertPending(tx: Tx, pending: readonly PendingPoints[]): void {
  tx.send(INSERT, [
    pending.map(({ id }) => id),
    pending.map(({ projectId }) => projectId),
    pending.map(({ voucherId }) => voucherId),
    pending.map(({ campaignId }) => campaignId),
    pending.map(({ customerId }) => customerId),
    pending.map(({ orderId }) => orderId),
    pending.map(({ points }) => points),
    pending.map(({ activatesAt }) => activatesAt),
    pending.map(({ createdAt }) => createdAt),
    toJsonList(pending.map(({ details }) => details)),
    toJsonList(pending.map(({ expirationRules }) => expirationRules)),
  ])
}

const UPDATE = statement(
  'update_pending_points',
  `update pending_points set points = given.points, status = given.status, updated_at = $4
     from unnest($1::text[], $2::bigint[], $3::text[]) as given (id, points, status)
    where pending_points.id = given.id`,
)

/** Stores how many pending points there are now, and in which state they are. Their cards are locked. */
export function updatePending(tx: Tx, pending: readonly PendingPoints[], now: Date): void {
  if (pending.length === 0) return
  tx.send(UPDATE, [
    pending.map(({ id }) => id),
    pending.map(({ points }) => points),
    pending.map(({ status }) => status),
    now,
  ])
}

const ADD = statement(
  'add_to_pending_points',
  `update voucher set pending_points = pending_points + change.points
     from (select id, sum(points)::bigint as points
             from unnest($1::text[], $2::bigint[]) as change (id, points) group by id) as change
    where voucher.id = change.id`,
)

/** Changes how many points will come onto cards that `tx` has locked. */
export function addToPending(
  tx: Tx,
  changes: readonly { voucherId: string; points: number }[],
): void {
  if (changes.length === 0) return
  tx.send(ADD, [changes.map(({ voucherId }) => voucherId), changes.map(({ points }) => points)])
}

const FIND = statement(
  'find_pending_points',
  'select * from pending_points where id = $1 and voucher_id = $2',
)

/** The pending points of a card by their id, whatever became of them. */
export async function findPending(
  db: Db,
  { id, voucherId }: { id: string; voucherId: string },
): Promise<PendingPoints | undefined> {
  const [row] = await db.run<Selectable<Row>>(FIND, [id, voucherId])
  return row && toPending(row)
}

const FIND_DUE = statement(
  'find_due_pending_points',
  `select distinct voucher_id from (
     select voucher_id from pending_points
      where project_id = $1 and status = 'PENDING' and activates_at <= $2::date and voucher_id <> all($4::text[])
      order by activates_at, id limit $3) as due`,
)

/** Cards onto which points are to come by `today`, of the first `limit` such entries. */
export async function findCardsWithDue(
  tx: Tx,
  { projectId, today, limit, failed }: DueQuery,
): Promise<string[]> {
  const rows = await tx.run<{ voucher_id: string }>(FIND_DUE, [projectId, today, limit, failed])
  return rows.map(({ voucher_id }) => voucher_id)
}

const READ_DUE = statement(
  'read_due_pending_points',
  `select * from pending_points
    where voucher_id = any($1::text[]) and status = 'PENDING' and activates_at <= $2::date
    order by id limit $3`,
)

/** What is to come onto cards that `tx` has locked by `today`, the first `limit`. */
export async function readDue(
  tx: Tx,
  voucherIds: readonly string[],
  { today, limit }: { today: Day; limit: number },
): Promise<PendingPoints[]> {
  return (await tx.run<Selectable<Row>>(READ_DUE, [voucherIds, today, limit])).map(toPending)
}

const CANCEL_ORPHANS = statement(
  'cancel_orphaned_pending_points',
  `update pending_points set status = 'CANCELED', updated_at = $2
    where voucher_id = any($1::text[]) and status = 'PENDING'`,
)

/** Ends what was to come onto cards that are in the bin. */
export function cancelOrphans(tx: Tx, voucherIds: readonly string[], now: Date): void {
  if (voucherIds.length > 0) tx.send(CANCEL_ORPHANS, [voucherIds, now])
}

/** Whose pending points: those of a card or of all cards of a program. */
export type PendingOf = { voucherId: string } | { campaignId: string }

/**
 * A page of what is pending, by id, which sorts by when it was made. Throws `invalid_or_expired_cursor` when it is to go
 * on after one that is not there (R-LIST-05).
 */
export async function listPending(
  db: Db,
  of: PendingOf,
  page: { limit: number; direction: 'asc' | 'desc'; startingAfterId: string | undefined },
): Promise<{ pending: PendingPoints[]; hasMore: boolean }> {
  const { limit, direction, startingAfterId } = page
  const all = db.kysely
    .selectFrom('pending_points')
    .selectAll()
    .where(
      'voucherId' in of
        ? sql<boolean>`voucher_id = ${of.voucherId}`
        : sql<boolean>`campaign_id = ${of.campaignId}`,
    )
  let matching = all.where('status', '=', 'PENDING')
  if (startingAfterId !== undefined) {
    const cursor = await all.where('id', '=', startingAfterId).executeTakeFirst()
    if (!cursor) {
      throw new ApiError('invalid_or_expired_cursor', {
        details: 'The provided cursor is invalid or has expired',
      })
    }
    matching = matching.where('id', direction === 'desc' ? '<' : '>', startingAfterId)
  }
  const rows = await matching
    .orderBy('id', direction)
    .limit(limit + 1)
    .execute()
  return {
    pending: rows.slice(0, limit).map((row) => toPending(row as Selectable<Row>)),
    hasMore: rows.length > limit,
  }
}
