/**
 * The words of §5.5. They are those of the published packages, because the screens group failures by text
 * and people look these texts up.
 */

/** What a sentence is about: the label of the field, or its place as a JSON pointer when it has none. */
export type Subject = { label?: string; pointer: string }

/** A whole sentence about `subject`: `F must be …` becomes `F must be ….`. */
export function toSentence({ label, pointer }: Subject, predicate: string): string {
  const name = label || (pointer === '' ? 'the root value' : `the value at ${pointer}`)
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${predicate}.`
}

export const mustBeOfType = (types: readonly string[], value: unknown): string =>
  `must be ${withArticle(inWords(types))} but it was ${describeType(value)}`

export const isMissingField = (key: string): string => `is missing the required field '${key}'`

/** `a`, `a or b`, `a, b, or c`. */
export function inWords(items: readonly string[]): string {
  if (items.length <= 2) return items.join(' or ')
  return `${items.slice(0, -1).join(', ')}, or ${items.at(-1)}`
}

export const inCharacters = (count: number): string =>
  `${count} ${count === 1 ? 'character' : 'characters'}`

/** The pointer of the member `key` of what is at `pointer`. */
export const toPointer = (pointer: string, key: string | number): string =>
  `${pointer}/${/[~/]/.test(String(key)) ? escapeKey(String(key)) : key}`

const escapeKey = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1')

const withArticle = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`

function describeType(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  return withArticle(Array.isArray(value) ? 'array' : typeof value)
}
