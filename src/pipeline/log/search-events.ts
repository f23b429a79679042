import { type Db, statement } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type EventFilter, listEvents } from './list-events.ts'
import type { LogEntry } from './log-entry.ts'

/** What a search found, newest first, and before which position the next one goes on: undefined at the end. */
export type FoundEvents = { entries: LogEntry[]; before: number | undefined }

const BOUNDS = statement(
  'log_bounds',
  'select min(position) as oldest, max(position) as newest from log_entry where project_id = $1',
)

/**
 * The newest entries of a project that pass every given filter, at most `filter.limit`. With filters, only
 * the newest `LIMITS.logPositionsSearchedMax` positions before `filter.before` are looked at, so `before` may say
 * that there is more to search although fewer were found. Indexes for the filters would spare that: each
 * adds a third to nine tenths to what an accepted call costs the database (measured), and fails on names
 * longer than an index takes.
 */
export async function searchEvents(db: Db, filter: EventFilter): Promise<FoundEvents> {
  const [bounds] = await db.run<{ oldest: number | null; newest: number | null }>(BOUNDS, [
    filter.projectId,
  ])
  if (!bounds || bounds.oldest === null || bounds.newest === null)
    return { entries: [], before: undefined }

  const before = Math.min(filter.before ?? Number.MAX_SAFE_INTEGER, bounds.newest + 1)
  const from = isFiltered(filter) ? before - LIMITS.logPositionsSearchedMax : bounds.oldest
  const found = await listEvents(db, { ...filter, limit: filter.limit + 1, before, from })
  const entries = found.slice(0, filter.limit)
  if (found.length > filter.limit) return { entries, before: entries.at(-1)?.position }
  return { entries, before: from > bounds.oldest ? from : undefined }
}

const isFiltered = ({ projectId: _, limit: __, before: ___, ...filters }: EventFilter): boolean =>
  Object.values(filters).some((value) => value !== undefined)
