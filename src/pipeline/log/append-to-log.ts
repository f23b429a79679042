import { statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { NewLogEntry } from './log-entry.ts'
import { partitionOf } from './partition-of.ts'

export type Appended = {
  /** How many entries were not kept, because their message id was seen before. */
  duplicates: number
}

/** Any constant of our own: whoever appends holds it until the commit. */
const APPEND_LOCK = 7_203_114

// Sorted, so that two batches with message ids in common cannot wait for each other. Which ones were new is
// told only when not all were: it is the rare case, and a thousand rows to send and read.
const REMEMBER_MESSAGES = statement(
  'log_remember_messages',
  `with remembered as (
     insert into message_seen (source_id, message_id, received_at)
     select source_id, message_id, received_at
     from unnest($1::text[], $2::text[], $3::timestamptz[]) as new (source_id, message_id, received_at)
     order by source_id collate "C", message_id collate "C"
     on conflict (source_id, message_id) do update set received_at = excluded.received_at
       where message_seen.received_at <= excluded.received_at - $4::bigint * interval '1 millisecond'
     returning source_id || E'\\n' || message_id as key
   )
   select count(*) as count,
     coalesce(array_agg(key) filter (where (select count(*) from remembered) < $5), '{}') as keys
   from remembered`,
)

// A row can leave the join, and so draw its position, only after the lock is held. Bodies travel as
// one text: an array of them would cost an escape of every quotation mark on the way.
const APPEND = statement(
  'log_append',
  `with locked as materialized (select pg_advisory_xact_lock($1::bigint))
   insert into log_entry
     (log_partition, project_id, source_id, message_id, type, event, user_id, anonymous_id, received_at, body)
   select log_partition, project_id, source_id, message_id, type, event, user_id, anonymous_id, received_at,
     body::json
   from locked, unnest($2::smallint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
     $9::text[], $10::timestamptz[], string_to_array($11::text, E'\\n')) with ordinality
     as new (log_partition, project_id, source_id, message_id, type, event, user_id, anonymous_id, received_at,
       body, place)
   order by place`,
)

/**
 * Appends calls in the given order and leaves out those whose message id their source has sent within the
 * last 24 hours, also within `entries` (pipeline §1.15, first one wins). Must be the last work of `tx`: it
 * holds the lock of all appends from here to the commit, which makes the order of positions the order of
 * commits, so that a reader that goes on after the last position it saw skips nothing.
 */
export async function appendToLog(tx: Tx, entries: readonly NewLogEntry[]): Promise<Appended> {
  const fresh = await rememberMessages(tx, entries)
  if (fresh.length > 0) await insertEntries(tx, fresh)
  return { duplicates: entries.length - fresh.length }
}

/** Ids of sources hold no line break, so no two pairs share a key. */
const keyOf = (sourceId: string, messageId: string): string => `${sourceId}\n${messageId}`

async function rememberMessages(tx: Tx, entries: readonly NewLogEntry[]): Promise<NewLogEntry[]> {
  const first = new Map<string, NewLogEntry>()
  for (const entry of entries) {
    const key = keyOf(entry.sourceId, entry.messageId)
    if (!first.has(key)) first.set(key, entry)
  }
  if (first.size === 0) return []
  const candidates = [...first.values()]
  const [remembered] = await tx.run<{ count: number; keys: string[] }>(REMEMBER_MESSAGES, [
    candidates.map((entry) => entry.sourceId),
    candidates.map((entry) => entry.messageId),
    candidates.map((entry) => entry.receivedAt),
    LIMITS.deduplicationWindowMs,
    candidates.length,
  ])
  if (remembered?.count === candidates.length) return candidates
  const keys = new Set(remembered?.keys)
  return candidates.filter((entry) => keys.has(keyOf(entry.sourceId, entry.messageId)))
}

async function insertEntries(tx: Tx, entries: readonly NewLogEntry[]): Promise<void> {
  await tx.run(APPEND, [
    APPEND_LOCK,
    entries.map((entry) => partitionOf(entry.userId ?? entry.anonymousId ?? entry.messageId)),
    entries.map((entry) => entry.projectId),
    entries.map((entry) => entry.sourceId),
    entries.map((entry) => entry.messageId),
    entries.map((entry) => entry.type),
    entries.map((entry) => entry.event),
    entries.map((entry) => entry.userId),
    entries.map((entry) => entry.anonymousId),
    entries.map((entry) => entry.receivedAt),
    entries.map((entry) => entry.body).join('\n'),
  ])
}
