import type { Json } from '../../../kernel/json.ts'
import { parseIsoDate } from '../../../kernel/time.ts'
import { invalidAt, type Place } from '../condition.ts'

/** Now, and where. */
export type Moment = { now: Date; timeZone: string }

/** An operator with its values: what a value must be. */
export type Test = {
  /** Such as `>= 4000`. */
  what: string
  passes(actual: Json | undefined, moment: Moment): boolean
  /** The smallest change after which it passes, such as `add 200`. */
  advice(actual: Json | undefined): string
  /** The greatest number that passes, when there is one. */
  max?: number
  /** True when it looks at no value, being about the time, or about nothing. */
  needsNoValue?: boolean
}

/** An operator as data: it reads its values once, when the rule is written. */
export type Operator = (values: readonly Json[], place: Place) => Test

/** `value` as a list: what is absent has no elements. */
export function elementsOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

/** Whether a value is a date that passes, or of a list one is. */
export const someDate = (actual: Json | undefined, test: (date: Date) => boolean): boolean =>
  elementsOf(actual).some((element) => {
    const date = typeof element === 'string' ? parseIsoDate(element) : undefined
    return date !== undefined && test(date)
  })

/** A number, also when written as text (W-1). */
export function toNumber(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

/** Equal as JSON, but that `5` is `"5"` and `true` is `"true"`, as clients write them. */
export function isEqual(a: Json, b: Json): boolean {
  if (typeof a === typeof b) return a === b
  if (typeof a === 'number' || typeof b === 'number') {
    const number = toNumber(a)
    return number !== undefined && number === toNumber(b)
  }
  return typeof a !== 'object' && typeof b !== 'object' && String(a) === String(b)
}

export const includes = (list: readonly Json[], value: Json): boolean =>
  list.some((member) => isEqual(member, value))

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** `a`, or `one of a, b`. */
export const listText = (values: readonly Json[], one = '', several = 'one of '): string =>
  `${values.length === 1 ? one : several}${values.map(textOf).join(', ')}`

/** The only value. */
export function onlyOf(values: readonly Json[], place: Place): Json {
  const [value] = values
  if (value === undefined || values.length > 1)
    throw invalidAt(place, 'must have exactly one value')
  return value
}

export function readNumber(value: Json, place: Place): number {
  const number = toNumber(value)
  if (number === undefined) throw invalidAt(place, 'must have a number as value')
  return number
}

export function readText(value: Json, place: Place): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return String(value)
  throw invalidAt(place, 'must have text as value')
}

export function readDate(value: Json | undefined, place: Place): Date {
  const date = typeof value === 'string' ? parseIsoDate(value) : undefined
  if (!date) throw invalidAt(place, 'must have a date in ISO 8601 as value')
  return date
}
