import type { Json } from '../../kernel/json.ts'
import {
  type FieldChoice,
  type FieldDefinition,
  FieldDefinitionError,
  type FieldType,
} from './field.ts'
import { findFormat } from './formats.ts'
import { inCharacters, inWords } from './sentences.ts'

/** What a field asks of a value besides its type. Values of types that it does not speak about pass. */
export type Constraint = {
  /** What it asks, in words. */
  asks: string
  accepts(value: unknown): boolean
  /** What there is to say of a value that it does not accept. */
  complaint(value: unknown): string
}

/** The constraints on each value of a field, or on each item of its list, in the order of their sentences. */
export function toConstraints(field: FieldDefinition): Constraint[] {
  const choices = field.choices ? [oneOf(toValues(field))] : []
  // Of a list only the choices are asked of its items, as in the published packages.
  if (field.multiple) return choices
  return [...choices, ...toBounds(field), ...toFormat(field)]
}

/** The values that a field with choices may have; null is one of them where it is allowed. */
export function toValues({ choices = [], allowNull, multiple }: FieldDefinition): Json[] {
  const values: Json[] = choices.map(toValue)
  return allowNull && !multiple ? [...values, null] : values
}

const toValue = (choice: FieldChoice): Json => (typeof choice === 'object' ? choice.value : choice)

function oneOf(values: readonly Json[]): Constraint {
  const allowed: ReadonlySet<unknown> = new Set(values)
  const list = inWords(values.map((value) => JSON.stringify(value)))
  return {
    asks: `one of ${list}`,
    accepts: (value) => allowed.has(value),
    complaint: () => `must be one of: ${list}`,
  }
}

/** Text is bounded in length and numbers in size, 0 is a bound like any other (§5.2.7, A-27). */
function toBounds({ type, minimum, maximum }: FieldDefinition): Constraint[] {
  if (!hasBounds(type)) return []
  const [most, least] = isText(type) ? [atMostCharacters, atLeastCharacters] : [atMost, atLeast]
  return [
    ...(maximum === undefined ? [] : [most(maximum)]),
    ...(minimum === undefined ? [] : [least(minimum)]),
  ]
}

export const isText = (type: FieldType): boolean =>
  type === 'string' || type === 'text' || type === 'password'

export const hasBounds = (type: FieldType): boolean => type !== 'boolean' && type !== 'object'

const atMost = (limit: number): Constraint => ({
  asks: `at most ${limit}`,
  accepts: (value) => typeof value !== 'number' || value <= limit,
  complaint: () => `must be equal to or less than ${limit}`,
})

const atLeast = (limit: number): Constraint => ({
  asks: `at least ${limit}`,
  accepts: (value) => typeof value !== 'number' || value >= limit,
  complaint: () => `must be equal to or greater than ${limit}`,
})

const atMostCharacters = (limit: number): Constraint => ({
  asks: `at most ${inCharacters(toLength(limit))}`,
  // No text has more characters than code units, so nearly all of it need not be counted.
  accepts: (value) =>
    typeof value !== 'string' || value.length <= limit || countCharacters(value) <= limit,
  complaint: (value) =>
    `must be ${inCharacters(limit)} or fewer but it was ${inCharacters(countCharacters(value))}`,
})

const atLeastCharacters = (limit: number): Constraint => ({
  asks: `at least ${inCharacters(toLength(limit))}`,
  accepts: (value) => typeof value !== 'string' || countCharacters(value) >= limit,
  complaint: (value) =>
    `must be ${inCharacters(limit)} or more but it was ${inCharacters(countCharacters(value))}`,
})

function toLength(limit: number): number {
  if (!Number.isInteger(limit) || limit < 0)
    throw new FieldDefinitionError(`a length is a whole number, not ${limit}`)
  return limit
}

/** Characters are code points: an emoji counts once. */
function countCharacters(value: unknown): number {
  let count = 0
  for (const _character of String(value)) count += 1
  return count
}

function toFormat(field: FieldDefinition): Constraint[] {
  const name = formatOf(field)
  if (name === undefined) return []
  const found = findFormat(name)
  if (!found) throw new FieldDefinitionError(`unknown format "${name}"`)
  const { label, accepts } = found
  return [
    {
      asks: `a ${label}`,
      accepts: (value) => typeof value !== 'string' || accepts(value),
      complaint: () => `must be a valid ${label} string but it was not`,
    },
  ]
}

/** The name of the format: some types are their own, which says how a screen shows them (§5.2.2). */
export function formatOf({ type, format }: FieldDefinition): string | undefined {
  if (type === 'datetime') return 'date-like'
  return type === 'text' || type === 'password' ? type : format
}
