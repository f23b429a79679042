import type { Database } from '../../platform/db.ts'
import { appendToLog } from './append-to-log.ts'
import { countUnread } from './count-unread.ts'
import type { EventLog } from './event-log.ts'
import { listEvents } from './list-events.ts'
import { claimPartitions, lagOf, readPartitions } from './log-reader.repo.ts'
import { readEntries } from './read-entries.repo.ts'
import { searchEvents } from './search-events.ts'
import { sweepIngest } from './sweep-ingest.ts'

/** The log in the table `log_entry`: what needs no other server. */
export const createPostgresLog = (db: Database): EventLog => ({
  append: (entries, first) => appendToLog(db, entries, first),
  claim: (claim) => claimPartitions(db, claim),
  read: (_reader, claimed, limit) => readPartitions(db, claimed, limit),
  lag: (reader) => lagOf(db, reader),
  list: (filter) => listEvents(db, filter),
  search: (filter) => searchEvents(db, filter),
  readAt: (places) => readEntries(db, places),
  countUnread: (unread) => countUnread(db, unread),
  sweep: (now) => sweepIngest(db, now),
  check: async () => undefined,
  close: async () => undefined,
})
