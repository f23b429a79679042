/** The operators of conditions by their names on the wire (engine-core §9.2). */
import * as comparing from './comparing.ts'
import * as dates from './dates.ts'
import type { Operator } from './test.ts'
import * as times from './times.ts'

const EQUALITY = {
  $is: comparing.isAnyOf,
  $is_not: comparing.isNoneOf,
  $in: comparing.isAnyOf,
  $not_in: comparing.isNoneOf,
}
const ORDER = {
  $more_than: comparing.moreThan,
  $less_than: comparing.lessThan,
  $more_than_or_equal: comparing.moreThanOrEqual,
  $greater_than_or_equal: comparing.moreThanOrEqual,
  $less_than_or_equal: comparing.lessThanOrEqual,
}
/** Metadata may be dates, which compare as numbers do. */
const ORDER_OF_ANY = Object.fromEntries(
  Object.entries(ORDER).map(([name, operator]) => [name, dates.orByDate(name, operator)]),
)
const TEXT = {
  $starts_with: comparing.startsWith,
  $ends_with: comparing.endsWith,
  $contains: comparing.contains,
  $not_contain: comparing.containsNot,
}
const SETS = {
  $count: comparing.hasCount,
  $count_more: comparing.hasCountMore,
  $count_less: comparing.hasCountLess,
  $not_differ: comparing.isSameSet,
  $not_intersect: comparing.isDisjoint,
}
const PRESENCE = { $has_value: comparing.hasValue, $is_unknown: comparing.isUnknown }
const DATES = {
  $after: dates.isAfter,
  $before: dates.isBefore,
  $more_than_ago: dates.moreThanAgo,
  $less_than_ago: dates.lessThanAgo,
  $is_days_ago: dates.isDaysAgo,
  $more_than_future: dates.moreThanAhead,
  $less_than_future: dates.lessThanAhead,
  $is_days_in_future: dates.isDaysAhead,
}
const TIMES = {
  $timeframe: times.inTimeframe,
  $timeframe_absolute: times.inTimeframeAbsolute,
  $timeframe_daily_hours: times.inDailyHours,
  $dow: times.onDaysOfWeek,
}
type Times = Record<keyof typeof TIMES, Operator>

const timesBy = (toOperator: (time: (typeof TIMES)[keyof typeof TIMES]) => Operator): Times =>
  Object.fromEntries(Object.entries(TIMES).map(([name, time]) => [name, toOperator(time)])) as Times

/** What is no date itself is asked whether it happens at the time. */
const NOW = timesBy(times.aboutNow)

/** What a value is, and so which operators it knows. */
export type ValueKind = 'number' | 'text' | 'ids' | 'flag' | 'switch' | 'any'

const BY_KIND: Record<ValueKind, ReadonlyMap<string, Operator>> = {
  number: new Map(Object.entries({ ...EQUALITY, ...ORDER, ...NOW })),
  text: new Map(Object.entries({ ...EQUALITY, ...TEXT, ...NOW })),
  ids: new Map(Object.entries({ ...EQUALITY, ...SETS, ...NOW })),
  flag: new Map(Object.entries({ ...EQUALITY, ...NOW })),
  switch: new Map(Object.entries({ $is: comparing.isSwitch, ...NOW })),
  any: new Map(
    Object.entries({
      ...EQUALITY,
      ...ORDER_OF_ANY,
      ...TEXT,
      ...SETS,
      ...PRESENCE,
      ...DATES,
      ...timesBy(times.aboutValue),
    }),
  ),
}

/** The operator of that name for values of `kind`; undefined when it has none. */
export const findOperator = (kind: ValueKind, name: string): Operator | undefined =>
  BY_KIND[kind].get(name)

export const operatorNames = (kind: ValueKind): string[] => [...BY_KIND[kind].keys()]

export type { Moment, Test } from './test.ts'
