import { type Db, statement, type Tx } from '../../platform/db.ts'
import { toJsonList } from '../../platform/json-list.ts'
import type { Remade } from './decide-replay.ts'
import type { Found, Replay, ReplayWish } from './replay.ts'

/** The deliveries a replay is about. What is under way already is in none. */
const CHOSEN = `delivery.destination_id = $1
  and (delivery.outcome = 'failed' or ($10::boolean and delivery.outcome = 'delivered'))
  and delivery.received_at >= $2 and delivery.received_at < $3
  and ($4::text is null or delivery.reason = $4) and ($5::text is null or delivery.mapping_id = $5)
  and ($6::text is null or delivery.message_id = $6) and ($7::text is null or delivery.user_key = $7)
  and ($8::text is null or delivery.event_type = $8) and ($9::text is null or delivery.event_name = $9)`

/** Whether there is a payload that passed the check of its fields; what did not was never tried. */
const SENDABLE = `(delivery.payload is not null
  and not (delivery.attempts = 0 and delivery.reason = 'errors.discarded.MESSAGE_REJECTED'))`

type Choice = Pick<Replay, 'destinationId'> & { wish: ReplayWish }

const toValues = ({ destinationId, wish: { filter, events } }: Choice): unknown[] => [
  destinationId,
  filter.from,
  filter.to,
  filter.reason ?? null,
  filter.mappingId ?? null,
  filter.messageId ?? null,
  filter.userKey ?? null,
  filter.type ?? null,
  filter.event ?? null,
  events === 'all',
]

const COUNT = statement(
  'count_replayable_deliveries',
  `select case when mapping.id is null then 'mapping' when not ${SENDABLE} then 'payload' end as lack,
          delivery.reason, count(*) as count, max(delivery.id) as last
     from delivery left join mapping on mapping.id = delivery.mapping_id and mapping.is_enabled
    where ${CHOSEN}
    group by 1, 2 order by count desc, delivery.reason`,
)

/** What a replay of original payloads would send, and the highest id among all it found; 0 when it found none. */
export async function countReplayable(
  db: Db,
  choice: Choice,
): Promise<{ found: Found; lastId: number }> {
  const rows = await db.run<{
    lack: string | null
    reason: string | null
    count: number
    last: number
  }>(COUNT, toValues(choice))
  const lacking = (what: string): number =>
    rows.reduce((sum, { lack, count }) => (lack === what ? sum + count : sum), 0)
  return {
    found: {
      reasons: rows
        .filter(({ lack }) => lack === null)
        .map(({ reason, count }) => ({ reason, count })),
      withoutMapping: lacking('mapping'),
      withoutPayload: lacking('payload'),
    },
    lastId: Math.max(0, ...rows.map(({ last }) => last)),
  }
}

/** When the next of a replay are due: `perSecond` each second from its beginning on. */
type Pace = { now: Date; queued: number; perSecond: number }

const toPaceValues = ({ now, queued, perSecond }: Pace): unknown[] => [now, queued, 1 / perSecond]

// What was not answered may have had its effect, and keeps its Idempotency-Key. One attempt is kept: a row
// without any would count as not sent yet, and hold back what the person did since.
const REQUEUE = statement(
  'requeue_deliveries',
  `with chosen as (
     select delivery.id from delivery join mapping on mapping.id = delivery.mapping_id and mapping.is_enabled
      where ${CHOSEN} and ${SENDABLE} and delivery.id > $11 and delivery.id <= $12
      order by delivery.id limit $13 for update of delivery skip locked
   ),
   placed as (select id, row_number() over (order by id) - 1 as place from chosen)
   update delivery set outcome = 'pending', attempts = 1, first_attempt_at = null, finished_at = null,
     next_attempt_at = $14::timestamptz + ($15::bigint + placed.place) * $16::float8 * interval '1 second',
     replays = least(delivery.replays + (delivery.status is not null)::int, 32767), replay_id = $17
    from placed where delivery.id = placed.id
   returning delivery.id`,
)

/**
 * Puts the next `limit` deliveries of a replay back into the retry queue as they are, oldest first. Their ids:
 * those in the queue have not failed any more, so that another replay of the same finds nothing.
 */
export async function requeue(
  tx: Tx,
  replay: Replay,
  { limit, pace }: { limit: number; pace: Pace },
): Promise<number[]> {
  const rows = await tx.run<{ id: number }>(REQUEUE, [
    ...toValues(replay),
    replay.place,
    replay.lastPlace,
    limit,
    ...toPaceValues(pace),
    replay.id,
  ])
  return rows.map(({ id }) => id)
}

