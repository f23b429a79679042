import { isPlainObject, type Json } from '../../kernel/json.ts'
import type { CompiledDefinition, CompiledSchema } from './compile-schema.ts'
import type { Metadata } from './metadata-schema.ts'

/** A key that was not let through: its path (`card.number` in a nested object) and why. */
type DroppedKey = { key: string; reason: string }

type Conformed = { metadata: Metadata; dropped: DroppedKey[] }

/**
 * What `schema` lets through of the metadata that an integration sent: keys it defines, converted to their type and
 * within their constraints (SI-15). Everything else is dropped, told, and fails nothing; a missing key that is
 * required fails nothing either (SI-16). Without a schema everything passes, with one only what it defines, also when
 * the API may add more (D-04), unless `keepsUndefined`, which is so for events (SI-24). A null clears its key, which
 * takes no definition (D-05).
 */
export function conformMetadata(
  schema: CompiledSchema | undefined,
  metadata: Metadata,
  { keepsUndefined = false } = {},
): Conformed {
  if (!schema || (keepsUndefined && schema.definitions.size === 0)) return { metadata, dropped: [] }
  const kept: [string, Json][] = []
  const dropped: DroppedKey[] = []
  for (const [key, value] of Object.entries(metadata)) {
    const definition = schema.definitions.get(key)
    const fit = !definition && keepsUndefined ? asSent(value) : conformValue(definition, value)
    if (isMisfit(fit)) {
      dropped.push({ key, reason: fit.reason })
    } else {
      kept.push([key, fit.value])
      dropped.push(...fit.dropped.map((inner) => ({ ...inner, key: `${key}.${inner.key}` })))
    }
  }
  return { metadata: Object.fromEntries(kept), dropped }
}

/**
 * `metadata` with each value that its type can be read from made of that type, and all others as they are: for texts
 * of a CSV file or a query, and for events (E-3). What does not fit is then for the check to tell.
 */
export function convertMetadata(schema: CompiledSchema | undefined, metadata: Metadata): Metadata {
  if (!schema) return metadata
  const converted = Object.entries(metadata).map(([key, value]): [string, Json] => {
    const one = conformMetadata(schema, { [key]: value }, { keepsUndefined: true })
    return [key, one.dropped.length > 0 ? value : (one.metadata[key] ?? null)]
  })
  return Object.fromEntries(converted)
}

/** The same for the cells of a CSV file: where the schema has an array, a comma divides its elements. */
export function readCells(
  schema: CompiledSchema | undefined,
  cells: { readonly [key: string]: string },
): Metadata {
  const split = Object.entries(cells).map(([key, cell]): [string, Json] => [
    key,
    schema?.definitions.get(key)?.isArray ? cell.split(',').map((each) => each.trim()) : cell,
  ])
  return convertMetadata(schema, Object.fromEntries(split))
}

type Fit = { value: Json; dropped: DroppedKey[] } | { reason: string }

const asSent = (value: Json): Fit => ({ value, dropped: [] })
const isMisfit = (fit: Fit): fit is { reason: string } => 'reason' in fit

function conformValue(definition: CompiledDefinition | undefined, value: Json): Fit {
  if (value === null) return asSent(value)
  if (!definition) return { reason: 'is not defined' }
  if (!definition.isArray) return conformElement(definition, value)
  if (!Array.isArray(value)) return { reason: 'must be an array' }

  const elements: Json[] = []
  const dropped: DroppedKey[] = []
  for (const element of value) {
    const fit = conformElement(definition, element)
    if (isMisfit(fit)) return { reason: `must be an array, and every element: ${fit.reason}` }
    elements.push(fit.value)
    dropped.push(...fit.dropped)
  }
  return { value: elements, dropped }
}

function conformElement({ element }: CompiledDefinition, value: Json): Fit {
  if (element.kind === 'object') return conformNested(element.schema(), value)
  const converted = element.type.convert(value)
  if (converted === undefined) return { reason: element.type.words }
  const broken = element.constraints.find(({ holds }) => !holds(converted))
  return broken ? { reason: broken.words } : asSent(converted)
}

/** A nested object takes the place of the stored one as a whole, so a null in it is a key it lacks. */
function conformNested(schema: CompiledSchema | undefined, value: Json): Fit {
  if (!schema) return { reason: 'needs a schema of nested objects' }
  if (!isPlainObject(value)) return { reason: 'must be an object' }
  const given = Object.entries(value as Metadata).filter(([, member]) => member !== null)
  const { metadata, dropped } = conformMetadata(schema, Object.fromEntries(given))
  return { value: metadata, dropped }
}
