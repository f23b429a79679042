import type { BodySchema } from '../../api/index.ts'

export const TEXT: BodySchema = { type: 'string' }
export const FLAG: BodySchema = { type: 'boolean' }
export const COUNT: BodySchema = { type: 'integer' }
/** Money in minor units, or points. */
export const AMOUNT: BodySchema = { type: 'integer' }
export const NUMBER: BodySchema = { type: 'number' }
export const TIME: BodySchema = { type: 'string', format: 'date-time' }
/** An object whose keys are not ours to name. */
export const OPEN: BodySchema = { type: 'object', additionalProperties: true }
export const ANYTHING: BodySchema = {}

export const ref = (name: string): BodySchema => ({ $ref: `#/components/schemas/${name}` })
export const listOf = (items: BodySchema): BodySchema => ({ type: 'array', items })
export const oneOf = (...values: string[]): BodySchema => ({ type: 'string', enum: values })
export const is = (value: string): BodySchema => ({ const: value })

/** The same, or null. */
export const orNull = (schema: BodySchema): BodySchema =>
  typeof schema['type'] === 'string' && !('enum' in schema)
    ? { ...schema, type: [schema['type'], 'null'] }
    : { anyOf: [schema, { type: 'null' }] }

/** An object with these members; a name that ends in `?` may be absent. */
export function shape(members: Readonly<Record<string, BodySchema>>): BodySchema {
  const names = Object.keys(members)
  return {
    type: 'object',
    required: names.filter((name) => !name.endsWith('?')),
    properties: Object.fromEntries(
      Object.entries(members).map(([name, schema]) => [name.replace(/\?$/, ''), schema]),
    ),
  }
}

/** The same members, each of which may be absent. */
export const partly = (members: Readonly<Record<string, BodySchema>>): typeof members =>
  Object.fromEntries(
    Object.entries(members).map(([name, schema]) => [name.replace(/\??$/, '?'), schema]),
  )

/** A list inside an object (engine-core §2.3). */
export const embeddedList = (key: string, items: BodySchema): BodySchema =>
  shape({ object: is('list'), data_ref: is(key), [key]: listOf(items), total: COUNT })

/** When something is valid (R-VALID-01). */
export const VALIDITY = {
  start_date: orNull(TIME),
  expiration_date: orNull(TIME),
  validity_timeframe: orNull(shape({ interval: TEXT, duration: TEXT })),
  validity_day_of_week: orNull(listOf(COUNT)),
  validity_hours: orNull(OPEN),
}

/** When something was made and changed. */
export const TIMES = { created_at: TIME, updated_at: orNull(TIME) }
