import { monotonicMs } from '../../../platform/clock.ts'
import { type Nats, NatsUnavailableError } from '../../../platform/nats.ts'
import {
  CONSUMER_USABLE_MS,
  type Consumer,
  createConsumer,
  fetchMessages,
} from '../../../platform/nats-jetstream.ts'
import type { LogEntry } from '../log-entry.ts'
import type { ClaimedPartition } from '../log-reader.repo.ts'
import { type LogStream, stateOf, subjectOf } from './log-stream.ts'
import { readMessage, toLogEntry } from './message.ts'
import { MESSAGE_LOST } from './scan-stream.ts'

/** How far this process has read a partition for a reader. */
type Place = {
  consumer: Consumer
  /** The position of the last entry that was handed over. */
  position: number
  /** How many messages the consumer has delivered. */
  delivered: number
  /** There is nothing behind `position` up to here. */
  quietUpTo: number
  askedAtMs: number
}

export type StreamReaders = {
  /** The next entries of a partition behind its position, at most `limit`. */
  read(
    reader: string,
    claimed: readonly ClaimedPartition[],
    limit: number,
  ): Promise<Map<number, LogEntry[]>>
}

/** A server that follows may be behind the one that was asked for the end of the stream; it is asked again. */
const QUIET_MS = 1_000

/**
 * Reads the stream from the positions that are claimed. A consumer goes on where the reader is; it is made anew
 * whenever it is not exactly there, has lost a message, or does not answer.
 */
export function createStreamReaders(nats: Nats, stream: LogStream): StreamReaders {
  const places = new Map<string, Place>()
  nats.onLost(() => places.clear())

  async function readPartition(
    key: string,
    claimed: ClaimedPartition,
    { limit, last }: { limit: number; last: number },
  ): Promise<LogEntry[]> {
    const known = places.get(key)
    const ageMs = known ? monotonicMs() - known.askedAtMs : 0
    const isThere = known?.position === claimed.position && ageMs < CONSUMER_USABLE_MS
    if (known && isThere && known.quietUpTo >= last && ageMs < QUIET_MS) return []
    // Taken out, so that nobody else asks the same consumer meanwhile.
    places.delete(key)
    const begin = async (): Promise<[Place, LogEntry[]]> =>
      fetchNext(nats, stream, { place: await openPlace(nats, stream, claimed), limit, last })
    const [place, entries] = await (known && isThere
      ? fetchNext(nats, stream, { place: known, limit, last }).catch(begin)
      : begin())
    places.set(key, place)
    return entries
  }

  return {
    async read(reader, claimed, limit) {
      const last = stream.base + (await stateOf(nats, stream)).last
      const reads = await Promise.allSettled(
        claimed.map(async (claim): Promise<[number, LogEntry[]]> => {
          const key = `${reader} ${claim.partition}`
          return [claim.partition, await readPartition(key, claim, { limit, last })]
        }),
      )
      const read = reads.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      // A partition whose consumer was lost with its server is read at the next look; the others go on.
      const failed = reads.find((one) => one.status === 'rejected')
      if (failed && read.length === 0) throw failed.reason
      return new Map(read.filter(([, entries]) => entries.length > 0))
    },
  }
}

async function openPlace(
  nats: Nats,
  stream: LogStream,
  { partition, position }: ClaimedPartition,
): Promise<Place> {
  const from = { subject: subjectOf(stream, partition), startSeq: position - stream.base + 1 }
  const consumer = await createConsumer(nats, stream.name, from)
  return { consumer, position, delivered: 0, quietUpTo: position, askedAtMs: monotonicMs() }
}

/** What comes behind a place, and the place behind that. `last` is where the stream ended before. */
async function fetchNext(
  nats: Nats,
  stream: LogStream,
  { place, limit, last }: { place: Place; limit: number; last: number },
): Promise<[Place, LogEntry[]]> {
  const { consumer } = place
  const askedAtMs = monotonicMs()
  const messages = await fetchMessages(nats, { stream: stream.name, consumer, limit })
  const isWhole = messages.every(
    ({ consumerSeq }, index) => consumerSeq === place.delivered + index + 1,
  )
  if (!isWhole) throw new NatsUnavailableError(MESSAGE_LOST)
  const entries = messages.map(({ data, seq }) => toLogEntry(readMessage(data, stream.base + seq)))
  const position = entries.at(-1)?.position ?? place.position
  const quietUpTo = entries.length < limit ? Math.max(last, position) : position
  const delivered = place.delivered + entries.length
  return [{ consumer, position, delivered, quietUpTo, askedAtMs }, entries]
}
