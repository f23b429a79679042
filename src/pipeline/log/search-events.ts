import { type Db, statement } from '../../platform/db.ts'
import { type EventFilter, listEvents } from './list-events.ts'
import type { LogEntry } from './log-entry.ts'

/** How far back one search looks, in positions of the log. */
const POSITIONS_SEARCHED_MAX = 200_000

/** What a search found, newest first, and before which position the next one goes on: undefined at the end. */
export type FoundEvents = { entries: LogEntry[]; before: number | undefined }

const BOUNDS = statement(
  'log_bounds',
  `select min(position) as oldest, max(position) as newest from log_entry where project_id = $1`,
)

/**
 * The newest entries of a project that pass every given filter, at most `filter.limit`, as far as the
 * newest `POSITIONS_SEARCHED_MAX` positions before `filter.before` hold them: there may be more although
 * there are fewer. The log has no index for each filter, because every one of them would cost each
 * accepted call a third to four fifths of what it costs the database now; so a search is bounded instead.
 */
export async function searchEvents(db: Db, filter: EventFilter): Promise<FoundEvents> {
  const [bounds] = await db.run<{ oldest: number | null; newest: number | null }>(BOUNDS, [
    filter.projectId,
  ])
  const { oldest, newest } = bounds ?? {}
  if (oldest == null || newest == null) return { entries: [], before: undefined }

  const before = Math.min(filter.before ?? Number.MAX_SAFE_INTEGER, newest + 1)
  const from = before - POSITIONS_SEARCHED_MAX
  const found = await listEvents(db, { ...filter, limit: filter.limit + 1, before, from })
  const entries = found.slice(0, filter.limit)
  if (found.length > filter.limit) return { entries, before: entries.at(-1)?.position }
  return { entries, before: from > oldest ? from : undefined }
}
