import type { Random } from './random.ts'
import type { Value } from './values.ts'

/** A schema of a document, as far as values are made from it. */
export type JsonSchema = {
  $ref?: string
  type?: string | string[]
  enum?: Value[]
  const?: Value
  /** True takes anything, false nothing. */
  properties?: Record<string, JsonSchema | boolean>
  required?: string[]
  items?: JsonSchema
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  minimum?: number
  maximum?: number
  minLength?: number
  minItems?: number
  pattern?: string
  description?: string
}

/** Makes a text for the field of a name, such as an id that exists. */
export type TextOf = (name: string) => string

const DEPTH_MAX = 6

/**
 * Makes values that a schema describes, or nearly: `textOf` gives the texts, and not every limit is kept. Members that
 * may be absent often are.
 */
export function createFromSchema(
  random: Random,
  schemas: Record<string, JsonSchema>,
  textOf: TextOf,
): (schema: JsonSchema) => Value {
  /** The schema that is meant by a reference or a choice. */
  function resolve({ $ref, anyOf, oneOf, ...schema }: JsonSchema): JsonSchema | boolean {
    if ($ref) return schemas[$ref.split('/').at(-1) ?? ''] ?? {}
    const choices = anyOf ?? oneOf
    return choices ? random.pick(choices) : schema
  }

  function make(given: JsonSchema | boolean, name: string, depth: number): Value {
    const schema = typeof given === 'boolean' ? given : resolve(given)
    if (typeof schema === 'boolean') return schema
    if (schema.$ref ?? schema.anyOf ?? schema.oneOf) return make(schema, name, depth)
    if ('const' in schema) return schema.const
    if (schema.enum) return random.pick(schema.enum)
    return ofType(typeOf(schema), schema, name, depth)
  }

  function typeOf({ type = 'object' }: JsonSchema): string {
    const types = [type].flat()
    return types.includes('null') && random.percent(10) ? 'null' : (types[0] ?? 'object')
  }

  function ofType(type: string, schema: JsonSchema, name: string, depth: number): Value {
    switch (type) {
      case 'object':
        return ofProperties(schema, depth)
      case 'array': {
        const length = Math.max(schema.minItems ?? 0, random.below(3))
        const items = schema.items ?? { type: 'string' }
        return depth > DEPTH_MAX ? [] : Array.from({ length }, () => make(items, name, depth + 1))
      }
      case 'integer':
      case 'number':
        return ofRange(schema)
      case 'boolean':
        return random.percent(50)
      case 'string':
        return textOf(name)
      default:
        return null
    }
  }

  function ofRange({ minimum = 0, maximum = 10_000 }: JsonSchema): number {
    return minimum + random.below(Math.min(maximum - minimum, 10_000) + 1)
  }

  function ofProperties({ properties = {}, required = [] }: JsonSchema, depth: number): Value {
    const share = depth === 0 ? 60 : 35
    const kept = Object.entries(properties).filter(
      ([key]) => required.includes(key) || (depth < DEPTH_MAX && random.percent(share)),
    )
    return Object.fromEntries(kept.map(([key, member]) => [key, make(member, key, depth + 1)]))
  }

  return (schema) => make(schema, '', 0)
}
