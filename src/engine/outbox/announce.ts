import { newSortableId } from '../../kernel/ids.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { statement, type Tx } from '../../platform/db.ts'
import { toJsonList } from '../../platform/json-list.ts'
import type { Call } from '../context.ts'
import { toStoredData } from './occurrence-data.ts'
import { categoryOf, type OccurrenceType } from './occurrence-types.ts'
import { listedReactions } from './reactions.ts'
import { sourceRowsOf } from './source-events.ts'
import { toWebhookEvents } from './webhook-events.ts'

/** A fact to be announced. `data` is the payload of engine-programs §13.6, as of after the operation. */
export type Fact = {
  call: Call
  type: OccurrenceType
  /** The customer whose activity it belongs to; null when the customer is not stored, or there is none. */
  customerId: string | null
  data: JsonObject
  /** Recorded, but not told to webhooks: of a change in bulk (WH-7). */
  isQuiet?: boolean
  /** The engine did it by itself, and nobody asked for it (engine-programs §17.2, rows 5 and 6). */
  isByItself?: boolean
}

const ANNOUNCE = statement(
  'announce',
  `with occurred as (
     insert into occurrence (id, project_id, type, customer_id, group_id, category, channel, app_id, data, created_at, hops)
     select id, project_id, type, customer_id, group_id, category, channel, app_id, datum.list[data_place], created_at, hops
       from (select json_list($9) as list offset 0) as datum,
            unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                   $21::int[], $10::timestamptz[], $11::smallint[])
            as fact (id, project_id, type, customer_id, group_id, category, channel, app_id, data_place, created_at, hops)
   ), told as (
     insert into webhook_message (id, project_id, endpoint_id, occurrence_id, event, part, created_at, next_attempt_at)
     select 'whs_' || replace(gen_random_uuid()::text, '-', ''), message.project_id, endpoint.id,
            message.occurrence_id, message.event, message.part, message.created_at, message.created_at
       from unnest($16::text[], $17::text[], $18::text[], $19::smallint[], $20::timestamptz[])
            with ordinality as message (project_id, occurrence_id, event, part, created_at, place)
       join webhook_endpoint endpoint
         on endpoint.project_id = message.project_id and endpoint.is_enabled
        and message.event = any(endpoint.event_names)
      order by message.place
   ), due as (
     insert into effect_message (project_id, occurrence_id, depth, created_at)
     select message.project_id, message.occurrence_id, message.depth, message.created_at
       from unnest($2::text[], $1::text[], $22::text[], $23::smallint[], $10::timestamptz[])
            with ordinality as message (project_id, occurrence_id, kinds, depth, created_at, place)
       join project_program program
         on program.project_id = message.project_id and program.kinds && string_to_array(message.kinds, ',')
      where message.kinds is not null
      order by message.place
   )
   insert into segment_source_message (project_id, occurrence_id, event_row, created_at)
   select message.project_id, message.occurrence_id, message.event_row, message.created_at
     from unnest($12::text[], $13::text[], $14::smallint[], $15::timestamptz[])
          with ordinality as message (project_id, occurrence_id, event_row, created_at, place)
     join segment_source_connection connection
       on connection.project_id = message.project_id and connection.is_enabled
    -- A join keeps no order, and the ids given here are the order in which a person's events leave.
    order by message.place`,
)

/**
 * Records facts in the transaction that made them true, and queues what they become: track calls where the
 * project has a Voucherify source connected, messages for its webhooks, work for the effects of its programs. What
 * rolls back was never announced.
 */
export function announce(tx: Tx, facts: readonly Fact[]): void {
  if (facts.length === 0) return
  const ids = facts.map(({ call }) => newSortableId('occurrence', call.now.getTime()))
  const calls = facts.flatMap(({ type, call, isByItself = false }, index) =>
    sourceRowsOf(type, isByItself).map((eventRow) => ({ call, id: ids[index], eventRow })),
  )
  const told = facts.flatMap(({ type, call, data, isQuiet }, index) =>
    isQuiet ? [] : toWebhookEvents(type, data).map((event) => ({ call, id: ids[index], ...event })),
  )
  // An order that is made and paid at once is told twice with the very same data.
  const places = new Map<JsonObject, number>()
  for (const { data } of facts) if (!places.has(data)) places.set(data, places.size + 1)
  tx.send(ANNOUNCE, [
    ids,
    facts.map(({ call }) => call.projectId),
    facts.map(({ type }) => type),
    facts.map(({ customerId }) => customerId),
    facts.map(({ call }) => call.groupId),
    facts.map(({ type }) => categoryOf(type)),
    facts.map(({ call }) => call.channel),
    facts.map(({ call }) => call.appId || null),
    toJsonList([...places.keys()].map(toStoredData)),
    facts.map(({ call }) => call.now),
    facts.map(({ call }) => call.hops ?? 0),
    calls.map((call) => call.call.projectId),
    calls.map((call) => call.id),
    calls.map((call) => call.eventRow),
    calls.map((call) => call.call.now),
    told.map((message) => message.call.projectId),
    told.map((message) => message.id),
    told.map((message) => message.event),
    told.map((message) => message.part),
    told.map((message) => message.call.now),
    facts.map(({ data }) => places.get(data)),
    facts.map(({ type }) => listedReactions(type)),
    facts.map(({ call }) => call.effectDepth ?? 0),
  ])
}
