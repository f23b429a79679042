import { ApiError } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'

/** Events received at or after `from` and before `to`. */
export type TimeRange = { from: Date; to: Date }

const DEFAULT_MS = 24 * 3_600_000

const refusal = (details: string): ApiError => new ApiError('invalid_query_params', { details })

/**
 * The range that was asked for: up to and including `now`, and the 24 hours before its end, where nothing
 * else is said. Throws `invalid_query_params` when it is empty or longer than two weeks (pipeline §7.5.3).
 */
export function calculateRange(
  asked: { from?: Date | undefined; to?: Date | undefined },
  now: Date,
): TimeRange {
  const to = asked.to ?? new Date(now.getTime() + 1)
  const from = asked.from ?? new Date(to.getTime() - DEFAULT_MS)
  const lengthMs = to.getTime() - from.getTime()
  if (lengthMs <= 0) throw refusal('Property .from should be before .to')
  // What is left open at the end is now and one millisecond, which nobody should have to reckon with.
  const lengthMsMax = LIMITS.eventDeliveryRangeMs + (asked.to ? 0 : 1)
  if (lengthMs > lengthMsMax) throw refusal('Property .from should be at most 14 days before .to')
  return { from, to }
}
