import { type Json, type JsonObject, withoutUndefined } from '../../kernel/json.ts'
import { formatOf, hasBounds, isText, toValues } from './constraint.ts'
import type {
  FieldCondition,
  FieldDefinition,
  FieldDefinitions,
  RequiredCondition,
} from './field.ts'
import { toLevel, typesOf } from './shape.ts'

type Schema = { [key: string]: Json }

/**
 * `fields` as JSON Schema (draft 7) for other tools: it describes payloads that are checked and complete.
 * That empty values are removed and others coerced cannot be said in it. The formats `date-like`, `text` and
 * `password` are not in the standard. Throws `FieldDefinitionError` as `compileFields` does.
 */
export function toJsonSchema(fields: FieldDefinitions): JsonObject {
  toLevel(fields) // throws for fields that cannot be understood
  const own = Object.entries(fields).flatMap(([key, { required }]) =>
    toIfThen(required, { required: [key] }),
  )
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...toObject(fields, false, own) }
}

function toObject(fields: FieldDefinitions, isOpen: boolean, own: readonly Schema[] = []): Schema {
  const entries = Object.entries(fields)
  const conditional = [...entries.flatMap(([key, field]) => ofMembers(key, field)), ...own]
  return {
    type: 'object',
    additionalProperties: isOpen,
    properties: Object.fromEntries(entries.map(([key, field]) => [key, toSchema(field)])),
    required: entries.filter(([, { required }]) => required === true).map(([key]) => key),
    ...(conditional.length > 0 && { allOf: conditional }),
  }
}

function toSchema(field: FieldDefinition): Schema {
  const { label, description, multiple = false, allowNull = false } = field
  const single = toSingle(field)
  const { type, ...rest }: Schema = multiple ? { type: 'array', items: single } : single
  return withoutUndefined({
    title: label,
    description,
    type: allowNull ? [type ?? [], 'null'].flat() : type,
    default: field.default,
    ...rest,
  }) as Schema
}

/** What a value must be, or each item of a list. Bounds and format are not asked of items. */
function toSingle(field: FieldDefinition): Schema {
  const { type, choices, properties, additionalProperties = false, multiple } = field
  if (type === 'object' && properties) return toObject(properties, additionalProperties)
  const [only, ...more] = typesOf(type)
  return {
    type: only === undefined || more.length > 0 ? [...typesOf(type)] : only,
    ...(choices && { enum: toValues(field) }),
    ...(!multiple && toLimits(field)),
  }
}

function toLimits(field: FieldDefinition): Schema {
  const { type, minimum, maximum } = field
  const sizes = isText(type) ? { minLength: minimum, maxLength: maximum } : { minimum, maximum }
  return withoutUndefined({ format: formatOf(field), ...(hasBounds(type) && sizes) }) as Schema
}

/** The conditional requirements of the members of an object: they belong to the level of the object (§5.3). */
function ofMembers(key: string, { type, properties = {} }: FieldDefinition): Schema[] {
  if (type !== 'object') return []
  return Object.entries(properties).flatMap(([member, { required }]) =>
    toIfThen(required, { required: [key], properties: { [key]: { required: [member] } } }),
  )
}

function toIfThen(required: boolean | RequiredCondition | undefined, then: Schema): Schema[] {
  if (typeof required !== 'object') return []
  const conditions = required.conditions.map(toCondition)
  return [{ if: { [required.match === 'any' ? 'anyOf' : 'allOf']: conditions }, then }]
}

function toCondition({ fieldKey, operator, value }: FieldCondition): Schema {
  const [key = '', member] = fieldKey.split('.')
  const place = (schema: Schema): Schema =>
    member === undefined ? has(key, schema) : has(key, { type: 'object', ...has(member, schema) })
  if (value !== undefined)
    return place(operator === 'is' ? { const: value } : { not: { const: value } })
  const isGiven = place({ not: { const: null } })
  return operator === 'is' ? { not: isGiven } : isGiven
}

const has = (key: string, schema: Schema): Schema => ({
  required: [key],
  properties: { [key]: schema },
})
