import { toIso } from '../../../kernel/time.ts'
import { toLocalTime } from '../../validity/index.ts'
import {
  type Moment,
  type Operator,
  onlyOf,
  readDate,
  readNumber,
  someDate,
  toNumber,
} from './test.ts'

const DAY_MS = 86_400_000

const byDate =
  (relation: string, compare: (actual: Date, bound: Date) => boolean): Operator =>
  (values, place) => {
    const bound = readDate(onlyOf(values, place), place)
    const what = `is ${relation} ${toIso(bound)}`
    return {
      what,
      passes: (actual) => someDate(actual, (date) => compare(date, bound)),
      advice: () => `make it a date that ${what}`,
    }
  }

export const isAfter = byDate('after', (actual, bound) => actual > bound)
export const isBefore = byDate('before', (actual, bound) => actual < bound)

const COMPARISONS: Record<string, [relation: string, compare: (a: Date, b: Date) => boolean]> = {
  $more_than: ['after', (actual, bound) => actual > bound],
  $less_than: ['before', (actual, bound) => actual < bound],
  $more_than_or_equal: ['at or after', (actual, bound) => actual >= bound],
  $greater_than_or_equal: ['at or after', (actual, bound) => actual >= bound],
  $less_than_or_equal: ['at or before', (actual, bound) => actual <= bound],
}

/** The comparison `name` of dates where its value is one, else `operator`. */
export const orByDate =
  (name: string, operator: Operator): Operator =>
  (values, place) => {
    const [value] = values
    const comparison = COMPARISONS[name]
    const isDate = typeof value === 'string' && toNumber(value) === undefined
    return isDate && comparison ? byDate(...comparison)(values, place) : operator(values, place)
  }

/** By days of 24 hours since a date, or with `isAhead` until it. */
const byDistance =
  (
    text: (days: number) => string,
    isWithin: (distanceDays: number, days: number) => boolean,
    { isAhead }: { isAhead: boolean },
  ): Operator =>
  (values, place) => {
    const days = readNumber(onlyOf(values, place), place)
    return {
      what: `is ${text(days)}`,
      passes: (actual, { now }) =>
        someDate(actual, (date) => {
          const ms = isAhead ? date.getTime() - now.getTime() : now.getTime() - date.getTime()
          return isWithin(ms / DAY_MS, days)
        }),
      advice: () => `make it a date that is ${text(days)}`,
    }
  }

const past = { isAhead: false }
const future = { isAhead: true }
const isNearer = (distance: number, days: number): boolean => distance >= 0 && distance < days
const isFarther = (distance: number, days: number): boolean => distance > days

export const moreThanAgo = byDistance((days) => `more than ${days} days ago`, isFarther, past)
export const lessThanAgo = byDistance((days) => `less than ${days} days ago`, isNearer, past)
export const moreThanAhead = byDistance((days) => `more than ${days} days ahead`, isFarther, future)
export const lessThanAhead = byDistance((days) => `less than ${days} days ahead`, isNearer, future)

/** By days of the calendar in the time zone of the project (R-TIME-02). */
const byDays =
  (text: (days: number) => string, sign: 1 | -1): Operator =>
  (values, place) => {
    const days = readNumber(onlyOf(values, place), place)
    return {
      what: `is ${text(days)}`,
      passes: (actual, moment) =>
        someDate(
          actual,
          (date) => dayNumber(date, moment) - dayNumber(moment.now, moment) === sign * days,
        ),
      advice: () => `make it a date ${text(days)}`,
    }
  }

function dayNumber(date: Date, { timeZone }: Moment): number {
  const { year, month, day } = toLocalTime(date, timeZone)
  return Date.UTC(year, month - 1, day) / DAY_MS
}

export const isDaysAgo = byDays((days) => `${days} days ago`, -1)
export const isDaysAhead = byDays((days) => `${days} days ahead`, 1)
