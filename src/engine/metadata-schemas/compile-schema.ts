import { type Constraint, compileConstraints } from './compile-constraints.ts'
import type {
  EventSchema,
  MetadataDefinition,
  MetadataDefinitions,
  MetadataSchema,
} from './metadata-schema.ts'
import { VALUE_TYPES } from './value-types.ts'

type BuiltInType = NonNullable<ReturnType<typeof VALUE_TYPES.get>>

/** What one element of a key must be: a plain value, or an object that a custom schema of the project may describe. */
type Element =
  | { kind: 'value'; type: BuiltInType; constraints: readonly Constraint[] }
  | { kind: 'object'; schema: () => CompiledSchema | undefined }

export type CompiledDefinition = {
  isArray: boolean
  /** Whether its values can be calculated with (M-10). */
  isNumber: boolean
  /** All it asks for, in the words of the reference (M-3). */
  words: string
  element: Element
}

/** A schema as it is looked up for every object that is stored. */
export type CompiledSchema = {
  /** By key, without removed ones. */
  definitions: ReadonlyMap<string, CompiledDefinition>
  requiredKeys: readonly string[]
  allowsDefinedOnly: boolean
}

export type CompiledEventSchema = { id: string; name: string; schema: CompiledSchema }

/** All schemas of a project. */
export type ProjectSchemas = {
  /** By the object they are about, custom ones by their name. */
  ofObjects: ReadonlyMap<string, CompiledSchema>
  /** By the name of the event. */
  ofEvents: ReadonlyMap<string, CompiledEventSchema>
}

/** Of a project that defines nothing. */
export const NO_SCHEMAS: ProjectSchemas = { ofObjects: new Map(), ofEvents: new Map() }

/** Shared by events that occurred and were not defined: a project may have very many. */
const DEFINES_NOTHING: CompiledSchema = {
  definitions: new Map(),
  requiredKeys: [],
  allowsDefinedOnly: false,
}

type Stored = {
  schemas: readonly Pick<MetadataSchema, 'relatedObject' | 'properties' | 'allowsDefinedOnly'>[]
  events: readonly Pick<EventSchema, 'id' | 'name' | 'properties'>[]
}

/** Makes of what a project has stored what its metadata is held against. */
export function compileSchemas({ schemas, events }: Stored): ProjectSchemas {
  const ofObjects = new Map<string, CompiledSchema>()
  for (const { relatedObject, ...schema } of schemas)
    ofObjects.set(relatedObject, compileSchema(schema, ofObjects))
  const ofEvents = events.map(({ id, name, properties }): [string, CompiledEventSchema] => {
    const isStub = Object.keys(properties).length === 0
    const schema = isStub
      ? DEFINES_NOTHING
      : compileSchema({ properties, allowsDefinedOnly: false }, ofObjects)
    return [name, { id, name, schema }]
  })
  return { ofObjects, ofEvents: new Map(ofEvents) }
}

/** Nested objects are looked up in `schemas` when there is one: schemas may name each other in any order. */
function compileSchema(
  {
    properties,
    allowsDefinedOnly,
  }: { properties: MetadataDefinitions; allowsDefinedOnly: boolean },
  schemas: ReadonlyMap<string, CompiledSchema>,
): CompiledSchema {
  const live = Object.entries(properties).filter(([, { deleted }]) => !deleted)
  return {
    definitions: new Map(live.map(([key, each]) => [key, compileDefinition(each, schemas)])),
    requiredKeys: live.flatMap(([key, { optional }]) => (optional === false ? [key] : [])),
    allowsDefinedOnly,
  }
}

function compileDefinition(
  definition: MetadataDefinition,
  schemas: ReadonlyMap<string, CompiledSchema>,
): CompiledDefinition {
  const element = compileElement(definition, schemas)
  const isArray = definition.array === true
  const asked = [
    element.kind === 'value' ? element.type.words : 'must be an object',
    ...(definition.optional === false ? ['property is required'] : []),
    ...(element.kind === 'value' ? element.constraints.map(({ words }) => words) : []),
  ]
  const prefix = isArray ? 'must be an array, and every element: ' : ''
  return {
    isArray,
    isNumber: definition.type === 'number' && !isArray,
    element,
    words: `${prefix}${asked.join(', ')}`,
  }
}

function compileElement(
  definition: MetadataDefinition,
  schemas: ReadonlyMap<string, CompiledSchema>,
): Element {
  const type = VALUE_TYPES.get(definition.type)
  if (type) return { kind: 'value', type, constraints: compileConstraints(definition) }
  const name = definition.type === 'object' ? (definition.objectType ?? '') : definition.type
  return { kind: 'object', schema: () => schemas.get(name) }
}
