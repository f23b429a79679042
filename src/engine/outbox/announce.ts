import { newSortableId } from '../../kernel/ids.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { statement, type Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { SOURCE_EVENT_ROWS } from './source-events.ts'

/** Every type of occurrence the engine announces (engine-programs §13.3, §13.4). */
export type OccurrenceType =
  | 'customer.created'
  | 'customer.updated'
  | 'customer.deleted'
  | 'customer.custom_event'
  | 'customer.redemption.succeeded'
  | 'customer.redemption.failed'
  | 'customer.redemption.rollback.succeeded'
  | 'customer.redemption.rollback.failed'
  | 'customer.validation.succeeded'
  | 'customer.validation.failed'
  | 'customer.publication.succeeded'
  | 'customer.publication.failed'
  // A redemption of nobody in particular has no customer's feed to appear in (EV-2).
  | 'redemption.succeeded'
  | 'redemption.failed'
  | 'redemption.rollback.succeeded'
  | 'redemption.rollback.failed'

/** A fact to be announced. `data` is the payload of engine-programs §13.6, as of after the operation. */
export type Fact = {
  call: Call
  type: OccurrenceType
  /** The customer whose activity it belongs to; null when the customer is not stored, or there is none. */
  customerId: string | null
  data: JsonObject
}

const ANNOUNCE = statement(
  'announce',
  `with occurred as (
     insert into occurrence (id, project_id, type, customer_id, group_id, category, channel, app_id, data, created_at, hops)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
                          array_fill('ACTION'::text, array[cardinality($1::text[])]),
                          $6::text[], $7::text[], $8::json[], $9::timestamptz[], $14::smallint[])
   )
   insert into segment_source_message (project_id, occurrence_id, event_row, created_at)
   select message.project_id, message.occurrence_id, message.event_row, message.created_at
     from unnest($10::text[], $11::text[], $12::smallint[], $13::timestamptz[])
          with ordinality as message (project_id, occurrence_id, event_row, created_at, place)
     join segment_source_connection connection
       on connection.project_id = message.project_id and connection.is_enabled
    -- A join keeps no order, and the ids given here are the order in which a person's events leave.
    order by message.place`,
)

/**
 * Records facts in the transaction that made them true, and queues the track calls they become where
 * the project has a Voucherify source connected. What rolls back was never announced.
 */
export function announce(tx: Tx, facts: readonly Fact[]): void {
  if (facts.length === 0) return
  const rows = facts.map((fact) => ({
    ...fact,
    id: newSortableId('occurrence', fact.call.now.getTime()),
  }))
  const messages = rows.flatMap((row) =>
    (SOURCE_EVENT_ROWS[row.type] ?? []).map((eventRow) => ({ ...row, eventRow })),
  )
  tx.send(ANNOUNCE, [
    rows.map((row) => row.id),
    rows.map((row) => row.call.projectId),
    rows.map((row) => row.type),
    rows.map((row) => row.customerId),
    rows.map((row) => row.call.groupId),
    rows.map((row) => row.call.channel),
    rows.map((row) => row.call.appId),
    rows.map((row) => JSON.stringify(row.data)),
    rows.map((row) => row.call.now),
    messages.map((message) => message.call.projectId),
    messages.map((message) => message.id),
    messages.map((message) => message.eventRow),
    messages.map((message) => message.call.now),
    rows.map((row) => row.call.hops ?? 0),
  ])
}
