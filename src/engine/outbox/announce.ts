import { newSortableId } from '../../kernel/ids.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { statement, type Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { categoryOf, type OccurrenceType } from './occurrence-types.ts'
import { SOURCE_EVENT_ROWS } from './source-events.ts'
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
}

const ANNOUNCE = statement(
  'announce',
  `with occurred as (
     insert into occurrence (id, project_id, type, customer_id, group_id, category, channel, app_id, data, created_at, hops)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                          $7::text[], $8::text[], $9::json[], $10::timestamptz[], $11::smallint[])
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
 * project has a Voucherify source connected, messages for its webhooks. What rolls back was never announced.
 */
export function announce(tx: Tx, facts: readonly Fact[]): void {
  if (facts.length === 0) return
  const rows = facts.map((fact) => ({
    ...fact,
    id: newSortableId('occurrence', fact.call.now.getTime()),
  }))
  const calls = rows.flatMap((row) =>
    (SOURCE_EVENT_ROWS[row.type] ?? []).map((eventRow) => ({ ...row, eventRow })),
  )
  const told = rows.flatMap((row) =>
    row.isQuiet ? [] : toWebhookEvents(row.type, row.data).map((event) => ({ ...row, ...event })),
  )
  // An order that is made and paid at once is told twice with the very same data.
  const texts = new Map<JsonObject, string>()
  const toText = (data: JsonObject): string => {
    const text = texts.get(data) ?? JSON.stringify(data)
    texts.set(data, text)
    return text
  }
  tx.send(ANNOUNCE, [
    rows.map((row) => row.id),
    rows.map((row) => row.call.projectId),
    rows.map((row) => row.type),
    rows.map((row) => row.customerId),
    rows.map((row) => row.call.groupId),
    rows.map((row) => categoryOf(row.type)),
    rows.map((row) => row.call.channel),
    rows.map((row) => row.call.appId),
    rows.map(({ data }) => toText(data)),
    rows.map((row) => row.call.now),
    rows.map((row) => row.call.hops ?? 0),
    calls.map((call) => call.call.projectId),
    calls.map((call) => call.id),
    calls.map((call) => call.eventRow),
    calls.map((call) => call.call.now),
    told.map((message) => message.call.projectId),
    told.map((message) => message.id),
    told.map((message) => message.event),
    told.map((message) => message.part),
    told.map((message) => message.call.now),
  ])
}
