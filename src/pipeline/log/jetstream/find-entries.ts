import type { Nats } from '../../../platform/nats.ts'
import type { Place } from '../event-log.ts'
import type { EventFilter } from '../list-events.ts'
import type { LogEntry } from '../log-entry.ts'
import type { FoundEvents } from '../search-events.ts'
import type { LogStream } from './log-stream.ts'
import type { OldLog } from './old-log.ts'
import { entryAt, type Scanned, scanBack } from './scan-stream.ts'

/** The stream, and in front of it what PostgreSQL held before. */
export type Sources = {
  nats: Nats
  stream: LogStream
  old: OldLog
  /** How far back one search looks. */
  positionsSearchedMax: number
}

const scan = (
  { nats, stream, positionsSearchedMax }: Sources,
  filter: EventFilter,
): Promise<Scanned> => scanBack(nats, stream, { filter, positionsMax: positionsSearchedMax })

/** See `EventLog.list`; looks through `positionsSearchedMax` positions of the stream at most. */
export async function listEntries(sources: Sources, filter: EventFilter): Promise<LogEntry[]> {
  const { entries, isAtOldest } = await scan(sources, filter)
  if (entries.length >= filter.limit || !isAtOldest) return entries
  const rest = { ...filter, limit: filter.limit - entries.length }
  return [...entries, ...(await sources.old.list(rest))]
}

/** See `EventLog.search`. */
export async function searchEntries(sources: Sources, filter: EventFilter): Promise<FoundEvents> {
  const found = await scan(sources, { ...filter, limit: filter.limit + 1 })
  const entries = found.entries.slice(0, filter.limit)
  if (found.entries.length > filter.limit) return { entries, before: entries.at(-1)?.position }
  if (!found.isAtOldest) return { entries, before: found.from }
  const rest = await sources.old.search({ ...filter, limit: filter.limit - entries.length })
  return { entries: [...entries, ...rest.entries], before: rest.before }
}

/** See `EventLog.readAt`. */
export async function readEntriesAt(
  { nats, stream, old }: Sources,
  places: readonly Place[],
): Promise<Map<number, LogEntry>> {
  const entries = await old.readAt(places.filter(({ position }) => position <= stream.base))
  const inStream = places.filter(({ position }) => position > stream.base)
  const read = await Promise.all(inStream.map(({ position }) => entryAt(nats, stream, position)))
  for (const entry of read) if (entry) entries.set(entry.position, entry)
  return entries
}
