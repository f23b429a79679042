import { statement, type Tx } from '../../platform/db.ts'
import type { CustomEvent } from './custom-event.ts'

const INSERT = statement(
  'insert_custom_events',
  `insert into custom_event (id, project_id, customer_id, type, metadata, referral, loyalty, created_at)
   select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::jsonb[], $7::jsonb[], $8::timestamptz[])`,
)

const toJsonOrNull = (value: object | null): string | null =>
  value === null ? null : JSON.stringify(value)

/** Stores events. */
export function insertCustomEvents(tx: Tx, events: readonly CustomEvent[]): void {
  if (events.length === 0) return
  tx.send(INSERT, [
    events.map(({ id }) => id),
    events.map(({ projectId }) => projectId),
    events.map(({ customer }) => customer.id),
    events.map(({ type }) => type),
    events.map(({ metadata }) => JSON.stringify(metadata)),
    events.map(({ referral }) => toJsonOrNull(referral)),
    events.map(({ loyalty }) => toJsonOrNull(loyalty)),
    events.map(({ createdAt }) => createdAt),
  ])
}
