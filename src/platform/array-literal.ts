import { toIso } from '../kernel/time.ts'

const SPECIAL = /["\\]/
const EVERY_SPECIAL = /["\\]/g

const quote = (text: string): string =>
  SPECIAL.test(text) ? `"${text.replace(EVERY_SPECIAL, '\\$&')}"` : `"${text}"`

/** Years PostgreSQL reads as JavaScript writes them. */
const YEAR_0001_MS = -62_135_596_800_000
const YEAR_9999_MS = 253_402_300_799_999

/**
 * `values` as the text of a PostgreSQL array: strings, numbers, booleans, dates and null, in a fraction of the
 * driver's time, which is what writing a batch is mostly made of. Undefined for anything else, which
 * the driver then encodes.
 */
export function toArrayLiteral(values: readonly unknown[]): string | undefined {
  let literal = ''
  for (const value of values) {
    const element = toElement(value)
    if (element === undefined) return undefined
    literal = literal === '' ? element : `${literal},${element}`
  }
  return `{${literal}}`
}

function toElement(value: unknown): string | undefined {
  if (typeof value === 'string') return quote(value)
  if (value === null || value === undefined) return 'NULL'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return value instanceof Date ? toTime(value) : undefined
}

function toTime(date: Date): string | undefined {
  const ms = date.getTime()
  return ms >= YEAR_0001_MS && ms <= YEAR_9999_MS ? toIso(date) : undefined
}
