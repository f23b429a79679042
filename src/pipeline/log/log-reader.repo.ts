import type { JsonObject } from '../../kernel/json.ts'
import { type Database, type Db, inTransaction, statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { LogEntry } from './log-entry.ts'

/** A partition that is the owner's until its lease ends, and how far the reader has come in it. */
export type ClaimedPartition = { partition: number; position: number }

export type Claim = {
  /** Who reads, such as a destination's id: each reader has cursors of its own. */
  reader: string
  /** Which process claims. */
  owner: string
  /** How many processes share the partitions, this one included (`reportWorker`). */
  workers: number
  now: Date
  /**
   * Where a reader that has no cursors yet begins: a little before the first call received at or after
   * this time, so it still has to look at `receivedAt`. Not given: with the oldest entry that is kept.
   */
  since?: Date
}

/** The cursor is not where the reader thought it was: another owner has gone on. Nothing was recorded. */
export class CursorLostError extends Error {
  override readonly name = 'CursorLostError'
}

const HAS_CURSORS = statement(
  'log_has_cursors',
  'select count(*)::int as cursors from log_cursor where reader = $1',
)

const CREATE_CURSORS = statement(
  'log_create_cursors',
  `insert into log_cursor (reader, log_partition, position)
   select $1, log_partition, coalesce($4::bigint, (
     select entry.position from log_entry as entry
     where entry.log_partition = parts.log_partition and entry.received_at < $3::timestamptz
     order by entry.position desc limit 1
   ), 0)
   from (select generate_series(0, $2::int - 1)::smallint as log_partition) as parts
   on conflict do nothing`,
)

const CLAIM = statement(
  'log_claim',
  `with claimed as materialized (
     select log_partition from log_cursor
     where reader = $1 and (leased_by is null or leased_by = $2 or leased_until <= $3)
     order by (leased_by is not distinct from $2) desc, log_partition
     limit $5 for update skip locked
   ), released as (
     update log_cursor set leased_by = null, leased_until = null
     where reader = $1 and leased_by = $2 and log_partition not in (select log_partition from claimed)
   )
   update log_cursor set leased_by = $2, leased_until = $4 from claimed
   where log_cursor.reader = $1 and log_cursor.log_partition = claimed.log_partition
   returning log_cursor.log_partition, log_cursor.position`,
)

/**
 * Leases to `owner` its share of the partitions of `reader` for `LIMITS.logLeaseMs`: its own again, then such
 * as nobody else holds; what it holds beyond its share it gives back. Two owners never hold one partition at the
 * same time. `positionBefore` finds a later place to begin for a reader that has no cursors yet: where the last
 * entry before a time is, if that is not in `log_entry`.
 */
export async function claimPartitions(
  db: Database,
  { reader, owner, workers, now, since }: Claim,
  positionBefore: (time: Date) => Promise<number | undefined> = async () => undefined,
): Promise<ClaimedPartition[]> {
  const [known] = await db.run<{ cursors: number }>(HAS_CURSORS, [reader])
  if ((known?.cursors ?? 0) < LIMITS.logPartitions) {
    const before = since && new Date(since.getTime() - LIMITS.receivedOrderSlackMs)
    const start = before && (await positionBefore(before))
    await db.run(CREATE_CURSORS, [reader, LIMITS.logPartitions, before ?? null, start ?? null])
  }
  const until = new Date(now.getTime() + LIMITS.logLeaseMs)
  const rows = await inTransaction(db, (tx) =>
    tx.run<{ log_partition: number; position: number }>(CLAIM, [
      reader,
      owner,
      now,
      until,
      Math.ceil(LIMITS.logPartitions / workers),
    ]),
  )
  return rows
    .map((row) => ({ partition: row.log_partition, position: row.position }))
    .sort((a, b) => a.partition - b.partition)
}

const READ = statement(
  'log_read',
  `select entry.* from unnest($1::smallint[], $2::bigint[]) as claimed (log_partition, position)
   cross join lateral (
     select log_partition, position, project_id, source_id, message_id, type, event, user_id, anonymous_id,
       received_at, body
     from log_entry
     where log_entry.log_partition = claimed.log_partition and log_entry.position > claimed.position
     order by log_entry.position limit $3
   ) as entry
   order by entry.log_partition, entry.position`,
)

type EntryRow = {
  position: number
  project_id: string
  source_id: string
  message_id: string
  type: string
  event: string | null
  user_id: string | null
  anonymous_id: string | null
  received_at: Date
  body: JsonObject
}

export const toLogEntry = (row: EntryRow): LogEntry => ({
  position: row.position,
  projectId: row.project_id,
  sourceId: row.source_id,
  messageId: row.message_id,
  type: row.type,
  event: row.event,
  userId: row.user_id,
  anonymousId: row.anonymous_id,
  receivedAt: row.received_at,
  body: row.body,
})

/** The next entries of each claimed partition, oldest first and at most `limit` of each, by partition. */
export async function readPartitions(
  db: Db,
  claimed: readonly ClaimedPartition[],
  limit: number,
): Promise<Map<number, LogEntry[]>> {
  const entries = new Map<number, LogEntry[]>()
  if (claimed.length === 0) return entries
  const rows = await db.run<EntryRow & { log_partition: number }>(READ, [
    claimed.map(({ partition }) => partition),
    claimed.map(({ position }) => position),
    limit,
  ])
  for (const row of rows) {
    const ofPartition = entries.get(row.log_partition)
    if (ofPartition) ofPartition.push(toLogEntry(row))
    else entries.set(row.log_partition, [toLogEntry(row)])
  }
  return entries
}

const ADVANCE = statement(
  'log_advance',
  `update log_cursor set position = $4
   where reader = $1 and log_partition = $2 and position = $3 and leased_by = $5
   returning log_partition`,
)

/**
 * Moves the cursor of `reader` from `from` to `to`, in the transaction that records what the entries in
 * between caused, so that their effect happens once. Throws `CursorLostError` when the cursor is elsewhere
 * or the partition another owner's.
 */
export async function advanceCursor(
  tx: Tx,
  move: { reader: string; partition: number; from: number; to: number; owner: string },
): Promise<void> {
  const { reader, partition, from, to, owner } = move
  const moved = await tx.run(ADVANCE, [reader, partition, from, to, owner])
  if (moved.length === 0)
    throw new CursorLostError(`reader ${reader} lost partition ${partition} at ${from}`)
}

const LAG = statement(
  'log_lag',
  `select count(*) as lag from log_cursor
   join log_entry on log_entry.log_partition = log_cursor.log_partition
     and log_entry.position > log_cursor.position
   where log_cursor.reader = $1`,
)

/** How many entries `reader` has not passed yet; 0 for a reader that never claimed. Costs as much as the lag is long. */
export async function lagOf(db: Db, reader: string): Promise<number> {
  const [row] = await db.run<{ lag: number }>(LAG, [reader])
  return row?.lag ?? 0
}
