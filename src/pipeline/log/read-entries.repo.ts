import type { JsonObject } from '../../kernel/json.ts'
import { type Db, statement } from '../../platform/db.ts'
import type { LogEntry } from './log-entry.ts'
import { toLogEntry } from './log-reader.repo.ts'

const READ_AT = statement(
  'log_read_at',
  `select entry.position, entry.project_id, entry.source_id, entry.message_id, entry.type, entry.event,
          entry.user_id, entry.anonymous_id, entry.received_at, entry.body
     from unnest($1::smallint[], $2::bigint[]) as place (log_partition, position)
     join log_entry as entry
       on entry.log_partition = place.log_partition and entry.position = place.position`,
)

/** The entries at these places, by their position. Those that are no longer kept are absent. */
export async function readEntries(
  db: Db,
  places: readonly { partition: number; position: number }[],
): Promise<Map<number, LogEntry>> {
  if (places.length === 0) return new Map()
  const rows = await db.run<Parameters<typeof toLogEntry>[0] & { body: JsonObject }>(READ_AT, [
    places.map(({ partition }) => partition),
    places.map(({ position }) => position),
  ])
  return new Map(rows.map((row) => [row.position, toLogEntry(row)]))
}
