import { isPlainObject, type Json } from '../../kernel/json.ts'
import { toStorableText } from '../../kernel/storable.ts'
import type { CompiledDefinition, CompiledSchema } from './compile-schema.ts'
import type { Metadata } from './metadata-schema.ts'

/** What metadata is written for: all of a new object, or some keys of one that has others (M-4). */
export type Occasion = 'create' | 'update'

/**
 * What is wrong with metadata that a caller of the API wrote, one sentence for each key (M-2, M-3, M-4); empty when it
 * fits. A null holds nothing: it clears its key, which only a required one does not allow.
 */
export function matchMetadata(
  schema: CompiledSchema,
  metadata: Metadata,
  occasion: Occasion,
): string[] {
  return violationsIn(schema, metadata, { occasion, path: '' })
}

type Place = { occasion: Occasion; path: string }

function violationsIn(schema: CompiledSchema, metadata: Metadata, place: Place): string[] {
  const { definitions, requiredKeys, allowsDefinedOnly } = schema
  const missing = requiredKeys.filter((key) => isMissing(metadata, key, place.occasion))
  return [
    ...missing.map((key) => toSentence(place.path + key, wordsOf(definitions.get(key)), undefined)),
    ...Object.entries(metadata).flatMap(([key, value]) => {
      if (value === null) return []
      const definition = definitions.get(key)
      const path = place.path + key
      if (definition) return violationsOf(definition, value, path)
      return allowsDefinedOnly ? [toSentence(path, 'property is not defined', value)] : []
    }),
  ]
}

const isMissing = (metadata: Metadata, key: string, occasion: Occasion): boolean =>
  Object.hasOwn(metadata, key) ? metadata[key] === null : occasion === 'create'

const wordsOf = (definition: CompiledDefinition | undefined): string => definition?.words ?? ''

function violationsOf(definition: CompiledDefinition, value: Json, path: string): string[] {
  const { isArray, element, words } = definition
  const elements = isArray ? value : [value]
  if (!Array.isArray(elements)) return [toSentence(path, words, value)]
  if (element.kind === 'value') {
    const { type, constraints } = element
    const fits = elements.every(
      (each) => type.fits(each) && constraints.every(({ holds }) => holds(each)),
    )
    return fits ? [] : [toSentence(path, words, value)]
  }
  if (!elements.every(isPlainObject)) return [toSentence(path, words, value)]
  const schema = element.schema()
  if (!schema) return []
  // It takes the place of the stored one as a whole.
  return elements.flatMap((each, index) =>
    violationsIn(schema, each as Metadata, {
      occasion: 'create',
      path: isArray ? `${path}[${index}].` : `${path}.`,
    }),
  )
}

const ACTUAL_LENGTH_MAX = 200

function toSentence(path: string, words: string, value: Json | undefined): string {
  const isNested = typeof value === 'object' && !(Array.isArray(value) && value.every(isScalar))
  const actual = isNested ? JSON.stringify(value) : String(value)
  // The cut may go through a character, and results of async actions are stored.
  const told = toStorableText(actual.slice(0, ACTUAL_LENGTH_MAX))
  return `${path}: ${words} (actual value is '${told}')`
}

const isScalar = (value: Json): boolean => typeof value !== 'object'
