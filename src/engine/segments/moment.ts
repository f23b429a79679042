import { parseIsoDate } from '../../kernel/time.ts'
import { toLocalTime } from '../validity/index.ts'

const DAY_MS = 86_400_000

/** A day of the calendar. */
export type Day = {
  /** Days since 1 January 1970: the distance of two days is the difference of their numbers. */
  number: number
  year: number
  /** 1 to 12. */
  month: number
  day: number
  /** 0 is Sunday. */
  dayOfWeek: number
}

/** When filters are evaluated, and which day anything is or was where the project is (R-TIME-02). */
export type Moment = {
  now: Date
  timeZone: string
  today: Day
  /** The day of a date; undefined for what is no date. A date without a time is that day in every time zone. */
  dayOf(date: Date | string): Day | undefined
}

const PLAIN_DAY = /^\d{4}-\d{2}-\d{2}$/
const REMEMBERED_MAX = 10_000

/** `now` in `timeZone`. Days are remembered, because many filters ask about the same dates. */
export function createMoment(now: Date, timeZone: string): Moment {
  const remembered = new Map<number | string, Day | undefined>()
  const dayOf = (date: Date | string): Day | undefined => {
    const key = typeof date === 'string' ? date : date.getTime()
    if (remembered.has(key)) return remembered.get(key)
    if (remembered.size >= REMEMBERED_MAX) remembered.clear()
    const day = readDay(date, timeZone)
    remembered.set(key, day)
    return day
  }
  return { now, timeZone, today: toDayThen(now, timeZone), dayOf }
}

function readDay(date: Date | string, timeZone: string): Day | undefined {
  if (typeof date !== 'string') return toDayThen(date, timeZone)
  const at = parseIsoDate(date)
  if (!at) return undefined
  return toDayThen(at, PLAIN_DAY.test(date) ? 'UTC' : timeZone)
}

function toDayThen(at: Date, timeZone: string): Day {
  const { year, month, day } = toLocalTime(at, timeZone)
  return toDay(toNumber(year, month, day))
}

/** The day of this number. */
export function toDay(number: number): Day {
  const date = new Date(number * DAY_MS)
  return {
    number,
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    dayOfWeek: date.getUTCDay(),
  }
}

function toNumber(year: number, month: number, day: number): number {
  // The first hundred years would be read as those of the twentieth century.
  const date = new Date(0).setUTCFullYear(year, month - 1, day)
  return date / DAY_MS
}

/** The number of the day on which `day` returns in `year`: of 29 February in most years the 28th. */
function returnIn(year: number, { month, day }: Day): number {
  const number = toNumber(year, month, day)
  return toDay(number).month === month ? number : number - 1
}

/** How many days after `today` (before it when negative) the month and day of `day` come, looked for around it. */
export function distancesOfReturn(day: Day, today: Day): number[] {
  return [today.year - 1, today.year, today.year + 1].map(
    (year) => returnIn(year, day) - today.number,
  )
}

/** Whole years from `day` to `today`, as an age is counted; negative for days to come. */
export function yearsBetween(day: Day, today: Day): number {
  const years = today.year - day.year
  return returnIn(today.year, day) > today.number ? years - 1 : years
}

const MINUTE_MS = 60_000

/** When the next day begins in `timeZone`: the first minute that is of a later day. */
export function nextMidnight(now: Date, timeZone: string): Date {
  const today = toDayThen(now, timeZone).number
  const isLater = (minute: number): boolean =>
    toDayThen(new Date(minute * MINUTE_MS), timeZone).number > today
  let before = Math.floor(now.getTime() / MINUTE_MS)
  // No day is longer than 25 hours, or skipped by more than a day.
  let after = before + 50 * 60
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (isLater(middle)) after = middle
    else before = middle
  }
  return new Date(after * MINUTE_MS)
}
