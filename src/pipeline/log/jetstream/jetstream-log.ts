import { type Database, inTransaction, statement } from '../../../platform/db.ts'
import type { Nats } from '../../../platform/nats.ts'
import {
  createConsumer,
  createPublisher,
  deleteConsumer,
} from '../../../platform/nats-jetstream.ts'
import { withoutTwins } from '../append-to-log.ts'
import { countUnread } from '../count-unread.ts'
import type { EventLog } from '../event-log.ts'
import { claimPartitions, lagOf } from '../log-reader.repo.ts'
import { sweepIngest } from '../sweep-ingest.ts'
import { publishEntries } from './append.ts'
import { countUnreadInStream } from './count-unread-in-stream.ts'
import { listEntries, readEntriesAt, searchEntries } from './find-entries.ts'
import { type LogStream, stateOf, subjectOf } from './log-stream.ts'
import { createOldLog } from './old-log.ts'
import { positionBefore } from './scan-stream.ts'
import { createStreamReaders } from './stream-readers.ts'

type Parts = { db: Database; nats: Nats; stream: LogStream; positionsSearchedMax: number }

const FIND_CURSORS = statement(
  'log_find_cursors',
  'select log_partition, position from log_cursor where reader = $1',
)

/**
 * The log in a stream of NATS JetStream. What PostgreSQL held before the log moved stays readable in front of it,
 * until it has been read and has passed its retention.
 */
export function createJetStreamLog({ db, nats, stream, positionsSearchedMax }: Parts): EventLog {
  const publisher = createPublisher(nats)
  const readers = createStreamReaders(nats, stream)
  const old = createOldLog(db, stream)
  const sources = { nats, stream, old, positionsSearchedMax }

  return {
    async append(entries, first) {
      const candidates = withoutTwins(entries)
      const duplicates = await publishEntries(publisher, stream, candidates)
      // Behind the calls: were it first, a repetition after a failure would write it again.
      if (first) await inTransaction(db, first)
      return { duplicates: entries.length - candidates.length + duplicates }
    },
    claim: (claim) => claimPartitions(db, claim, (time) => positionBefore(nats, stream, time)),
    async read(reader, claimed, limit) {
      const { entries, passed } = await old.read(reader, claimed, limit)
      const read = await readers.read(reader, passed, limit)
      return new Map([...entries, ...read])
    },
    async lag(reader) {
      const cursors = await db.run<{ log_partition: number; position: number }>(FIND_CURSORS, [
        reader,
      ])
      const lags = await Promise.all(
        cursors.map((cursor) => pendingBehind(nats, stream, cursor.log_partition, cursor.position)),
      )
      return lags.reduce((sum, lag) => sum + lag, await lagOf(db, reader))
    },
    list: (filter) => listEntries(sources, filter),
    search: (filter) => searchEntries(sources, filter),
    readAt: (places) => readEntriesAt(sources, places),
    async countUnread(unread) {
      const limits = { positionsMax: positionsSearchedMax }
      const inStream = await countUnreadInStream(nats, stream, unread, limits)
      return inStream + (await countUnread(db, unread))
    },
    sweep: (now) => sweepIngest(db, now),
    async check() {
      await stateOf(nats, stream)
    },
    close: () => nats.close(),
  }
}

/** How many entries of a partition are behind a position; a new consumer is told. */
async function pendingBehind(
  nats: Nats,
  stream: LogStream,
  partition: number,
  position: number,
): Promise<number> {
  const from = { subject: subjectOf(stream, partition), startSeq: position - stream.base + 1 }
  const consumer = await createConsumer(nats, stream.name, from)
  void deleteConsumer(nats, stream.name, consumer)
  return consumer.pending
}
