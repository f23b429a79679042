import type { Json } from '../../../kernel/json.ts'
import {
  type DailyHours,
  isWithinHours,
  isWithinTimeframe,
  parseDuration,
  toLocalTime,
} from '../../validity/index.ts'
import { invalidAt, type Place } from '../condition.ts'
import { type Operator, readDate, readText, someDate } from './test.ts'

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/

type IsOpen = (at: Date, timeZone: string) => boolean

/** An operator that is asked when something is: of several values one is enough. */
type TimeOperator = (values: readonly Json[], place: Place) => { what: string; isOpen: IsOpen }

/** About now, for what is no date itself. */
export const aboutNow =
  (operator: TimeOperator): Operator =>
  (values, place) => {
    const { what, isOpen } = operator(values, place)
    return {
      what: `now ${what}`,
      passes: (_actual, { now, timeZone }) => isOpen(now, timeZone),
      advice: () => 'wait until then',
      needsNoValue: true,
    }
  }

/** About the date that the value is. */
export const aboutValue =
  (operator: TimeOperator): Operator =>
  (values, place) => {
    const { what, isOpen } = operator(values, place)
    return {
      what,
      passes: (actual, { timeZone }) => someDate(actual, (date) => isOpen(date, timeZone)),
      advice: () => `make it a date that ${what}`,
    }
  }

/** Each value is text of parts between semicolons. */
const byParts =
  (what: string, read: (parts: string[], place: Place) => IsOpen): TimeOperator =>
  (values, place) => {
    const times = values.map((value) => read(readText(value, place).split(';'), place))
    return {
      what: `${what} ${values.join(' or ')}`,
      isOpen: (at, timeZone) => times.some((isOpen) => isOpen(at, timeZone)),
    }
  }

/** `start;interval;duration` (R-VALID-03). */
export const inTimeframe = byParts('is within', (parts, place) => {
  const [from, interval = '', duration = ''] = parts
  const start = readDate(from, place)
  if (parts.length !== 3 || !parseDuration(interval) || !parseDuration(duration)) {
    throw invalidAt(
      place,
      "must have 'start;interval;duration' as value, such as 2026-01-01;P1D;PT1H",
    )
  }
  return (at) => isWithinTimeframe(start, { interval, duration }, at)
})

/** `from;until`: from the first to before the second. */
export const inTimeframeAbsolute = byParts('is between', (parts, place) => {
  const [from, until] = [readDate(parts[0], place), readDate(parts[1], place)]
  if (parts.length !== 2 || until <= from) {
    throw invalidAt(place, "must have 'from;until' as value, the first before the second")
  }
  return (at) => at >= from && at < until
})

/** `from;until;days`, such as `18:00;20:01;2,3`, by the clocks of the project; without days it is every day. */
export const inDailyHours = byParts('is within', (parts, place) => {
  const [start_time = '', expiration_time = '', days = ''] = parts
  const days_of_week = days.split(',').flatMap((day) => (day.trim() === '' ? [] : [day.trim()]))
  const isReadable =
    parts.length <= 3 &&
    TIME_OF_DAY.test(start_time) &&
    (expiration_time === '' || TIME_OF_DAY.test(expiration_time)) &&
    days_of_week.every((day) => /^[0-6]$/.test(day))
  if (!isReadable) {
    throw invalidAt(place, "must have 'from;until;days' as value, such as 18:00;20:01;2,3")
  }
  const period: DailyHours = {
    start_time,
    ...(expiration_time && { expiration_time }),
    ...(days_of_week.length > 0 && { days_of_week: days_of_week.map(Number) }),
  }
  return (at, timeZone) => isWithinHours(period, toLocalTime(at, timeZone))
})

/** Days of the week in the time zone of the project; 0 is Sunday. */
export const onDaysOfWeek: TimeOperator = (values, place) => {
  const days = values.map((value) => readDayOfWeek(value, place))
  return {
    what: `is on ${days.map((day) => DAYS[day]).join(' or ')}`,
    isOpen: (at, timeZone) => days.includes(toLocalTime(at, timeZone).dayOfWeek),
  }
}

function readDayOfWeek(value: Json, place: Place): number {
  const day = Number(readText(value, place))
  if (DAYS[day] === undefined)
    throw invalidAt(place, 'must have days from 0 (Sunday) to 6 as values')
  return day
}
