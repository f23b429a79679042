import { type Database, inTransaction, statement, type Tx, violates } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { NewLogEntry } from './log-entry.ts'
import { partitionOf, userKeyOf } from './partition-of.ts'

export type Appended = {
  /** How many entries were not kept, because their message id was seen before. */
  duplicates: number
}

/** Any constant of our own: whoever appends holds it until the commit. */
const APPEND_LOCK = 7_203_114

// Sorted here and below, so that two batches with message ids in common cannot wait for each other.
const REMEMBER_NEW_MESSAGES = statement(
  'log_remember_new_messages',
  `insert into message_seen (source_id, message_id, received_at)
   select source_id, message_id, received_at
   from unnest($1::text[], $2::text[], $3::timestamptz[]) as new (source_id, message_id, received_at)
   order by source_id collate "C", message_id collate "C"`,
)

const REMEMBER_MESSAGES = statement(
  'log_remember_messages',
  `insert into message_seen (source_id, message_id, received_at)
   select source_id, message_id, received_at
   from unnest($1::text[], $2::text[], $3::timestamptz[]) as new (source_id, message_id, received_at)
   order by source_id collate "C", message_id collate "C"
   on conflict (source_id, message_id) do update set received_at = excluded.received_at
     where message_seen.received_at <= excluded.received_at - $4::bigint * interval '1 millisecond'
   returning source_id || E'\\n' || message_id as key`,
)

// The rows are read from the parameters before the lock is asked for, and a row can leave the join, and so
// draw its position, only after it is held. Bodies travel as one text: an array of them would cost an escape
// of every quotation mark on the way.
const APPEND = statement(
  'log_append',
  `with new as materialized (
     select log_partition, project_id, source_id, message_id, type, event, user_id, anonymous_id, received_at,
       body::json as body, place
     from unnest($2::smallint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
       $9::text[], $10::timestamptz[], string_to_array($11::text, E'\\n')) with ordinality
       as new (log_partition, project_id, source_id, message_id, type, event, user_id, anonymous_id, received_at,
         body, place)
   ),
   locked as materialized (
     select pg_advisory_xact_lock($1::bigint) from (select count(*) from new) as ready
   )
   insert into log_entry
     (log_partition, project_id, source_id, message_id, type, event, user_id, anonymous_id, received_at, body)
   select log_partition, project_id, source_id, message_id, type, event, user_id, anonymous_id, received_at, body
   from locked, new
   order by place`,
)

/**
 * Appends calls in the given order and leaves out those whose message id their source has sent within the
 * last 24 hours, also within `entries` (pipeline §1.15, first one wins), in a transaction that begins with
 * `first`. Its last work is to take the lock of all appends, and the order of positions is so the order of
 * commits: a reader that goes on after the last position it saw skips nothing.
 *
 * Nearly always all calls are new, and asking which are is a third of the cost of remembering them. So they
 * are taken to be new, and only when one was not is everything undone and done again with the question.
 */
export async function appendToLog(
  db: Database,
  entries: readonly NewLogEntry[],
  first: (tx: Tx) => void = () => undefined,
): Promise<Appended> {
  const candidates = withoutTwins(entries)
  const appended = (count: number): Appended => ({ duplicates: entries.length - count })
  try {
    await inTransaction(db, (tx) => {
      first(tx)
      rememberNew(tx, candidates)
      insertEntries(tx, candidates)
    })
    return appended(candidates.length)
  } catch (error) {
    if (!violates(error, 'message_seen_pkey')) throw error
  }
  return inTransaction(db, async (tx) => {
    first(tx)
    const fresh = await remember(tx, candidates)
    insertEntries(tx, fresh)
    return appended(fresh.length)
  })
}

/** Ids of sources hold no line break, so no two pairs share a key. */
const keyOf = (sourceId: string, messageId: string): string => `${sourceId}\n${messageId}`

/** The first of each message id of a source. */
export function withoutTwins(entries: readonly NewLogEntry[]): NewLogEntry[] {
  const first = new Map<string, NewLogEntry>()
  for (const entry of entries) {
    const key = keyOf(entry.sourceId, entry.messageId)
    if (!first.has(key)) first.set(key, entry)
  }
  return [...first.values()]
}

const columnsOfMessages = (entries: readonly NewLogEntry[]): unknown[] => [
  entries.map((entry) => entry.sourceId),
  entries.map((entry) => entry.messageId),
  entries.map((entry) => entry.receivedAt),
]

/** Fails the transaction when one of them was seen before, however long ago. */
function rememberNew(tx: Tx, entries: readonly NewLogEntry[]): void {
  if (entries.length > 0) tx.send(REMEMBER_NEW_MESSAGES, columnsOfMessages(entries))
}

/** Remembers those that were not seen within the window, and returns them. */
async function remember(tx: Tx, entries: readonly NewLogEntry[]): Promise<NewLogEntry[]> {
  const rows = await tx.run<{ key: string }>(REMEMBER_MESSAGES, [
    ...columnsOfMessages(entries),
    LIMITS.deduplicationWindowMs,
  ])
  const keys = new Set(rows.map(({ key }) => key))
  return entries.filter((entry) => keys.has(keyOf(entry.sourceId, entry.messageId)))
}

function insertEntries(tx: Tx, entries: readonly NewLogEntry[]): void {
  if (entries.length === 0) return
  tx.send(APPEND, [
    APPEND_LOCK,
    entries.map((entry) => partitionOf(userKeyOf(entry))),
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
