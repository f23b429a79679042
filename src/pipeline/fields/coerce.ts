import type { Json } from '../../kernel/json.ts'

export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'object'

/** In place of a value: there is none that fits. */
export const REFUSED = Symbol('refused')
export type Refused = typeof REFUSED

/** Everything written as `{…}`; `isPlainObject` would refuse what other programs make with classes. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function isOfType(type: JsonType, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isObject(value)
    case 'null':
      return value === null
    case 'number':
      return Number.isFinite(value)
    case 'integer':
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}

/**
 * `value` as one of `types`: itself when it is of one, otherwise the first that it can be turned into as
 * AJV's `coerceTypes: "array"` does (§5.4 step 4), `REFUSED` when there is none. With one exception,
 * "Infinity" is no number here: JSON has none.
 */
export function coerce(types: readonly JsonType[], value: unknown): Json | Refused {
  for (const type of types) if (isOfType(type, value)) return value as Json
  const single = unwrap(types, value)
  // A list of one is taken for its item, though not where several types are allowed: there the item is
  // only turned into another type, which is why ["x"] is refused where null is allowed (§5.6).
  const [only] = types
  if (types.length === 1 && only !== undefined && isOfType(only, single)) return single as Json
  for (const type of types) {
    const converted = convert(type, single)
    if (converted !== undefined) return converted
  }
  return REFUSED
}

/** The item of a list of one, where `types` has any that a value can be turned into; otherwise `value`. */
export const unwrap = (types: readonly JsonType[], value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 && types.some((type) => type !== 'object')
    ? value[0]
    : value

/** `value` turned into `type`, undefined when that is impossible. What is already of `type` is not asked about. */
function convert(type: JsonType, value: unknown): Json | undefined {
  switch (type) {
    case 'string':
      return toText(value)
    case 'number':
      return toNumber(value)
    case 'integer':
      return toInteger(value)
    case 'boolean':
      return toBoolean(value)
    case 'null':
      return value === '' || value === 0 || value === false ? null : undefined
    case 'object':
      return undefined
  }
}

function toText(value: unknown): string | undefined {
  if (value === null) return ''
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function toBoolean(value: unknown): boolean | undefined {
  if (value === 'false' || value === 0 || value === null) return false
  return value === 'true' || value === 1 ? true : undefined
}

function toInteger(value: unknown): number | undefined {
  const number = toNumber(value)
  return Number.isInteger(number) ? number : undefined
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'boolean' || value === null) return Number(value)
  if (typeof value !== 'string' || value === '') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}
