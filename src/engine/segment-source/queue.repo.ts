import type { Json } from '../../kernel/json.ts'
import { type Db, statement } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { fromStoredData } from '../outbox/index.ts'
import { type SettingsRow, toSettings, toTarget } from './connection.repo.ts'
import type { QueuedMessage } from './queued-message.ts'
import { type SourceSettings, toBaseUrl } from './source-settings.ts'

/** A connection that is ours alone until `leasedUntil`. */
export type LeasedConnection = {
  projectId: string
  writeKeySealed: string
  baseUrl: string
  settings: SourceSettings
  health: Health
  leasedUntil: Date
}

/** How a connection fares: how many attempts failed in a row, and what the last one met. */
export type Health = { failures: number; lastFailure: string | null; nextAttemptAt: Date | null }

const LEASE = statement(
  'lease_segment_sources',
  `with due as materialized (
     select project_id from segment_source_connection connection
      where is_enabled
        and (leased_until is null or leased_until <= $1)
        and (next_attempt_at is null or next_attempt_at <= $1)
        and exists (select from segment_source_message message
                     where message.project_id = connection.project_id and message.dropped_at is null)
      limit $3
        for update skip locked
   )
   update segment_source_connection connection set leased_until = $2 from due
    where connection.project_id = due.project_id
   returning connection.project_id, write_key_sealed, region, endpoint, naming, shape, anonymous_fallback, reward_events, attempts,
             last_failure, next_attempt_at`,
)

type LeasedRow = SettingsRow & {
  project_id: string
  write_key_sealed: string
  attempts: number
  last_failure: string | null
  next_attempt_at: Date | null
}

/**
 * Leases connections that have something to send and may send now, so that one sender at a time keeps the
 * order of a project. A sender that dies leaves its lease to end by itself.
 */
export async function leaseConnections(
  db: Db,
  { now, limit }: { now: Date; limit: number },
): Promise<LeasedConnection[]> {
  const leasedUntil = new Date(now.getTime() + LIMITS.sourceLeaseMs)
  const rows = await db.run<LeasedRow>(LEASE, [now, leasedUntil, limit])
  return rows.map((row) => ({
    projectId: row.project_id,
    writeKeySealed: row.write_key_sealed,
    baseUrl: toBaseUrl(toTarget(row)),
    settings: toSettings(row),
    health: {
      failures: row.attempts,
      lastFailure: row.last_failure,
      nextAttemptAt: row.next_attempt_at,
    },
    leasedUntil,
  }))
}

const READ = statement(
  'read_segment_source_messages',
  `select message.id as message_id, message.event_row, occurrence.*
     from segment_source_message message
     left join occurrence on occurrence.id = message.occurrence_id
    where message.project_id = $1 and message.dropped_at is null
    order by message.id limit $2`,
)

type Occurred = {
  id: string
  type: string
  customer_id: string | null
  group_id: string
  category: string
  channel: string
  app_id: string | null
  data: { [key: string]: Json }
  created_at: Date
  hops: number
}
type MessageRow = { message_id: number; event_row: number } & (Occurred | { id: null })

/** The messages of a project that are to be sent next, oldest first. */
export async function readQueue(
  db: Db,
  { projectId, limit }: { projectId: string; limit: number },
): Promise<QueuedMessage[]> {
  const rows = await db.run<MessageRow>(READ, [projectId, limit])
  return rows.map((row) => ({
    id: row.message_id,
    eventRow: row.event_row,
    occurrence:
      row.id === null
        ? undefined
        : {
            id: row.id,
            type: row.type,
            customerId: row.customer_id,
            groupId: row.group_id,
            category: row.category,
            channel: row.channel,
            appId: row.app_id,
            data: fromStoredData(row.data),
            createdAt: row.created_at,
            hops: row.hops,
          },
  }))
}

/** What came of a lease. */
export type Settlement = {
  /** Messages that were sent, or never had to be. */
  done: readonly number[]
  dropped: readonly { id: number; reason: string }[]
  health: Health
}

const SETTLE = statement(
  'settle_segment_source',
  `with done as (delete from segment_source_message where id = any($1::bigint[])),
        dropped as (
          update segment_source_message message set dropped_at = $4, drop_reason = dropped.reason
            from unnest($2::bigint[], $3::text[]) as dropped (id, reason)
           where message.id = dropped.id and message.dropped_at is null)
   update segment_source_connection
      set leased_until = null, attempts = $7, next_attempt_at = $8, last_failure = $9
    where project_id = $5 and leased_until = $6`,
)

/**
 * Records what came of a lease and gives it back. Messages are settled whoever holds the connection by now,
 * because what was sent is sent; how the connection fares is told only by the one that still holds it.
 */
export async function settle(
  db: Db,
  { projectId, leasedUntil }: LeasedConnection,
  { done, dropped, health, now }: Settlement & { now: Date },
): Promise<void> {
  await db.run(SETTLE, [
    done,
    dropped.map(({ id }) => id),
    dropped.map(({ reason }) => reason),
    now,
    projectId,
    leasedUntil,
    health.failures,
    health.nextAttemptAt,
    health.lastFailure,
  ])
}

const COUNT = statement(
  'count_segment_source_messages',
  `select count(*) filter (where dropped_at is null)::int as queued,
          count(*) filter (where dropped_at is not null)::int as dropped
     from segment_source_message where project_id = $1`,
)

/** How many messages of a project wait to be sent, and how many were dropped and are still kept. */
export async function countQueue(
  db: Db,
  projectId: string,
): Promise<{ queued: number; dropped: number }> {
  const [row] = await db.run<{ queued: number; dropped: number }>(COUNT, [projectId])
  return row ?? { queued: 0, dropped: 0 }
}

const EXPIRE = statement(
  'expire_segment_source_messages',
  `update segment_source_message set dropped_at = $1, drop_reason = 'expired'
    where created_at < $2 and dropped_at is null
      and id in (select id from segment_source_message where dropped_at is null order by id limit $3)
   returning id`,
)
const SWEEP = statement(
  'sweep_segment_source_messages',
  `delete from segment_source_message where id in (
     select id from segment_source_message where dropped_at < $1 limit $2 for update skip locked)
   returning id`,
)

/**
 * Deletes messages that were dropped longer ago than they are kept, and drops those that could not be sent
 * for as long (D-19). True when there may be more.
 */
export async function sweepSegmentSource(db: Db, now: Date): Promise<boolean> {
  const before = new Date(now.getTime() - LIMITS.sourceDroppedRetentionMs)
  const deleted = await db.run(SWEEP, [before, LIMITS.sweepRowsMax])
  const expired = await db.run(EXPIRE, [now, before, LIMITS.sweepRowsMax])
  return Math.max(deleted.length, expired.length) === LIMITS.sweepRowsMax
}
