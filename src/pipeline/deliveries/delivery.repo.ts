import { toStorableText } from '../../kernel/storable.ts'
import type { Database, Db, Tx } from '../../platform/db.ts'
import { statement } from '../../platform/db.ts'
import { toJsonList } from '../../platform/json-list.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Ordering } from '../destinations/index.ts'
import type { DeliveryResult, NewDelivery, QueuedDelivery } from './delivery.ts'

const INSERT_DELIVERIES = statement(
  'insert_deliveries',
  `insert into delivery
     (project_id, destination_id, mapping_id, log_position, source_id, message_id, event_type, event_name,
      user_key, received_at, payload, outcome, reason, message, status, attempts, response,
      first_attempt_at, finished_at, next_attempt_at, request_id, filtered_mapping_ids, hops)
   select project_id, destination_id, mapping_id, log_position, source_id, message_id, event_type, event_name,
          user_key, received_at, payload, outcome, reason, message, status, attempts, response,
          first_attempt_at, finished_at, next_attempt_at, request_id,
          -- unnest would take arrays apart to their last element.
          string_to_array(filtered_mapping_ids, ' '), hops
     from unnest(
       $1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
       $9::text[], $10::timestamptz[], json_list($11), $12::text[], $13::text[], $14::text[], $15::smallint[],
       $16::int[], $17::text[], $18::timestamptz[], $19::timestamptz[], $20::timestamptz[], $21::text[],
       $22::text[], $23::smallint[])
       as first (project_id, destination_id, mapping_id, log_position, source_id, message_id, event_type,
                 event_name, user_key, received_at, payload, outcome, reason, message, status, attempts,
                 response, first_attempt_at, finished_at, next_attempt_at, request_id,
                 filtered_mapping_ids, hops)
   on conflict (destination_id, log_position, mapping_id) do nothing`,
)

/** Records the first result of many deliveries. What is recorded already stays as it is. */
export function insertDeliveries(tx: Tx, deliveries: readonly NewDelivery[]): void {
  if (deliveries.length === 0) return
  const column = <T>(read: (delivery: NewDelivery) => T): T[] => deliveries.map(read)
  tx.send(INSERT_DELIVERIES, [
    column(({ event }) => event.projectId),
    column(({ destinationId }) => destinationId),
    column(({ mappingId }) => mappingId),
    column(({ event }) => event.logPosition),
    column(({ event }) => event.sourceId),
    column(({ event }) => event.messageId),
    column(({ event }) => event.type),
    column(({ event }) => event.name),
    column(({ event }) => event.userKey),
    column(({ event }) => event.receivedAt),
    toJsonList(column(({ payload }) => payload)),
    ...resultColumns(deliveries.map(({ result }) => result)),
    column(({ filteredMappingIds }) => filteredMappingIds?.join(' ') ?? null),
    column(({ event }) => event.hops),
  ])
}

/**
 * outcome, reason, message, status, attempts, response, first_attempt_at, finished_at, next_attempt_at,
 * request_id
 */
function resultColumns(results: readonly DeliveryResult[]): unknown[][] {
  return [
    results.map(({ outcome }) => outcome),
    results.map(({ reason }) => reason),
    results.map(({ message }) => storable(message)),
    results.map(({ status }) => status),
    results.map(({ attempts }) => attempts),
    results.map(({ response }) => storable(response)),
    results.map(({ firstAttemptAt }) => firstAttemptAt),
    results.map(({ finishedAt }) => finishedAt),
    results.map(({ nextAttemptAt }) => nextAttemptAt),
    results.map(({ requestId }) => storable(requestId?.slice(0, LIMITS.requestIdCharsMax) ?? null)),
  ]
}

/** Text as PostgreSQL takes it: an answer with a NUL in it must not stop its whole batch for ever. */
const storable = (text: string | null): string | null =>
  text === null ? null : toStorableText(text.slice(0, LIMITS.storedResponseCharsMax))

const UNSENT_USERS = statement(
  'find_users_with_unsent_deliveries',
  `select distinct user_key from delivery
   where destination_id = $1 and user_key = any($2::text[]) and outcome = 'pending'
     and (attempts = 0 or $3::boolean)`,
)

/**
 * Which of `userKeys` have calls to this destination that were not even tried yet or, with strict order, that
 * await any attempt (pipeline §7.4.5).
 */
export async function findUsersWithUnsent(
  db: Db,
  { id, ordering }: { id: string; ordering: Ordering },
  userKeys: readonly string[],
): Promise<Set<string>> {
  if (userKeys.length === 0) return new Set()
  const rows = await db.run<{ user_key: string }>(UNSENT_USERS, [
    id,
    userKeys,
    ordering === 'strict',
  ])
  return new Set(rows.map((row) => row.user_key))
}

/** Walks from destination to destination in the index, whatever the length of their queues. */
const DUE_DESTINATIONS = statement(
  'find_destinations_with_due_deliveries',
  `with recursive queue (destination_id) as (
     (select destination_id from delivery where outcome = 'pending' order by destination_id limit 1)
     union all
     select (select destination_id from delivery
             where outcome = 'pending' and destination_id > queue.destination_id
             order by destination_id limit 1)
     from queue where queue.destination_id is not null
   )
   select destination_id from queue
   where exists (select from delivery due where due.destination_id = queue.destination_id
                 and due.outcome = 'pending' and due.next_attempt_at <= $1)`,
)

