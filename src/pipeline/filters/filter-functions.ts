import type { FilterFunction } from './filter.ts'
import { typeName } from './filter-value.ts'

type Values = (first: unknown, second: unknown) => unknown

/** A function of texts: of anything else, null too, it makes null. */
const ofText =
  (change: (text: string) => string): Values =>
  (value) =>
    typeof value === 'string' ? change(value) : null

const DECIMAL = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/**
 * What the functions make of values (§2.3 rule 4). Each takes a value of any type and never throws. Numbers
 * and texts that come out are those of JSON; `length` counts the bytes of a text in UTF-8.
 */
export const CALLS: Readonly<Record<Exclude<FilterFunction, 'match'>, Values>> = {
  contains: (text, part) =>
    typeof text === 'string' && typeof part === 'string' && text.includes(part),
  length: (value) => {
    if (value === null || value === undefined) return 0
    if (typeof value === 'string') return Buffer.byteLength(value)
    return Array.isArray(value) ? value.length : null
  },
  lowercase: ofText((text) => text.toLowerCase()),
  uppercase: ofText((text) => text.toUpperCase()),
  snakecase: ofText((text) => text.replaceAll(' ', '_')),
  kebabcase: ofText((text) => text.replaceAll(' ', '-')),
  titlecase: ofText((text) =>
    text.replace(/(^| )([^ ])/gu, (_found, before: string, first: string) =>
      before.concat(first.toUpperCase()),
    ),
  ),
  typeof: typeName,
  bool: (value) => {
    if (Array.isArray(value)) return value.length > 0
    return value !== 'false' && Boolean(value)
  },
  string: (value) => {
    if (value === null || value === undefined || typeof value === 'string') return value ?? null
    return JSON.stringify(value)
  },
  number: (value) => {
    if (typeof value === 'number') return value
    if (typeof value !== 'string' || !DECIMAL.test(value)) return null
    const number = Number(value)
    return Number.isFinite(number) ? number : null
  },
}
