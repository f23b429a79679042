import type { Database } from '../../../platform/db.ts'
import type { Place } from '../event-log.ts'
import { type EventFilter, listEvents } from '../list-events.ts'
import type { LogEntry } from '../log-entry.ts'
import { type ClaimedPartition, readPartitions } from '../log-reader.repo.ts'
import { readEntries } from '../read-entries.repo.ts'
import { type FoundEvents, searchEvents } from '../search-events.ts'
import type { LogStream } from './log-stream.ts'

/** What PostgreSQL held before the log moved: positions up to the base of the stream. Nothing is added to it. */
export type OldLog = {
  /** What it has behind the claimed positions, and those behind which it has nothing. */
  read(
    reader: string,
    claimed: readonly ClaimedPartition[],
    limit: number,
  ): Promise<{ entries: Map<number, LogEntry[]>; passed: ClaimedPartition[] }>
  list(filter: EventFilter): Promise<LogEntry[]>
  search(filter: EventFilter): Promise<FoundEvents>
  readAt(places: readonly Place[]): Promise<Map<number, LogEntry>>
}

export function createOldLog(db: Database, { base }: LogStream): OldLog {
  /** Where readers have passed the last entry of a partition, although their cursor is not behind it yet. */
  const passedAt = new Map<string, number>()
  const within = (filter: EventFilter): EventFilter => ({
    ...filter,
    before: Math.min(filter.before ?? Number.MAX_SAFE_INTEGER, base + 1),
  })
  const keyOf = (reader: string, partition: number): string => `${reader} ${partition}`

  return {
    async read(reader, claimed, limit) {
      const inside = claimed.filter(
        ({ partition, position }) =>
          position < base && passedAt.get(keyOf(reader, partition)) !== position,
      )
      const entries = await readPartitions(db, inside, limit)
      for (const { partition, position } of inside)
        if (!entries.has(partition)) passedAt.set(keyOf(reader, partition), position)
      return { entries, passed: claimed.filter(({ partition }) => !entries.has(partition)) }
    },
    list: async (filter) => (isBelow(filter, base) ? listEvents(db, within(filter)) : []),
    async search(filter) {
      if (!isBelow(filter, base)) return { entries: [], before: undefined }
      // With no room left the question is only whether there is more.
      const found = await searchEvents(db, within({ ...filter, limit: Math.max(1, filter.limit) }))
      if (filter.limit > 0 || found.entries.length === 0) return found
      return { entries: [], before: base + 1 }
    },
    readAt: (places) => readEntries(db, places),
  }
}

/** Whether what the filter lets through may be in the old log. */
const isBelow = ({ from = 0 }: EventFilter, base: number): boolean => base > 0 && from <= base
