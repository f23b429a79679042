import type { Json } from '../../kernel/json.ts'
import { parseIsoDate, toIso } from '../../kernel/time.ts'

/** Values of one built-in type: `convert` reads one, or returns undefined where nothing it could be fits. */
type ValueType = { convert: (value: Json) => Json | undefined; words: string }

const NUMERIC = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const GEOPOINT = /^(-?\d+(?:\.\d+)?),\s*(-?\d+(?:\.\d+)?)$/
const IMAGE_PATH = /\.(jpe?g|png)$/i

const isText = (value: Json): value is string => typeof value === 'string'

function toText(value: Json): string | undefined {
  return typeof value === 'number' || typeof value === 'boolean' || isText(value)
    ? String(value)
    : undefined
}

function toNumber(value: Json): number | undefined {
  const isNumeric = typeof value === 'number' || (isText(value) && NUMERIC.test(value.trim()))
  // JSON can write numbers that no double holds.
  return isNumeric && Number.isFinite(Number(value)) ? Number(value) : undefined
}

function toBoolean(value: Json): boolean | undefined {
  if (value === 'true' || value === 'false') return value === 'true'
  return typeof value === 'boolean' ? value : undefined
}

/** An instant in UTC, within the years that four digits write. */
function toInstant(value: Json): string | undefined {
  const date = isText(value) ? parseIsoDate(value) : undefined
  const iso = date && toIso(date)
  return iso && /^\d{4}-/.test(iso) ? iso : undefined
}

function toGeopoint(value: Json): string | undefined {
  const [, latitude, longitude] = (isText(value) && GEOPOINT.exec(value.trim())) || []
  if (latitude === undefined || longitude === undefined) return undefined
  const isOnEarth = Math.abs(Number(latitude)) <= 90 && Math.abs(Number(longitude)) <= 180
  return isOnEarth ? `${latitude},${longitude}` : undefined
}

function toImageUrl(value: Json): string | undefined {
  if (!isText(value) || !URL.canParse(value)) return undefined
  const { protocol, pathname } = new URL(value)
  return /^https?:$/.test(protocol) && IMAGE_PATH.test(pathname) ? value : undefined
}

/** The built-in types of metadata (M-7), with the conversions an integration is granted (SI-15). */
export const VALUE_TYPES: ReadonlyMap<string, ValueType> = new Map([
  ['string', { convert: toText, words: 'must be a string' }],
  ['number', { convert: toNumber, words: 'must be a number' }],
  ['boolean', { convert: toBoolean, words: 'must be a boolean' }],
  ['date', { convert: (value) => toInstant(value)?.slice(0, 10), words: 'must be a date' }],
  ['datetime', { convert: toInstant, words: 'must be a datetime' }],
  ['geopoint', { convert: toGeopoint, words: 'must be a geopoint' }],
  [
    'image_url',
    { convert: toImageUrl, words: 'must be a URL pointing to JPG/JPEG or PNG resource' },
  ],
])
