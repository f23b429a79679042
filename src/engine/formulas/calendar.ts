import { parseIsoDate } from '../../kernel/time.ts'
import type { FormulaValue } from './formula.ts'

const MS_PER_DAY = 86_400_000
const DAY_WITHOUT_TIME = /^\d{4}-\d\d-\d\d$/

/** Making a formatter costs more than all else a formula does, so each zone keeps its own. */
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone)
  if (known) return known
  // The Swedish way of writing a date is YYYY-MM-DD.
  const formatter = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' })
  formatters.set(timeZone, formatter)
  return formatter
}

const isDayWithoutTime = (value: FormulaValue): value is string =>
  typeof value === 'string' && DAY_WITHOUT_TIME.test(value)

/** The day of `value` in `timeZone` as `YYYY-MM-DD`; undefined for what is no date. */
export function toDay(value: FormulaValue, timeZone: string): string | undefined {
  if (isDayWithoutTime(value)) return parseIsoDate(value) && value
  const instant = toInstant(value)
  return instant && formatterOf(timeZone).format(instant)
}

/** The instant of `value`, a day without a time starting in UTC; undefined for what is no date. */
export function toInstant(value: FormulaValue): Date | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value
  return typeof value === 'string' ? parseIsoDate(value) : undefined
}

/**
 * How `a` lies to `b` in time: negative before, 0 the same, positive after. Where one of them is a day
 * without a time, days are compared. Undefined when either is no date.
 */
export function compareDates(
  a: FormulaValue,
  b: FormulaValue,
  timeZone: string,
): number | undefined {
  if (isDayWithoutTime(a) || isDayWithoutTime(b)) return daysBetween(b, a, timeZone)
  const [first, second] = [toInstant(a), toInstant(b)]
  return first && second && first.getTime() - second.getTime()
}

/** Whole days from the day of `from` to that of `to`; undefined when either is no date. */
export function daysBetween(
  from: FormulaValue,
  to: FormulaValue,
  timeZone: string,
): number | undefined {
  const [first, last] = [toDay(from, timeZone), toDay(to, timeZone)]
  if (first === undefined || last === undefined) return undefined
  return (Date.parse(last) - Date.parse(first)) / MS_PER_DAY
}
