import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { ApiError } from '../../kernel/api-error.ts'
import { isPlainObject } from '../../kernel/json.ts'
import { parseIsoDate } from '../../kernel/time.ts'

type ColumnKind = 'text' | 'number' | 'date' | 'flag'

/** A field that a list can be filtered by: a column of some kind, or named states of a row. */
export type FilterField =
  | { kind: ColumnKind; column: RawBuilder<unknown> }
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
}

/**
 * The condition that `filters` of a query string describe, `filters[<field>][conditions][<$op>][…]` and
 * `filters[junction]` (R-LIST-06); undefined when they describe none. `fieldOf` knows the fields of the
 * list. Throws `invalid_query_params` for a field, operator or value it cannot use (W-6).
 */
export function toFilterCondition(
  filters: unknown,
  fieldOf: (name: string) => FilterField | undefined,
): RawBuilder<SqlBool> | undefined {
  if (filters === undefined || filters === '') return undefined
  if (!isPlainObject(filters)) throw invalid('Property .filters should be object')
  const { junction, ...fields } = filters
  const parts = Object.entries(fields).map(([name, value]) => {
    const field = fieldOf(name)
    if (!field) throw invalid(`Property .filters.${name} is not a field of this list`)
    return toFieldCondition(name, field, value)
  })
  if (parts.length === 0) return undefined
  return sql`(${sql.join(parts, toJunction(junction))})`
}

function toJunction(junction: unknown): RawBuilder<unknown> {
  const word = String(junction ?? 'and').toLowerCase()
  if (word === 'and') return sql` and `
  if (word === 'or') return sql` or `
  throw invalid('Property .filters.junction should be equal to one of the allowed values: and, or')
}

/** Conditions on one field hold together, whatever the junction between fields (W-7). */
function toFieldCondition(name: string, field: FilterField, value: unknown): RawBuilder<SqlBool> {
  const conditions = isPlainObject(value) ? value['conditions'] : undefined
  if (!isPlainObject(conditions) || Object.keys(conditions).length === 0) {
    throw invalid(`Property .filters.${name} should have required property 'conditions'`)
  }
  const parts = Object.entries(conditions).map(([operator, operand]) => {
    const unknown = () => invalid(`Property .filters.${name} does not know operator ${operator}`)
    if (field.kind === 'states') {
      const state = field.states[operator]
      if (!state) throw unknown()
      return state
    }
    const condition = OPERATORS[field.kind][operator]
    if (!condition) throw unknown()
    return condition(
      field.column,
      TAKES_NO_VALUE.has(operator) ? [] : toValues(name, field.kind, operand),
    )
  })
  return sql`(${sql.join(parts, sql` and `)})`
}

/** `x`, `["x", "y"]` or, past the limit of an array, `{0: "x", 1: "y"}`, as `qs` reads them. */
function toValues(name: string, kind: ColumnKind, operand: unknown): unknown[] {
  const texts = (isPlainObject(operand) ? Object.values(operand) : [operand].flat()).map(String)
  if (texts.length === 0) throw invalid(`Property .filters.${name} should have a value`)
  return texts.map((text) => {
    const value = PARSERS[kind](text)
    if (value === undefined) throw invalid(`Property .filters.${name} ${NOT_A[kind]}`)
    return value
  })
}

const PARSERS: Record<ColumnKind, (text: string) => unknown> = {
  text: (text) => text,
  flag: (text) => text === 'true' || text === '1',
  date: parseIsoDate,
  // PostgreSQL would take the type from the column and refuse 1.5 for an integer.
  number: (text) => (Number.isFinite(Number(text)) ? sql`${Number(text)}::numeric` : undefined),
}
const NOT_A: Record<ColumnKind, string> = {
  text: 'should be string',
  flag: 'should be boolean',
  date: 'cannot be recognized as a ISO-8601 compliant date',
  number: 'should be number',
}

const invalid = (details: string): ApiError => new ApiError('invalid_query_params', { details })
