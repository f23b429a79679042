import { toLocalTime } from '../validity/index.ts'
import type { ExpirationRules } from '../vouchers/index.ts'

/** A day of the calendar, `2026-01-31`. */
export type Day = string

type Calendar = { year: number; month: number; day: number }

/** The day it is in `timeZone`. */
export const toDay = (at: Date, timeZone: string): Day => fromCalendar(toLocalTime(at, timeZone))

/** `days` after a day. */
export function addDays(day: Day, days: number): Day {
  const { year, month, day: of } = toCalendar(day)
  return new Date(Date.UTC(year, month - 1, of + days)).toISOString().slice(0, 10)
}

/**
 * The last day on which points that were earned on `earned` can be spent (L-60, L-61); null for never, which is what no
 * rules mean. A fixed day that is today means the one of next year.
 */
export function calculateExpirationDay(
  rules: ExpirationRules | null | undefined,
  earned: Day,
): Day | null {
  const from = toCalendar(earned)
  switch (rules?.period_type) {
    case 'MONTH':
      return fromCalendar(roundUp(addMonths(from, rules.period_value ?? 0), rules))
    case 'FIXED_DAY_OF_YEAR':
      return toNextFixedDay(from, rules)
    default:
      return null
  }
}

function toNextFixedDay(
  from: Calendar,
  { fixed_month, fixed_day }: Pick<ExpirationRules, 'fixed_month' | 'fixed_day'>,
): Day {
  const inYear = (year: number): Day =>
    fromCalendar(clamp({ year, month: fixed_month ?? 12, day: fixed_day ?? 31 }))
  const ofThisYear = inYear(from.year)
  return ofThisYear > fromCalendar(from) ? ofThisYear : inYear(from.year + 1)
}

/** The months after which the periods of a rounding end. */
const PERIOD_MONTHS = {
  END_OF_MONTH: 1,
  END_OF_QUARTER: 3,
  END_OF_HALF_YEAR: 6,
  END_OF_YEAR: 12,
} as const

function roundUp(
  date: Calendar,
  { rounding_type, rounding_value }: Pick<ExpirationRules, 'rounding_type' | 'rounding_value'>,
): Calendar {
  if (!rounding_type) return date
  if (rounding_type === 'PARTICULAR_MONTH') {
    const month = rounding_value ?? 12
    return endOfMonth({ year: date.month > month ? date.year + 1 : date.year, month })
  }
  const months = PERIOD_MONTHS[rounding_type]
  return endOfMonth({ year: date.year, month: Math.ceil(date.month / months) * months })
}

/** The same day so many months later, or the last day of a month that has no such day. */
function addMonths({ year, month, day }: Calendar, months: number): Calendar {
  const index = year * 12 + (month - 1) + months
  return clamp({ year: Math.floor(index / 12), month: (index % 12) + 1, day })
}

const daysIn = ({ year, month }: Pick<Calendar, 'year' | 'month'>): number =>
  new Date(Date.UTC(year, month, 0)).getUTCDate()

const clamp = (date: Calendar): Calendar => ({ ...date, day: Math.min(date.day, daysIn(date)) })

const endOfMonth = (date: Pick<Calendar, 'year' | 'month'>): Calendar => ({
  ...date,
  day: daysIn(date),
})

const fromCalendar = ({ year, month, day }: Calendar): Day =>
  `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`

function toCalendar(text: Day): Calendar {
  const [year = 0, month = 1, day = 1] = text.split('-').map(Number)
  return { year, month, day }
}
