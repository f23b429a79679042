import { type Day, distancesOfReturn, type Moment, yearsBetween } from './moment.ts'

/** Whether a day, which a customer's field holds, is the one that is asked for. */
type IsDay = (day: Day, today: Day) => boolean

/** Days back from today; negative ones are to come. */
const age = (day: Day, today: Day): number => today.number - day.number
const monthAfter = (day: Day, today: Day, months: number): boolean =>
  day.month === ((today.month - 1 + months + 12) % 12) + 1
const returnsAfter = (day: Day, today: Day, days: number): boolean =>
  distancesOfReturn(day, today).includes(days)

/** How many days ago the month and day of `day` came last. */
const sinceReturn = (day: Day, today: Day): number =>
  -Math.max(...distancesOfReturn(day, today).filter((distance) => distance <= 0))

/** Weeks begin on Monday. */
function returnsInWeek(day: Day, today: Day, weeks: number): boolean {
  const monday = weeks * 7 - ((today.dayOfWeek + 6) % 7)
  return distancesOfReturn(day, today).some(
    (distance) => distance >= monday && distance < monday + 7,
  )
}

/** Operators that take `true`; with `false` they ask for the opposite. */
export const CALENDAR_FLAGS: Readonly<Record<string, IsDay>> = {
  $today_md: (day, today) => returnsAfter(day, today, 0),
  $tomorrow_md: (day, today) => returnsAfter(day, today, 1),
  $yesterday_md: (day, today) => returnsAfter(day, today, -1),
  $this_week_md: (day, today) => returnsInWeek(day, today, 0),
  $next_week_md: (day, today) => returnsInWeek(day, today, 1),
  $last_week_md: (day, today) => returnsInWeek(day, today, -1),
  $this_month: (day, today) => monthAfter(day, today, 0),
  $next_month: (day, today) => monthAfter(day, today, 1),
  $last_month: (day, today) => monthAfter(day, today, -1),
  $this_year: (day, today) => day.year === today.year,
  $last_year: (day, today) => day.year === today.year - 1,
}

type IsDayOf = (day: Day, count: number, today: Day) => boolean

const isMoreAgo: IsDayOf = (day, count, today) => age(day, today) > count
const isLessAgo: IsDayOf = (day, count, today) => age(day, today) >= 0 && age(day, today) < count

/** Operators that take a number: mostly of days from today. */
export const DAY_COUNTS: Readonly<Record<string, IsDayOf>> = {
  $more_than_ago: isMoreAgo,
  $less_than_ago: isLessAgo,
  $is_days_ago: (day, count, today) => age(day, today) === count,
  $more_than_future: (day, count, today) => -age(day, today) > count,
  $less_than_future: (day, count, today) => age(day, today) <= 0 && -age(day, today) < count,
  $is_days_in_future: (day, count, today) => -age(day, today) === count,
  // Sunday is 0, or 7.
  $is_day: (day, count) => day.dayOfWeek === count % 7,
  $is_day_of_month: (day, count) => day.day === count,
  $is_month: (day, count) => day.month === count,
  $is_year: (day, count) => day.year === count,
  $is_years_ago: (day, count, today) => yearsBetween(day, today) === count,
  $is_more_days_ago_md: (day, count, today) => sinceReturn(day, today) > count,
  $is_less_days_ago_md: (day, count, today) => sinceReturn(day, today) < count,
  $is_days_ago_md: (day, count, today) => returnsAfter(day, today, -count),
  $is_days_in_future_md: (day, count, today) => returnsAfter(day, today, count),
}

/** Comparisons with a number mean the age in days where the field holds a date (engine-programs §1.5). */
export const AGES: Readonly<Record<string, IsDayOf>> = {
  $more_than: isMoreAgo,
  $less_than: isLessAgo,
  $more_than_equal: (day, count, today) => age(day, today) >= count,
  $less_than_equal: (day, count, today) => age(day, today) >= 0 && age(day, today) <= count,
}

/** The same for whatever a field holds: false for what is no date. */
export const dayOfValue = (value: unknown, { dayOf }: Moment): Day | undefined =>
  value instanceof Date || typeof value === 'string' ? dayOf(value) : undefined
