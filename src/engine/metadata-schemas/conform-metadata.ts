import { isPlainObject, type Json } from '../../kernel/json.ts'
import { VALUE_TYPES } from './convert-value.ts'
import { matchConstraints } from './match-constraints.ts'
import type {
  Metadata,
  MetadataDefinition,
  MetadataDefinitions,
  MetadataSchema,
} from './metadata-schema.ts'

/** A key that was not let through: its path (`card.number` in a nested object) and why. */
type DroppedKey = { key: string; reason: string }

type Conformed = { metadata: Metadata; dropped: DroppedKey[] }

/**
 * What `schema` lets through of the metadata that an integration sent: keys it defines, converted to
 * their type and within their constraints (SI-15). Everything else is dropped, told, and fails nothing;
 * a missing key that is required fails nothing either (SI-16). Without a schema everything passes,
 * with one only what it defines, also when the API may add more (D-04). A null clears its key, which
 * takes no definition (D-05).
 */
export function conformMetadata(schema: MetadataSchema | undefined, metadata: Metadata): Conformed {
  if (!schema) return { metadata, dropped: [] }
  return conformObject(schema, schema.properties, metadata)
}

type Fit = { value: Json; dropped: DroppedKey[] } | { reason: string }

const isMisfit = (fit: Fit): fit is { reason: string } => 'reason' in fit

function conformObject(
  schema: MetadataSchema,
  definitions: MetadataDefinitions,
  object: Metadata,
): Conformed {
  const kept: [string, Json][] = []
  const dropped: DroppedKey[] = []
  for (const [key, value] of Object.entries(object)) {
    // Callers name the keys: what every object inherits is no definition.
    const definition = Object.hasOwn(definitions, key) ? definitions[key] : undefined
    const fit = conformValue(schema, definition, value)
    if (isMisfit(fit)) {
      dropped.push({ key, reason: fit.reason })
    } else {
      kept.push([key, fit.value])
      dropped.push(...fit.dropped.map((inner) => ({ ...inner, key: `${key}.${inner.key}` })))
    }
  }
  return { metadata: Object.fromEntries(kept), dropped }
}

function conformValue(
  schema: MetadataSchema,
  definition: MetadataDefinition | undefined,
  value: Json,
): Fit {
  if (value === null) return { value, dropped: [] }
  if (!definition || definition.deleted) return { reason: 'is not defined' }
  if (!definition.array) return conformElement(schema, definition, value)
  if (!Array.isArray(value)) return { reason: 'must be an array' }

  const elements: Json[] = []
  const dropped: DroppedKey[] = []
  for (const element of value) {
    const fit = conformElement(schema, definition, element)
    if (isMisfit(fit)) return { reason: `must be an array, and every element: ${fit.reason}` }
    elements.push(fit.value)
    dropped.push(...fit.dropped)
  }
  return { value: elements, dropped }
}

function conformElement(schema: MetadataSchema, definition: MetadataDefinition, value: Json): Fit {
  const type = VALUE_TYPES.get(definition.type)
  if (!type) return conformNested(schema, definition, value)
  const converted = type.convert(value)
  if (converted === undefined) return { reason: type.words }
  const broken = matchConstraints(definition, converted)
  return broken === undefined ? { value: converted, dropped: [] } : { reason: broken }
}

/** A nested object takes the place of the stored one as a whole, so a null in it is a key it lacks. */
function conformNested(schema: MetadataSchema, definition: MetadataDefinition, value: Json): Fit {
  const name = definition.type === 'object' ? (definition.objectType ?? '') : definition.type
  const definitions = schema.objects.get(name)
  if (!definitions) return { reason: 'needs a schema of nested objects' }
  if (!isPlainObject(value)) return { reason: 'must be an object' }
  const given = Object.entries(value as Metadata).filter(([, member]) => member !== null)
  const { metadata, dropped } = conformObject(schema, definitions, Object.fromEntries(given))
  return { value: metadata, dropped }
}
