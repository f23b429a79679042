import { addDays, type Day } from '../points/index.ts'

export type Period = 'MONTH' | 'QUARTER' | 'HALF_YEAR' | 'YEAR'

/** Whole months and days; what a duration has of hours does not move a day. */
export type DayDuration = { months: number; days: number }

export type Rounding = {
  to: Period | { month: number }
  /** The first day, or the last. */
  strategy: 'START' | 'END'
}

const MONTHS: Record<Period, number> = { MONTH: 1, QUARTER: 3, HALF_YEAR: 6, YEAR: 12 }

const toDay = (date: Date): Day => date.toISOString().slice(0, 10)

const fromDay = (day: Day): [year: number, month: number, dayOfMonth: number] => {
  const [year = 0, month = 1, dayOfMonth = 1] = day.split('-').map(Number)
  return [year, month - 1, dayOfMonth]
}

const at = (year: number, month: number, dayOfMonth: number): Day =>
  toDay(new Date(Date.UTC(year, month, dayOfMonth)))

/** The day later by a duration; months on from the 31st it is the last day of a shorter month. */
export function addToDay(day: Day, { months, days }: DayDuration): Day {
  const [year, month, dayOfMonth] = fromDay(day)
  const lastDay = new Date(Date.UTC(year, month + months + 1, 0)).getUTCDate()
  return at(year, month + months, Math.min(dayOfMonth, lastDay) + days)
}

/** The first day of the period of the calendar in which `day` is. */
export function periodStart(day: Day, period: Period): Day {
  const [year, month] = fromDay(day)
  return at(year, month - (month % MONTHS[period]), 1)
}

/** The last day of the period in which `day` is, or of one that is so many `later`. */
export function periodEnd(day: Day, period: Period, later = 0): Day {
  const [year, month] = fromDay(periodStart(day, period))
  return at(year, month + MONTHS[period] * (later + 1), 0)
}

/** The first day of the period after the one in which `day` is. */
export const nextPeriodStart = (day: Day, period: Period): Day => addDays(periodEnd(day, period), 1)

/** The first or last day of a period, never before `day` (L-52): rounding does not take time away. */
export function roundDay(day: Day, { to, strategy }: Rounding): Day {
  if (typeof to === 'object') return roundToMonth(day, to.month, strategy)
  if (strategy === 'END') return periodEnd(day, to)
  return periodStart(day, to) === day ? day : nextPeriodStart(day, to)
}

/** The first or last day of the month with this number, 0 to 11, of this year or the next. */
function roundToMonth(day: Day, wanted: number, strategy: Rounding['strategy']): Day {
  const [year] = fromDay(day)
  const inYear = (of: number): Day =>
    strategy === 'START' ? at(of, wanted, 1) : at(of, wanted + 1, 0)
  return inYear(year) >= day ? inYear(year) : inYear(year + 1)
}
