/** A schema of OpenAPI 3.0 or 3.1, as far as answers are checked against it. */
export type Schema = {
  $ref?: string
  /** Several types are one and null. */
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: unknown
  items?: Schema
  allOf?: Schema[]
  oneOf?: Schema[]
  anyOf?: Schema[]
}

/** How a value differs from its schema; `at` names the place with `[]` for any element: `.vouchers[].code`. */
export type Deviation = { at: string; kind: 'unknown' | 'missing' | 'type' | 'value' }

/** One way for a value to be right: what is left of a schema when references and combinations are resolved. */
type Shape = {
  type: string | undefined
  values: unknown[] | undefined
  properties: Map<string, Schema>
  required: Set<string>
  /** Whether there may be properties that are not named. */
  isOpen: boolean
  items: Schema | undefined
}

const ANYTHING: Shape = {
  type: undefined,
  values: undefined,
  properties: new Map(),
  required: new Set(),
  isOpen: false,
  items: undefined,
}
const SHAPES_MAX = 200
const NO_DEVIATIONS: Deviation[] = []

/**
 * Makes a check of values against schemas that refer to each other under `#/components/schemas`. It reports
 * properties that the schema does not know, required ones that are missing, and values of another type or outside
 * of an enumeration. Null is right everywhere: the reference says `nullable` of nearly everything and means it.
 */
export function createSchemaCheck(
  schemas: Record<string, Schema>,
): (schema: Schema, value: unknown) => Deviation[] {
  const known = new WeakMap<Schema, Shape[]>()

  function shapesOf(schema: Schema): Shape[] {
    const found = known.get(schema)
    if (found) return found
    const shapes = resolve(schema)
    known.set(schema, shapes)
    return shapes
  }

  function resolve(schema: Schema): Shape[] {
    if (schema.$ref !== undefined) {
      const name = schema.$ref.replace('#/components/schemas/', '')
      return shapesOf(schemas[name] ?? {})
    }
    const alternatives = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].flatMap(shapesOf)
    const factors = [
      [toShape(schema)],
      ...(schema.allOf ?? []).map(shapesOf),
      ...(alternatives.length > 0 ? [alternatives] : []),
    ]
    return factors
      .reduce((all, factor) => all.flatMap((one) => factor.map((other) => merge(one, other))))
      .slice(0, SHAPES_MAX)
  }

  function check(schema: Schema, value: unknown, at: string): Deviation[] {
    if (value === null) return NO_DEVIATIONS
    let best: Deviation[] | undefined
    for (const shape of shapesOf(schema)) {
      const deviations = checkShape(shape, value, at)
      if (deviations.length === 0) return NO_DEVIATIONS
      if (!best || weigh(deviations) < weigh(best)) best = deviations
    }
    return best ?? NO_DEVIATIONS
  }

  function checkShape(shape: Shape, value: unknown, at: string): Deviation[] {
    if (!hasType(value, shape)) return [{ at, kind: 'type' }]
    if (shape.values && !shape.values.includes(value)) return [{ at, kind: 'value' }]
    if (Array.isArray(value)) {
      const { items } = shape
      return items ? value.flatMap((item) => check(items, item, `${at}[]`)) : NO_DEVIATIONS
    }
    return typeof value === 'object' ? checkProperties(shape, value as object, at) : NO_DEVIATIONS
  }

  function checkProperties(shape: Shape, value: object, at: string): Deviation[] {
    const missing = [...shape.required]
      .filter((name) => !(name in value))
      .map((name): Deviation => ({ at: `${at}.${name}`, kind: 'missing' }))
    const present = Object.entries(value).flatMap(([name, member]) => {
      const schema = shape.properties.get(name)
      if (schema) return check(schema, member, `${at}.${name}`)
      const isKnown = shape.isOpen || shape.properties.size === 0
      return isKnown ? NO_DEVIATIONS : [{ at: `${at}.${name}`, kind: 'unknown' as const }]
    })
    return [...missing, ...present]
  }

  return (schema, value) => check(schema, value, '')
}

/** An alternative of another type, or whose enumerations exclude the value, was hardly meant. */
const weigh = (deviations: readonly Deviation[]): number =>
  deviations.reduce((sum, { kind }) => sum + (kind === 'type' || kind === 'value' ? 10 : 1), 0)

const toShape = (schema: Schema): Shape => ({
  type: [schema.type].flat().find((type, _index, types) => types.length === 1 || type !== 'null'),
  values: 'const' in schema ? [schema.const] : schema.enum,
  properties: new Map(Object.entries(schema.properties ?? {})),
  required: new Set(schema.required),
  isOpen: schema.additionalProperties !== undefined && schema.additionalProperties !== false,
  items: schema.items,
})

function merge(one: Shape, other: Shape): Shape {
  if (one === ANYTHING) return other
  const properties = new Map(one.properties)
  for (const [name, schema] of other.properties) {
    const earlier = properties.get(name)
    properties.set(name, earlier ? { allOf: [earlier, schema] } : schema)
  }
  return {
    type: one.type ?? other.type,
    values: one.values ?? other.values,
    properties,
    required: new Set([...one.required, ...other.required]),
    isOpen: one.isOpen || other.isOpen,
    items:
      one.items && other.items ? { allOf: [one.items, other.items] } : (one.items ?? other.items),
  }
}

function hasType(value: unknown, { type, properties, items }: Shape): boolean {
  const expected = type ?? (properties.size > 0 ? 'object' : items ? 'array' : undefined)
  switch (expected) {
    case 'null':
      return false
    case 'object':
      return typeof value === 'object' && !Array.isArray(value)
    case 'array':
      return Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    case 'number':
    case 'string':
    case 'boolean':
      return typeof value === expected
    default:
      return true
  }
}
