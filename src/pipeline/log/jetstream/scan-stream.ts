import { isPlainObject } from '../../../kernel/json.ts'
import { type Nats, NatsUnavailableError } from '../../../platform/nats.ts'
import {
  createConsumer,
  deleteConsumer,
  fetchMessages,
  getMessage,
} from '../../../platform/nats-jetstream.ts'
import type { EventFilter } from '../list-events.ts'
import type { LogEntry } from '../log-entry.ts'
import { partitionOf } from '../partition-of.ts'
import { everySubjectOf, type LogStream, stateOf, subjectOf } from './log-stream.ts'
import { readMessage, type StoredEntry, toLogEntry } from './message.ts'

export type Scanned = {
  /** Newest first. */
  entries: LogEntry[]
  /** Nothing at or behind this position was left out. */
  from: number
  /** Whether that is the oldest that the stream keeps. */
  isAtOldest: boolean
}

/** How many positions the first look takes in, and how many at most any. */
const WINDOW_FIRST = 256
const WINDOW_MAX = 4_096
const FETCH_MAX = 500

export const MESSAGE_LOST = 'a message was lost on its way from NATS'

/**
 * The newest entries of the stream that pass every given filter, at most `filter.limit` and among at most
 * `positionsMax` positions. Looks back window by window, which grow while nothing is found.
 */
export async function scanBack(
  nats: Nats,
  stream: LogStream,
  { filter, positionsMax }: { filter: EventFilter; positionsMax: number },
): Promise<Scanned> {
  const { first, last } = await stateOf(nats, stream)
  const oldest = stream.base + Math.max(1, first)
  const end = Math.min(filter.before ?? Number.MAX_SAFE_INTEGER, stream.base + last + 1)
  const floor = Math.max(oldest, filter.from ?? 0, end - positionsMax)
  const subject = subjectFor(stream, filter)
  const matches = matcherOf(filter)

  const entries: LogEntry[] = []
  let from = Math.max(end, floor)
  for (let size = WINDOW_FIRST; from > floor && entries.length < filter.limit; size *= 4) {
    const window = { from: Math.max(floor, from - Math.min(size, WINDOW_MAX)), before: from }
    const found: StoredEntry[] = []
    await forEachEntry(nats, stream, { ...window, subject }, (entry) => {
      if (matches(entry)) found.push(entry)
    })
    const wanted = found.slice(-(filter.limit - entries.length))
    entries.push(...wanted.reverse().map(toLogEntry))
    from = window.from
  }
  return { entries, from, isAtOldest: from <= oldest }
}

const subjectFor = (stream: LogStream, { userId, partition }: EventFilter): string => {
  const only = partition ?? (userId === undefined ? undefined : partitionOf(userId))
  return only === undefined ? everySubjectOf(stream) : subjectOf(stream, only)
}

function matcherOf(filter: EventFilter): (entry: StoredEntry) => boolean {
  const asked = EXACT.filter((key) => filter[key] !== undefined)
  const text = filter.text?.toLowerCase()
  return (entry) =>
    asked.every((key) => entry[key] === filter[key]) &&
    (text === undefined || textOf(entry).includes(text)) &&
    (filter.causedBy === undefined || isCausedBy(entry, filter.causedBy))
}

function isCausedBy(entry: StoredEntry, causes: readonly string[]): boolean {
  const { context } = toLogEntry(entry).body
  const own = isPlainObject(context) ? context['promoloop'] : undefined
  return isPlainObject(own) && causes.includes(String(own['caused_by']))
}

const EXACT = [
  'projectId',
  'sourceId',
  'type',
  'event',
  'userId',
  'anonymousId',
  'messageId',
] as const

const textOf = ({ userId, anonymousId, messageId, event }: StoredEntry): string =>
  [userId, anonymousId, messageId, event]
    .filter((part) => part !== null)
    .join('\n')
    .toLowerCase()

type Window = { from: number; before: number; subject: string }

/** Calls `visit` with each entry of a subject at or after position `from` and before `before`, oldest first. */
export async function forEachEntry(
  nats: Nats,
  stream: LogStream,
  { from, before, subject }: Window,
  visit: (entry: StoredEntry) => void,
): Promise<void> {
  if (from >= before) return
  const startSeq = from - stream.base
  const consumer = await createConsumer(nats, stream.name, { subject, startSeq })
  try {
    let delivered = 0
    for (let position = from; position < before; ) {
      const limit = Math.min(FETCH_MAX, before - position)
      const messages = await fetchMessages(nats, { stream: stream.name, consumer, limit })
      for (const { data, seq, consumerSeq } of messages) {
        delivered += 1
        if (consumerSeq !== delivered) throw new NatsUnavailableError(MESSAGE_LOST)
        position = stream.base + seq + 1
        if (position <= before) visit(readMessage(data, stream.base + seq))
      }
      if (messages.length < limit) return
    }
  } finally {
    void deleteConsumer(nats, stream.name, consumer)
  }
}

/** The entry at a position; undefined when it is not kept any more. */
export async function entryAt(
  nats: Nats,
  stream: LogStream,
  position: number,
): Promise<LogEntry | undefined> {
  const message = await getMessage(nats, stream.name, position - stream.base)
  return message && toLogEntry(readMessage(message.data, position))
}

/**
 * The position of the last entry that was received before `time`, going by halves through entries that are about
 * in the order in which they were received; undefined when there is none.
 */
export async function positionBefore(
  nats: Nats,
  stream: LogStream,
  time: Date,
): Promise<number | undefined> {
  const { first, last } = await stateOf(nats, stream)
  let low = Math.max(1, first) - 1
  let high = last + 1
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    const message = await getMessage(nats, stream.name, middle)
    const isBefore = !message || readMessage(message.data, middle).receivedAt < time
    if (isBefore) low = middle
    else high = middle
  }
  return low < Math.max(1, first) ? undefined : stream.base + low
}
