import type { Json } from '../../kernel/json.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type DefinitionInput, type DefinitionsInput, invalid } from './metadata-schema.schema.ts'
import {
  isRelatedObject,
  type MetadataDefinition,
  type MetadataDefinitions,
} from './metadata-schema.ts'
import { VALUE_TYPES } from './value-types.ts'

/** What a definition is held against: the custom schemas there are, and whether it is of one itself. */
type Surroundings = { customSchemas: ReadonlySet<string>; isOfCustomSchema: boolean }

/**
 * `stored` with the definitions that `input` gives, each as a whole: what it does not say of one is as if it had never
 * been said, and a key that is not given stays (M-5). Throws `invalid_payload` naming the definition.
 */
export function calculateDefinitions(
  stored: MetadataDefinitions,
  input: DefinitionsInput,
  surroundings: Surroundings,
): MetadataDefinitions {
  const changed = Object.entries(input).map(([key, given]): [string, MetadataDefinition] => {
    const at = `.properties.${key}`
    const earlier = Object.hasOwn(stored, key) ? stored[key]?.type : undefined
    if (earlier !== undefined && earlier !== given.type)
      throw invalid(`Property ${at}.type cannot be changed from ${earlier} to ${given.type}`)
    refuseMisplaced(given, at)
    return [key, toDefinition(given, at, surroundings)]
  })
  return merge(stored, changed)
}

/** The same for the metadata of an event, whose definitions have but a type, which may change. */
export function calculateEventDefinitions(
  stored: MetadataDefinitions,
  input: DefinitionsInput,
): MetadataDefinitions {
  const changed = Object.entries(input).map(
    ([key, { type, optional, deleted }]): [string, MetadataDefinition] => [
      key,
      { type, optional: optional ?? true, ...(deleted && { deleted }) },
    ],
  )
  return merge(stored, changed)
}

function merge(
  stored: MetadataDefinitions,
  changed: readonly [string, MetadataDefinition][],
): MetadataDefinitions {
  const merged = Object.fromEntries([...Object.entries(stored), ...changed])
  if (Object.keys(merged).length > LIMITS.metadataDefinitionsMax) {
    throw invalid(
      `A schema has at most ${LIMITS.metadataDefinitionsMax} definitions, removed ones included`,
    )
  }
  return merged
}

const NUMBERS = ['ne', 'lt', 'lte', 'gt', 'gte'] as const
const LENGTHS = ['min_length', 'max_length', 'exact_length'] as const
const isGiven = (value: unknown): boolean => value !== undefined && value !== null

/** Each constraint means something for values of certain types alone. */
function refuseMisplaced(input: DefinitionInput, at: string): void {
  const { type } = input
  const isOfNumbers = type === 'number'
  const misplaced = [
    ...(isOfNumbers ? [] : NUMBERS.filter((name) => name !== 'ne' || type !== 'string')),
    ...(type === 'string' ? [] : LENGTHS),
    ...(isOfNumbers || type === 'string' ? [] : (['eq'] as const)),
    ...(type === 'object' ? [] : (['object_type'] as const)),
  ].find((name) => isGiven(input[name]))
  if (misplaced) throw invalid(`Property ${at}.${misplaced} is not for values of type ${type}`)
  for (const name of ['eq', 'ne'] as const) {
    const wrong = input[name]?.findIndex((value) => typeof value !== type) ?? -1
    if (wrong >= 0) throw invalid(`Property ${at}.${name}[${wrong}] must be ${type}`)
  }
}

function toDefinition(
  input: DefinitionInput,
  at: string,
  { customSchemas, isOfCustomSchema }: Surroundings,
): MetadataDefinition {
  const { type, object_type: objectType } = input
  const isNested = !VALUE_TYPES.has(type)
  if (isNested && isOfCustomSchema)
    throw invalid(`Property ${at}.type should not be of nested objects in a nested object`)
  if (isNested && type !== 'object' && !customSchemas.has(type)) {
    const allowed = [...VALUE_TYPES.keys(), 'object', ...customSchemas].join(', ')
    throw invalid(`Property ${at}.type should be equal to one of the allowed values: ${allowed}`)
  }
  if (objectType && !customSchemas.has(objectType))
    throw invalid(`Property ${at}.object_type should be the name of a custom schema`)
  return {
    type,
    array: input.array ?? false,
    optional: input.optional ?? true,
    objectType: objectType ?? null,
    ...(input.deleted && { deleted: true }),
    ...constraintsOf(input),
  }
}

const constraintsOf = (input: DefinitionInput): Partial<MetadataDefinition> =>
  Object.fromEntries(
    [
      ...(['eq', 'ne', 'lt', 'lte', 'gt', 'gte'] as const).map((name) => [name, input[name]]),
      ['minLength', input.min_length],
      ['maxLength', input.max_length],
      ['exactLength', input.exact_length],
    ].filter(([, value]) => isGiven(value)) as [string, Json][],
  )

/** The names that `type` may have for nested objects. */
export const customNamesOf = (relatedObjects: readonly string[]): ReadonlySet<string> =>
  new Set(relatedObjects.filter((name) => !isRelatedObject(name)))

/** Whether a definition of `properties` is of objects of the custom schema `name`. */
export const namesCustomSchema = (properties: MetadataDefinitions, name: string): boolean =>
  Object.values(properties).some(({ type, objectType }) => type === name || objectType === name)

/** A custom schema may not be named as a type is: a definition could mean either. */
export const isTypeName = (name: string): boolean => VALUE_TYPES.has(name) || name === 'object'