const LIST_FAILED = statement(
  'list_failed_to_replay',
  `select delivery.id, delivery.log_position, delivery.mapping_id, delivery.user_key from delivery
    where ${CHOSEN} and delivery.id > $11 and delivery.id <= $12
    order by delivery.id limit $13`,
)

/** A failed delivery, by what finds its event. */
export type FailedDelivery = {
  id: number
  log_position: number
  mapping_id: string
  user_key: string
}

/** The next `limit` failed deliveries of a replay, oldest first. */
export const listFailed = (db: Db, replay: Replay, limit: number): Promise<FailedDelivery[]> =>
  db.run<FailedDelivery>(LIST_FAILED, [...toValues(replay), replay.place, replay.lastPlace, limit])

const QUEUE_REMADE = statement(
  'queue_remade_deliveries',
  `insert into delivery
     (project_id, destination_id, mapping_id, log_position, source_id, message_id, event_type, event_name,
      user_key, received_at, payload, outcome, reason, message, attempts, next_attempt_at, hops, replay_id)
   select project_id, $1, mapping_id, log_position, source_id, message_id, event_type, event_name,
          user_key, received_at, payload, 'pending', 'errors.awaiting-retry.RETRY', 'Waiting to be sent', 1,
          $12::timestamptz + ($13::bigint + place - 1) * $14::float8 * interval '1 second', hops, $15
     from unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[],
                 $9::text[], $10::timestamptz[], json_list($11), $16::smallint[]) with ordinality
       as remade (project_id, mapping_id, log_position, source_id, message_id, event_type, event_name,
                  user_key, received_at, payload, hops, place)
   on conflict (destination_id, log_position, mapping_id) do update set
     payload = excluded.payload, outcome = 'pending', reason = excluded.reason, message = excluded.message,
     status = null, response = null, attempts = 1, first_attempt_at = null, finished_at = null,
     next_attempt_at = excluded.next_attempt_at, replays = least(delivery.replays + 1, 32767),
     replay_id = excluded.replay_id
     where delivery.outcome = 'failed' or ($17::boolean and delivery.outcome <> 'pending')
   returning id`,
)

/**
 * Puts what the mappings of now make of events into the retry queue; how many. What is under way already stays as
 * it is, and so does what has been delivered meanwhile when only failures were asked for. What was sent before gets another Idempotency-Key: it is not the same any more.
 */
export async function queueRemade(
  tx: Tx,
  { destinationId, id, wish }: Replay,
  { remade, pace }: { remade: readonly Remade[]; pace: Pace },
): Promise<number> {
  if (remade.length === 0) return 0
  const column = <T>(read: (one: Remade) => T): T[] => remade.map(read)
  const rows = await tx.run(QUEUE_REMADE, [
    destinationId,
    column(({ event }) => event.projectId),
    column(({ mappingId }) => mappingId),
    column(({ event }) => event.logPosition),
    column(({ event }) => event.sourceId),
    column(({ event }) => event.messageId),
    column(({ event }) => event.type),
    column(({ event }) => event.name),
    column(({ event }) => event.userKey),
    column(({ event }) => event.receivedAt),
    toJsonList(column(({ payload }) => payload)),
    ...toPaceValues(pace),
    id,
    column(({ event }) => event.hops),
    wish.events === 'all',
  ])
  return rows.length
}

const UNFILTER = statement(
  'unfilter_replayed_deliveries',
  `with remade as (
     select log_position, array_agg(mapping_id) as mapping_ids
       from unnest($2::bigint[], $3::text[]) as one (log_position, mapping_id) group by 1
   ), left_over as (
     select delivery.id, array(select unnest(filtered_mapping_ids) except select unnest(mapping_ids)) as ids
       from delivery join remade using (log_position)
      where delivery.destination_id = $1 and delivery.mapping_id is null
   ), emptied as (
     delete from delivery using left_over where delivery.id = left_over.id and left_over.ids = '{}'
   )
   update delivery set filtered_mapping_ids = left_over.ids, reason = 'FILTERED_AT_MAPPING'
     from left_over where delivery.id = left_over.id and left_over.ids <> '{}'`,
)

/**
 * Mappings that an event passed by before, and that it is sent through now, do not stand in the record of those
 * it passed by any more: each (event, mapping) counts once (§7.5).
 */
export async function unfilter(
  tx: Tx,
  destinationId: string,
  remade: readonly Remade[],
): Promise<void> {
  if (remade.length === 0) return
  await tx.run(UNFILTER, [
    destinationId,
    remade.map(({ event }) => event.logPosition),
    remade.map(({ mappingId }) => mappingId),
  ])
}
