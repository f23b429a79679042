import { addDuration, lastIntervalStart, parseDuration } from './duration.ts'
import { type LocalTime, toLocalTime } from './local-time.ts'
import { type DailyHours, toMinuteRange, type Validity } from './validity.ts'

/**
 * Whether what is valid as `validity` says can be redeemed at `now`; `timeZone` is the project's. The first
 * of start, end and recurrence that forbids it is told (R-VALID-01, R-VALID-02).
 */
export function decideValidity(
  validity: Validity,
  now: Date,
  timeZone: string,
): 'active' | 'not_started' | 'expired' | 'not_active_now' {
  const { startDate, expirationDate } = validity
  if (startDate && now < startDate) return 'not_started'
  if (expirationDate && now >= expirationDate) return 'expired'
  return isOpen(validity, now, timeZone) ? 'active' : 'not_active_now'
}

function isOpen(
  { startDate, timeframe, daysOfWeek, hours }: Validity,
  now: Date,
  timeZone: string,
): boolean {
  if (timeframe && startDate && !isWithinTimeframe(startDate, timeframe, now)) return false
  if (!daysOfWeek && !hours) return true
  const local = toLocalTime(now, timeZone)
  if (daysOfWeek && !daysOfWeek.includes(local.dayOfWeek)) return false
  return !hours || hours.daily.some((period) => isWithinHours(period, local))
}

/** R-VALID-03. What has no start has no interval either. */
export function isWithinTimeframe(
  start: Date,
  { interval, duration }: { interval: string; duration: string },
  now: Date,
): boolean {
  const [every, open] = [parseDuration(interval), parseDuration(duration)]
  if (!every || !open || now < start) return false
  return now < addDuration(lastIntervalStart(start, every, now), open)
}

/** R-VALID-04: from the start to before the end, by the clocks on the wall. */
export function isWithinHours(period: DailyHours, local: LocalTime): boolean {
  const [from, until] = toMinuteRange(period)
  return (
    (period.days_of_week ?? [local.dayOfWeek]).includes(local.dayOfWeek) &&
    local.minutes >= from &&
    local.minutes < until
  )
}
