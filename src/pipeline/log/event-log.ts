import type { Tx } from '../../platform/db.ts'
import type { Appended } from './append-to-log.ts'
import type { Unread } from './count-unread.ts'
import type { EventFilter } from './list-events.ts'
import type { LogEntry, NewLogEntry } from './log-entry.ts'
import type { Claim, ClaimedPartition } from './log-reader.repo.ts'
import type { FoundEvents } from './search-events.ts'

/**
 * The log of accepted calls. There are two: in PostgreSQL (`createPostgresLog`) and in NATS JetStream
 * (`openJetStreamLog`). Cursors of readers are in PostgreSQL with both, so that `advanceCursor` is committed
 * together with what a reader did.
 */
export type EventLog = {
  /**
   * Appends calls in the given order and leaves out those whose message id their source has sent within the
   * last 24 hours, also within `entries` (pipeline §1.15, first one wins). Resolves once they, and what
   * `first` writes, are durable. What is rejected may be repeated: nothing is doubled by that.
   */
  append(entries: readonly NewLogEntry[], first?: (tx: Tx) => void): Promise<Appended>
  /** Leases an owner its share of a reader's partitions, where the reader is in them. */
  claim(claim: Claim): Promise<ClaimedPartition[]>
  /**
   * The next entries of each partition that `reader` has claimed, oldest first and at most `limit` of each, by
   * partition. Does not wait for any to come.
   */
  read(
    reader: string,
    claimed: readonly ClaimedPartition[],
    limit: number,
  ): Promise<Map<number, LogEntry[]>>
  /** How many entries `reader` has not passed yet; 0 for a reader that never claimed. */
  lag(reader: string): Promise<number>
  /** The newest entries that pass every given filter, newest first. */
  list(filter: EventFilter): Promise<LogEntry[]>
  /** The same a page at a time, each looking through a bounded part of the log. */
  search(filter: EventFilter): Promise<FoundEvents>
  /** The entries at these places, by their position. Those that are no longer kept are absent. */
  readAt(places: readonly Place[]): Promise<Map<number, LogEntry>>
  /** How many calls for a destination are behind its cursors, among the log's last. */
  countUnread(unread: Unread): Promise<number>
  /** Deletes a part of what has passed its retention; true when there may be more to delete at once. */
  sweep(now: Date): Promise<boolean>
  /** Throws while calls could not be appended. */
  check(): Promise<void>
  close(): Promise<void>
}

/** Where in the log an entry is. */
export type Place = { partition: number; position: number }