/** The destinations whose retry queue has a row that is due at `now`. */
export async function findDueDestinations(db: Db, now: Date): Promise<string[]> {
  const rows = await db.run<{ destination_id: string }>(DUE_DESTINATIONS, [now])
  return rows.map((row) => row.destination_id)
}

/**
 * A row that was never tried waits for the rows of the person's earlier events that were not tried either, so that
 * first attempts keep their order (pipeline §7.4.5). With strict order every row waits for all earlier ones.
 */
const LEASE_DUE = statement(
  'lease_due_deliveries',
  `with due as materialized (
     select id from delivery
     where destination_id = $1 and outcome = 'pending' and next_attempt_at <= $2
       and ((attempts > 0 and not $5::boolean) or not exists (
         select from delivery earlier
         where earlier.destination_id = delivery.destination_id and earlier.user_key = delivery.user_key
           and earlier.outcome = 'pending' and (earlier.attempts = 0 or $5::boolean)
           and (earlier.log_position, earlier.id) < (delivery.log_position, delivery.id)))
     order by next_attempt_at, id
     limit $4
     for update skip locked
   )
   update delivery set next_attempt_at = $3 from due where delivery.id = due.id
   returning delivery.id, delivery.project_id, delivery.mapping_id, delivery.message_id,
             delivery.user_key, delivery.payload, delivery.attempts, delivery.first_attempt_at,
             delivery.reason, delivery.message, delivery.status, delivery.response, delivery.hops,
             delivery.replays, delivery.log_position`,
)

type LeasedRow = {
  id: number
  project_id: string
  mapping_id: string
  message_id: string
  user_key: string
  payload: unknown
  attempts: number
  first_attempt_at: Date | null
  reason: string | null
  message: string | null
  status: number | null
  response: string | null
  hops: number
  replays: number
  log_position: number
}

/**
 * Takes due rows of a destination's queue until `leasedUntil`: nobody else gets them before, and when
 * this process dies they are due again. Holds no transaction.
 */
export async function leaseDueDeliveries(
  db: Db,
  {
    destinationId,
    ordering,
    now,
    leasedUntil,
  }: { destinationId: string; ordering: Ordering; now: Date; leasedUntil: Date },
): Promise<QueuedDelivery[]> {
  const rows = await db.run<LeasedRow>(LEASE_DUE, [
    destinationId,
    now,
    leasedUntil,
    LIMITS.deliveryRetryBatchMax,
    ordering === 'strict',
  ])
  return rows
    .sort((a, b) => a.log_position - b.log_position || a.id - b.id)
    .map((row) => ({
      id: row.id,
      projectId: row.project_id,
      mappingId: row.mapping_id,
      messageId: row.message_id,
      userKey: row.user_key,
      payload: row.payload,
      attempts: row.attempts,
      firstAttemptAt: row.first_attempt_at,
      hops: row.hops,
      replays: row.replays,
      logPosition: row.log_position,
      reason: row.reason,
      message: row.message,
      status: row.status,
      response: row.response,
      leasedUntil,
    }))
}

const UPDATE_RETRIED = statement(
  'update_retried_deliveries',
  `update delivery set
     outcome = retried.outcome, reason = retried.reason, message = retried.message,
     status = retried.status, attempts = retried.attempts, response = retried.response,
     first_attempt_at = retried.first_attempt_at, finished_at = retried.finished_at,
     next_attempt_at = retried.next_attempt_at,
     request_id = coalesce(retried.request_id, delivery.request_id)
   from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::smallint[],
               $7::int[], $8::text[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[],
               $12::text[])
     as retried (id, leased_until, outcome, reason, message, status, attempts, response,
                 first_attempt_at, finished_at, next_attempt_at, request_id)
   where delivery.id = retried.id and delivery.outcome = 'pending'
     and (delivery.next_attempt_at = retried.leased_until or retried.outcome = 'delivered')`,
)

/**
 * Records what came of leased rows. A row whose lease ran out belongs to somebody else by now and is
 * left alone, unless it was delivered: that is a fact whoever made it.
 */
export async function updateRetried(
  db: Database,
  retried: readonly { delivery: QueuedDelivery; result: DeliveryResult }[],
): Promise<void> {
  if (retried.length === 0) return
  await db.run(UPDATE_RETRIED, [
    retried.map(({ delivery }) => delivery.id),
    retried.map(({ delivery }) => delivery.leasedUntil),
    ...resultColumns(retried.map(({ result }) => result)),
  ])
}

const SWEEP = statement(
  'sweep_deliveries',
  `delete from delivery where finished_at < $1 and id in (
     select id from delivery where outcome <> 'pending' order by id limit $2)
   returning id`,
)

/** A reader is a destination, deleted maybe with its source; one that is still reading has a lease. */
const SWEEP_CURSORS = statement(
  'sweep_delivery_cursors',
  `delete from log_cursor where starts_with(reader, 'dest_')
     and not exists (select from destination where destination.id = log_cursor.reader)
     and (leased_until is null or leased_until <= $1)`,
)

/**
 * Deletes records that were finished longer ago than they are kept (D-19), and the cursors of destinations
 * that are gone; true when there may be more.
 */
export async function sweepDeliveries(db: Db, now: Date): Promise<boolean> {
  const before = new Date(now.getTime() - LIMITS.deliveryRetentionMs)
  await db.run(SWEEP_CURSORS, [now])
  const deleted = await db.run(SWEEP, [before, LIMITS.sweepRowsMax])
  return deleted.length === LIMITS.sweepRowsMax
}
