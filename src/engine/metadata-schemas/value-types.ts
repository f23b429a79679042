import type { Json } from '../../kernel/json.ts'
import { parseIsoDate, toIso } from '../../kernel/time.ts'

/** Values of one built-in type. */
type ValueType = {
  /** Whether a value is of the type as callers of the API must write it (M-7). */
  fits: (value: Json) => boolean
  /** Reads a value as an integration or a CSV file may write it (SI-15); undefined where nothing it could be fits. */
  convert: (value: Json) => Json | undefined
  words: string
}

const NUMERIC = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const GEOPOINT = /^(-?\d+(?:\.\d+)?),\s*(-?\d+(?:\.\d+)?)$/
const IMAGE_PATH = /\.(jpe?g|png)$/i
const DATE = /^\d{4}-\d{2}-\d{2}$/

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

const reads =
  (convert: ValueType['convert']): ValueType['fits'] =>
  (value) =>
    convert(value) !== undefined

/** The built-in types of metadata but for nested objects. */
export const VALUE_TYPES: ReadonlyMap<string, ValueType> = new Map<string, ValueType>([
  ['string', { fits: isText, convert: toText, words: 'must be a string' }],
  ['number', { fits: Number.isFinite, convert: toNumber, words: 'must be a number' }],
  [
    'boolean',
    {
      fits: (value) => typeof value === 'boolean',
      convert: toBoolean,
      words: 'must be a boolean',
    },
  ],
  [
    'date',
    {
      fits: (value) => isText(value) && DATE.test(value) && toInstant(value) !== undefined,
      convert: (value) => toInstant(value)?.slice(0, 10),
      words: 'must be a date',
    },
  ],
  ['datetime', { fits: reads(toInstant), convert: toInstant, words: 'must be a datetime' }],
  ['geopoint', { fits: reads(toGeopoint), convert: toGeopoint, words: 'must be a geopoint' }],
  [
    'image_url',
    {
      fits: reads(toImageUrl),
      convert: toImageUrl,
      words: 'must be a URL pointing to JPG/JPEG or PNG resource',
    },
  ],
])
