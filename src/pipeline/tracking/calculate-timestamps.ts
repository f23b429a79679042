import { parseIsoDate, toIso } from '../../kernel/time.ts'

const YEAR_0_MS = -62_167_219_200_000
const YEAR_9999_MS = 253_402_300_799_999

/** A time as clients send it: ISO 8601, or milliseconds since 1970. Undefined when it is neither (§1.9 rule 1). */
export function parseTime(value: unknown): Date | undefined {
  if (typeof value === 'string') return parseIsoDate(value)
  if (typeof value !== 'number' || !(value >= YEAR_0_MS && value <= YEAR_9999_MS)) return undefined
  return new Date(value)
}

export type Timestamps = {
  originalTimestamp: unknown
  sentAt: string | undefined
  timestamp: string
}

/**
 * Corrects the client's clock by `timestamp = receivedAt − (sentAt − originalTimestamp)` (§1.9). Without a
 * `sentAt` the client's time is trusted, as historical imports need. A `timestamp` that is no time
 * counts as absent and is kept in `originalTimestamp` as it came.
 */
export function calculateTimestamps(
  raw: { timestamp: unknown; sentAt: Date | undefined },
  receivedAt: Date,
): Timestamps {
  const { sentAt } = raw
  const original = parseTime(raw.timestamp)
  const happenedAt = original ?? sentAt ?? receivedAt
  const sinceThenMs = sentAt ? sentAt.getTime() - happenedAt.getTime() : undefined
  const timestamp =
    sinceThenMs === undefined ? happenedAt : new Date(receivedAt.getTime() - sinceThenMs)
  const isUnreadable = !original && raw.timestamp !== undefined && raw.timestamp !== null
  return {
    originalTimestamp: isUnreadable ? raw.timestamp : toIso(happenedAt),
    sentAt: sentAt && toIso(sentAt),
    timestamp: toIso(timestamp),
  }
}
