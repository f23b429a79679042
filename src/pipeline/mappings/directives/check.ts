import { isPlainObject } from '../../../kernel/json.ts'
import { describeType, hasDirectiveKey, quote } from '../mapping.ts'

/** A place in a mapping that is being checked. */
export type Place = {
  report(message: string): void
  /** The place of a member or item. */
  at(name: string | number): Place
  /** Checks a value that may be anything, directives within it included; items of arrays are not looked at. */
  value(value: unknown): void
}

/** Reports what is wrong with a value, and with all within it, to its place. */
export type Check = (value: unknown, place: Place) => void

const describe = (value: unknown): string =>
  hasDirectiveKey(value) ? 'a directive' : describeType(value)

const mustBe = (place: Place, expected: string, value: unknown): void =>
  place.report(`must be ${expected}, not ${describe(value)}`)

export const anything: Check = (value, place) => place.value(value)

/** What stands in @literal and @excludeWhenNull: only a directive is looked into (§3.1 rule 4). */
export const literalOrDirective: Check = (value, place) => {
  if (hasDirectiveKey(value)) place.value(value)
}

export const textOrDirective: Check = (value, place) => {
  if (hasDirectiveKey(value)) place.value(value)
  else if (typeof value !== 'string') mustBe(place, 'a string or a directive', value)
}

export const objectOrDirective: Check = (value, place) => {
  if (isPlainObject(value)) place.value(value)
  else mustBe(place, 'an object or a directive', value)
}

export const text: Check = (value, place) => {
  if (typeof value !== 'string') mustBe(place, 'a string', value)
}

export const flag: Check = (value, place) => {
  if (typeof value !== 'boolean') mustBe(place, 'true or false', value)
}

export const textOfLength =
  (min: number, max: number): Check =>
  (value, place) => {
    if (typeof value !== 'string') mustBe(place, 'a string', value)
    else if (value.length < min || value.length > max)
      place.report(`must be a string of ${min} to ${max} characters, not of ${value.length}`)
  }

/** One of some words; capital letters pass too, though only lower case has an effect (§3.3, `@json`, `@merge`). */
export const oneOf =
  (...words: string[]): Check =>
  (value, place) => {
    const expected = words.map((word) => `"${word}"`).join(' or ')
    if (typeof value !== 'string') mustBe(place, expected, value)
    else if (!words.includes(value.toLowerCase()))
      place.report(`must be ${expected}, not ${quote(value)}`)
  }

export const listOf =
  (check: Check): Check =>
  (value, place) => {
    if (!Array.isArray(value)) mustBe(place, 'an array', value)
    else for (const [index, item] of value.entries()) check(item, place.at(index))
  }

type Field = { check: Check; isRequired?: true }

/** The object of options that most directives take. Members that are not listed may be anything. */
export const options =
  (fields: Readonly<Record<string, Field>>): Check =>
  (value, place) => {
    if (!isPlainObject(value) || hasDirectiveKey(value)) mustBe(place, 'an object', value)
    else checkMembers(value, new Map(Object.entries(fields)), place)
  }

function checkMembers(
  object: Record<string, unknown>,
  fields: ReadonlyMap<string, Field>,
  place: Place,
): void {
  for (const [name, { isRequired }] of fields)
    if (isRequired && object[name] === undefined) place.report(`must have "${name}"`)
  for (const [name, member] of Object.entries(object)) {
    const check = fields.get(name)?.check ?? anything
    if (member !== undefined) check(member, place.at(name))
  }
}
