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
import type { EventFilter } from '../list-events.ts'
import { claimPartitions, lagOf } from '../log-reader.repo.ts'
import { sweepIngest } from '../sweep-ingest.ts'
import { publishEntries } from './append.ts'
import { countUnreadInStream } from './count-unread-in-stream.ts'
import { type LogStream, stateOf, subjectOf } from './log-stream.ts'
import { createOldLog } from './old-log.ts'
import { entryAt, positionBefore, scanBack } from './scan-stream.ts'
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
  const scan = (filter: EventFilter) =>
    scanBack(nats, stream, { filter, positionsMax: positionsSearchedMax })

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
    async list(filter) {
      const { entries, isAtOldest } = await scan(filter)
      if (entries.length >= filter.limit || !isAtOldest) return entries
      const rest = { ...filter, limit: filter.limit - entries.length }
      return [...entries, ...(await old.list(rest))]
    },
    async search(filter) {
      const found = await scan({ ...filter, limit: filter.limit + 1 })
      const entries = found.entries.slice(0, filter.limit)
      if (found.entries.length > filter.limit) return { entries, before: entries.at(-1)?.position }
      if (!found.isAtOldest) return { entries, before: found.from }
      const rest = await old.search({ ...filter, limit: filter.limit - entries.length })
      return { entries: [...entries, ...rest.entries], before: rest.before }
    },
    async readAt(places) {
      const entries = await old.readAt(places.filter(({ position }) => position <= stream.base))
      const inStream = places.filter(({ position }) => position > stream.base)
      const read = await Promise.all(
        inStream.map(({ position }) => entryAt(nats, stream, position)),
      )
      for (const entry of read) if (entry) entries.set(entry.position, entry)
      return entries
    },
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
