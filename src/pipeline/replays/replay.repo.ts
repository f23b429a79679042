import type { Selectable } from 'kysely'
import { ApiError, notFound } from '../../kernel/api-error.ts'
import { type CreatedPosition, olderThan } from '../../platform/created-order.ts'
import type { Replay as ReplayTable } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Outcome } from '../deliveries/index.ts'
import type { Found, Replay, ReplayProgress, ReplayStatus, ReplayWish } from './replay.ts'

/** A wish as JSON holds it. */
type StoredWish = Omit<ReplayWish, 'filter'> & {
  filter: Omit<ReplayWish['filter'], 'from' | 'to'> & { from: string; to: string }
}

function toWish({ filter, ...wish }: StoredWish): ReplayWish {
  return { ...wish, filter: { ...filter, from: new Date(filter.from), to: new Date(filter.to) } }
}

const toReplay = (row: Selectable<ReplayTable>): Replay => ({
  id: row.id,
  projectId: row.project_id,
  destinationId: row.destination_id,
  wish: toWish(row.wish as StoredWish),
  found: row.found as Found | null,
  status: row.status as ReplayStatus,
  error: row.error,
  place: row.place,
  firstPlace: row.first_place,
  lastPlace: row.last_place,
  examined: row.examined,
  replayable: row.replayable,
  queued: row.queued,
  filtered: row.filtered,
  refused: row.refused,
  missing: row.missing,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
})

/** The Idempotency-Key of a request, if it had one, and by what it is known to be the same. */
export type ReplayRequest = { key: string | null; hash: string }

/** Stores a new replay; false when the key of the request has made one of this destination before. */
export async function insertReplay(
  db: Db,
  replay: Replay,
  { key, hash }: ReplayRequest,
): Promise<boolean> {
  const inserted = await db.kysely
    .insertInto('replay')
    .values({
      id: replay.id,
      project_id: replay.projectId,
      destination_id: replay.destinationId,
      wish: JSON.stringify(replay.wish),
      idempotency_key: key,
      request_hash: hash,
      found: replay.found && JSON.stringify(replay.found),
      first_place: replay.firstPlace,
      last_place: replay.lastPlace,
      created_at: replay.createdAt,
      ...toProgressRow(replay, replay.createdAt),
    })
    .onConflict((conflict) => conflict.columns(['destination_id', 'idempotency_key']).doNothing())
    .returning('id')
    .execute()
  return inserted.length > 0
}

const toProgressRow = (
  {
    status,
    error,
    place,
    examined,
    replayable,
    queued,
    filtered,
    refused,
    missing,
  }: ReplayProgress,
  now: Date,
) => ({
  status,
  error,
  place,
  examined,
  replayable,
  queued,
  filtered,
  refused,
  missing,
  updated_at: now,
  finished_at: status === 'running' ? null : now,
})

export async function updateProgress(
  tx: Tx,
  { id, ...progress }: ReplayProgress & { id: string },
  now: Date,
): Promise<void> {
  await tx.kysely
    .updateTable('replay')
    .set(toProgressRow(progress, now))
    .where('id', '=', id)
    .execute()
}

/**
 * The replay that has waited longest, or the one named, locked until `tx` ends; undefined when none is running
 * that nobody else is at.
 */
export async function lockRunning(tx: Tx, id?: string): Promise<Replay | undefined> {
  let query = tx.kysely.selectFrom('replay').selectAll().where('status', '=', 'running')
  if (id !== undefined) query = query.where('id', '=', id)
  const row = await query
    .orderBy('updated_at')
    .limit(1)
    .forNoKeyUpdate()
    .skipLocked()
    .executeTakeFirst()
  return row && toReplay(row)
}

type ReplayReference = { projectId: string; destinationId: string; id: string }

/** The replay with this id. Throws `not_found` when the destination has none such. */
export async function getReplay(db: Db, reference: ReplayReference): Promise<Replay> {
  const row = await db.kysely
    .selectFrom('replay')
    .selectAll()
    .where('project_id', '=', reference.projectId)
    .where('destination_id', '=', reference.destinationId)
    .where('id', '=', reference.id)
    .executeTakeFirst()
  if (!row) throw notFound('replay', reference.id)
  return toReplay(row)
}

/**
 * The replay that a request made. Throws `idempotency_key_reused` when another request of the same key did.
 */
export async function getRequested(
  db: Db,
  { destinationId, key, hash }: ReplayRequest & { destinationId: string },
): Promise<Replay> {
  const row = await db.kysely
    .selectFrom('replay')
    .selectAll()
    .where('destination_id', '=', destinationId)
    .where('idempotency_key', '=', key)
    .executeTakeFirstOrThrow()
  if (row.request_hash === hash) return toReplay(row)
  throw new ApiError('idempotency_key_reused', {
    details: 'Header Idempotency-Key was used for another replay of this destination',
  })
}

/** The replays of a destination, newest first. */
export async function listReplays(
  db: Db,
  list: { destinationId: string; limit: number; after?: CreatedPosition | undefined },
): Promise<Replay[]> {
  let query = db.kysely
    .selectFrom('replay')
    .selectAll()
    .where('destination_id', '=', list.destinationId)
  if (list.after) query = query.where(olderThan(list.after))
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(list.limit)
    .execute()
  return rows.map(toReplay)
}

const COUNT_OUTCOMES = statement(
  'count_replay_outcomes',
  `select replay_id, outcome, count(*) as count from delivery where replay_id = any($1::text[])
    group by 1, 2`,
)

/** What has become of the deliveries that these replays queued, and no later one did, by replay. */
export async function countOutcomes(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, Record<Outcome, number>>> {
  const rows = await db.run<{ replay_id: string; outcome: Outcome; count: number }>(
    COUNT_OUTCOMES,
    [ids],
  )
  const counts = new Map<string, Record<Outcome, number>>()
  for (const { replay_id, outcome, count } of rows) {
    const ofReplay = counts.get(replay_id) ?? { delivered: 0, filtered: 0, failed: 0, pending: 0 }
    ofReplay[outcome] = count
    counts.set(replay_id, ofReplay)
  }
  return counts
}

/** Forgets replays that ended longer ago than deliveries are kept. */
export async function sweepReplays(db: Db, now: Date): Promise<void> {
  const before = new Date(now.getTime() - LIMITS.deliveryRetentionMs)
  await db.kysely.deleteFrom('replay').where('finished_at', '<', before).execute()
}
