import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { ApiError } from '../../kernel/api-error.ts'
import { parseIsoDate, toIso } from '../../kernel/time.ts'
import { type FieldFilter, type FilterPlace, filterRefusal, readFilterTree } from './filter-tree.ts'

type ColumnKind = 'text' | 'number' | 'date' | 'flag' | 'isoText'

/**
 * A field that rows can be filtered by: a column of some kind, a text of metadata that may hold a number or a
 * date as well, or named states of a row. A date is compared with `now` as well where its list knows the time.
 */
export type FilterField =
  | { kind: 'date'; column: RawBuilder<unknown>; now?: Date }
  | { kind: Exclude<ColumnKind, 'isoText' | 'date'> | 'metadata'; column: RawBuilder<unknown> }
  | { kind: 'states'; states: Readonly<Record<string, RawBuilder<SqlBool>>> }

type Column = RawBuilder<unknown>
type Operator = (column: Column, values: readonly unknown[]) => RawBuilder<SqlBool>

const anyOf = (conditions: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> =>
  conditions.length === 0 ? sql`false` : sql`(${sql.join(conditions, sql` or `)})`
const isPresent: Operator = (column) => sql`${column} is not null`
const isAbsent: Operator = (column) => sql`${column} is null`
const isOneOf: Operator = (column, values) =>
  anyOf(values.map((value) => sql`${column} = ${value}`))
const isNoneOf: Operator = (column, values) =>
  sql`(${column} is null or not ${isOneOf(column, values)})`
const contains: Operator = (column, values) =>
  anyOf(values.map((value) => sql`strpos(${column}, ${value}) > 0`))
const compares =
  (sign: '<' | '<=' | '>' | '>='): Operator =>
  (column, values) =>
    sql`(${sql.join(
      values.map((value) => sql`${column} ${sql.raw(sign)} ${value}`),
      sql` and `,
    )})`

const EQUALITY: Record<string, Operator> = {
  $is: isOneOf,
  $in: isOneOf,
  $is_not: isNoneOf,
  $not_in: isNoneOf,
  $has_value: isPresent,
  $is_unknown: isAbsent,
}

const IN_QUERY: FilterPlace = { key: 'invalid_query_params', property: '.filters' }

const TAKES_NO_VALUE = new Set(['$has_value', '$is_unknown'])

/** The operators of each kind of column (R-LIST-07, engine-programs §1.5). */
const OPERATORS: Record<ColumnKind, Record<string, Operator>> = {
  text: {
    ...EQUALITY,
    $contains: contains,
    $not_contain: (column, values) => sql`(${column} is null or not ${contains(column, values)})`,
    $starts_with: (column, values) =>
      anyOf(values.map((value) => sql`starts_with(${column}, ${value})`)),
    $ends_with: (column, values) =>
      anyOf(values.map((value) => sql`right(${column}, length(${value})) = ${value}`)),
  },
  number: {
    ...EQUALITY,
    $more_than: compares('>'),
    $less_than: compares('<'),
    $more_than_equal: compares('>='),
    $less_than_equal: compares('<='),
  },
  date: {
    $after: compares('>'),
    $before: compares('<'),
    $has_value: isPresent,
    $is_unknown: isAbsent,
  },
  flag: EQUALITY,
  isoText: { $after: compares('>'), $before: compares('<') },
}

type Distance = (
  column: Column,
  daysFromNow: (days: number) => Date,
  days: number,
) => RawBuilder<SqlBool>
const moreThanAgo: Distance = (column, at, days) => sql`${column} < ${at(-days)}`
const lessThanAgo: Distance = (column, at, days) =>
  sql`(${column} > ${at(-days)} and ${column} <= ${at(0)})`

/** The operators that ask how many days of 24 hours a date is from now (R-LIST-07). */
const DISTANCES: Record<string, Distance> = {
  $more_than: moreThanAgo,
  $more_than_ago: moreThanAgo,
  $less_than: lessThanAgo,
  $less_than_ago: lessThanAgo,
  $is_days_ago: (column, at, days) =>
    sql`(${column} > ${at(-days - 1)} and ${column} <= ${at(-days)})`,
  $more_than_future: (column, at, days) => sql`${column} > ${at(days)}`,
  $less_than_future: (column, at, days) => sql`(${column} >= ${at(0)} and ${column} < ${at(days)})`,
  $is_days_in_future: (column, at, days) =>
    sql`(${column} >= ${at(days)} and ${column} < ${at(days + 1)})`,
}
const DAY_MS = 86_400_000
const DAYS_MAX = 100_000

/** Metadata is compared as what an operator needs; what it holds of another kind never matches. */
function toColumn(
  { kind, column }: Exclude<FilterField, { kind: 'states' }>,
  operator: string,
): { kind: ColumnKind; column: Column } {
  if (kind !== 'metadata') return { kind, column }
  if (operator in OPERATORS.text) return { kind: 'text', column }
  if (operator in OPERATORS.isoText) return { kind: 'isoText', column: toIsoText(column) }
  return {
    kind: 'number',
    column: sql`case when ${column} ~ '^-?[0-9]+([.][0-9]+)?$' then (${column})::numeric end`,
  }
}

/** Dates in UTC sort as texts once they are equally long; casting them would fail on the 30th of February. */
const toIsoText = (column: Column): Column =>
  sql`case when ${column} ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]*Z?)?$'
           then rtrim(${column}, 'Z') || substr('0000-00-00T00:00:00.000', length(rtrim(${column}, 'Z')) + 1) || 'Z'
      end collate "C"`

/**
 * The condition that `filters` describe, in a query string as `filters[<field>][conditions][<$op>][…]` and
 * `filters[junction]` (R-LIST-06), or as the same tree in a body; undefined when they describe none. `fieldOf`
 * knows the fields. Throws `invalid_query_params`, or the key of `place`, for a field, operator or value it
 * cannot use (W-6).
 */
export function toFilterCondition(
  filters: unknown,
  fieldOf: (name: string) => FilterField | undefined,
  place: FilterPlace = IN_QUERY,
): RawBuilder<SqlBool> | undefined {
  if (filters === undefined || filters === null || filters === '') return undefined
  const { junction, fields } = readFilterTree(filters, place)
  const parts = fields.map((asked) => {
    const field = fieldOf(asked.name)
    if (!field) throw filterRefusal(place, asked.name, 'is not a field of this list')
    return toFieldCondition(place, asked, field)
  })
  if (parts.length === 0) return undefined
  return sql`(${sql.join(parts, junction === 'and' ? sql` and ` : sql` or `)})`
}

/** Conditions on one field hold together, whatever the junction between fields (W-7). */
function toFieldCondition(
  place: FilterPlace,
  { name, conditions }: FieldFilter,
  field: FilterField,
): RawBuilder<SqlBool> {
  const parts = conditions.map(({ operator, operands }) => {
    const unknown = () => filterRefusal(place, name, `does not know operator ${operator}`)
    if (field.kind === 'states') {
      const state = field.states[operator]
      if (!state) throw unknown()
      return state
    }
    const refuse = (what: string) => filterRefusal(place, name, what)
    const distance = DISTANCES[operator]
    if (field.kind === 'date' && field.now && distance) {
      return toDistanceCondition(distance, { ...field, now: field.now }, toDays(operands, refuse))
    }
    const { kind, column } = toColumn(field, operator)
    const condition = OPERATORS[kind][operator]
    if (!condition) throw unknown()
    if (TAKES_NO_VALUE.has(operator)) return condition(column, [])
    return condition(column, toValues(kind, operands, refuse))
  })
  return sql`(${sql.join(parts, sql` and `)})`
}

const toDistanceCondition = (
  distance: Distance,
  { column, now }: { column: Column; now: Date },
  days: readonly number[],
): RawBuilder<SqlBool> => {
  const daysFromNow = (count: number) => new Date(now.getTime() + count * DAY_MS)
  return anyOf(days.map((count) => distance(column, daysFromNow, count)))
}

const toDays = (operands: readonly string[], refusal: (what: string) => ApiError): number[] =>
  valued(operands, refusal).map((text) => {
    const days = Number(text)
    if (text.trim() === '' || !(days >= 0 && days <= DAYS_MAX)) {
      throw refusal(`should be a number of days from 0 to ${DAYS_MAX}`)
    }
    return days
  })

function valued(
  operands: readonly string[],
  refusal: (what: string) => ApiError,
): readonly string[] {
  if (operands.length === 0) throw refusal('should have a value')
  return operands
}

const toValues = (
  kind: ColumnKind,
  operands: readonly string[],
  refusal: (what: string) => ApiError,
): unknown[] =>
  valued(operands, refusal).map((text) => {
    const value = PARSERS[kind](text)
    if (value === undefined) throw refusal(NOT_A[kind])
    return value
  })

const toIsoOf = (text: string): string | undefined => {
  const date = parseIsoDate(text)
  return date && toIso(date)
}

const PARSERS: Record<ColumnKind, (text: string) => unknown> = {
  text: (text) => text,
  flag: (text) => text === 'true' || text === '1',
  date: parseIsoDate,
  isoText: toIsoOf,
  // PostgreSQL would take the type from the column and refuse 1.5 for an integer.
  number: (text) => (Number.isFinite(Number(text)) ? sql`${Number(text)}::numeric` : undefined),
}
const NOT_A: Record<ColumnKind, string> = {
  text: 'must be string',
  flag: 'must be boolean',
  date: 'cannot be recognized as a ISO-8601 compliant date',
  isoText: 'cannot be recognized as a ISO-8601 compliant date',
  number: 'must be number',
}
