/** A duration of ISO 8601, such as `P1M` or `PT90M`: months of the calendar, and milliseconds. */
export type Duration = { months: number; ms: number }

const ISO_DURATION =
  /^P(?=.)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?=.)(?:(\d{1,6})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?$/

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const MONTH_MS_MEAN = (146_097 / 4_800) * DAY_MS
const MONTHS_MAX = 12_000
const MS_MAX = 1_000 * 366 * DAY_MS

/** Reads whole numbers of years to seconds, a thousand years at most; undefined for anything else and for nothing. */
export function parseDuration(text: string): Duration | undefined {
  const match = ISO_DURATION.exec(text)
  if (!match) return undefined
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0))
  const duration = {
    months: years * 12 + months,
    ms: (weeks * 7 + days) * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS,
  }
  const isUsable = duration.months <= MONTHS_MAX && duration.ms <= MS_MAX
  return isUsable && duration.months + duration.ms > 0 ? duration : undefined
}

/** `date` later by `times` durations. A month on from the 31st is the last day of a shorter month; in UTC. */
export function addDuration(date: Date, { months, ms }: Duration, times = 1): Date {
  const moved = new Date(date.getTime())
  moved.setUTCDate(1)
  moved.setUTCMonth(moved.getUTCMonth() + months * times)
  const lastDay = new Date(
    Date.UTC(moved.getUTCFullYear(), moved.getUTCMonth() + 1, 0),
  ).getUTCDate()
  moved.setUTCDate(Math.min(date.getUTCDate(), lastDay))
  return new Date(moved.getTime() + ms * times)
}

/** When the last whole `interval` since `start` ended, at or before `now`; `start` is not after `now`. */
export function lastIntervalStart(start: Date, interval: Duration, now: Date): Date {
  if (interval.months === 0) {
    return new Date(now.getTime() - ((now.getTime() - start.getTime()) % interval.ms))
  }
  // Months differ in length, but never by so much that more than one more than usual has passed.
  const usual = interval.months * MONTH_MS_MEAN + interval.ms
  let times = Math.floor((now.getTime() - start.getTime()) / usual) + 1
  while (times > 0 && addDuration(start, interval, times) > now) times -= 1
  return addDuration(start, interval, times)
}
