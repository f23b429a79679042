import { statement, type Tx } from '../../platform/db.ts'
import { toJsonList } from '../../platform/json-list.ts'
import type { CustomEvent } from './custom-event.ts'

const INSERT = statement(
  'insert_custom_events',
  `insert into custom_event (id, project_id, customer_id, type, metadata, referral, loyalty, created_at)
   select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], jsonb_list($5), jsonb_list($6), jsonb_list($7), $8::timestamptz[])`,
)

/** Stores events. */
export function insertCustomEvents(tx: Tx, events: readonly CustomEvent[]): void {
  if (events.length === 0) return
  tx.send(INSERT, [
    events.map(({ id }) => id),
    events.map(({ projectId }) => projectId),
    events.map(({ customer }) => customer.id),
    events.map(({ type }) => type),
    toJsonList(events.map(({ metadata }) => metadata)),
    toJsonList(events.map(({ referral }) => referral)),
    toJsonList(events.map(({ loyalty }) => loyalty)),
    events.map(({ createdAt }) => createdAt),
  ])
}
