import { ApiError } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { TimeRange } from './calculate-range.ts'

export const INTERVALS = ['minute', 'hour', 'day'] as const
export type Interval = (typeof INTERVALS)[number]

const MS: Record<Interval, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

/**
 * The starts of the intervals that a range touches, oldest first. Intervals are those of UTC, so the first may
 * begin before the range and the last end after it. Throws `invalid_query_params` when they are too many.
 */
export function calculateIntervals({ from, to }: TimeRange, interval: Interval): Date[] {
  const ms = MS[interval]
  const firstMs = Math.floor(from.getTime() / ms) * ms
  const count = Math.ceil((to.getTime() - firstMs) / ms)
  if (count > LIMITS.eventDeliveryRowsMax)
    throw new ApiError('invalid_query_params', {
      details:
        `Property .interval should be longer: this range has ${count} intervals of a ${interval}, ` +
        `at most ${LIMITS.eventDeliveryRowsMax} are answered`,
    })
  return Array.from({ length: count }, (_, index) => new Date(firstMs + index * ms))
}

/** One row for each of `starts`: the one that was counted, or an empty one. */
export function calculateSeries<Row extends { start: Date }>(
  starts: readonly Date[],
  counted: readonly Row[],
  emptyRow: (start: Date) => Row,
): Row[] {
  const rows = new Map(counted.map((row) => [row.start.getTime(), row]))
  return starts.map((start) => rows.get(start.getTime()) ?? emptyRow(start))
}
