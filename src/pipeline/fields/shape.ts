import { isObject, type JsonType } from './coerce.ts'
import { compileRequirements, type Requirement, type See } from './compile-requirements.ts'
import { type Constraint, toConstraints } from './constraint.ts'
import {
  type FieldDefinition,
  FieldDefinitionError,
  type FieldDefinitions,
  type FieldType,
  inField,
} from './field.ts'

/** A field as both evaluators see it: its definition, worked out once (§5.2). */
export type Shape = {
  label: string
  isRequired: boolean
  isNullable: boolean
  isList: boolean
  /** What the value may be; of a list, what its items may be. */
  types: readonly JsonType[]
  constraints: readonly Constraint[]
  /** The members of the object, or of each item. Undefined for an object that may hold anything. */
  level?: Level
}

/** Fields beside each other: of the payload, or of an object in it. */
export type Level = {
  members: ReadonlyMap<string, Shape>
  /** Keeps members that are not declared. */
  isOpen: boolean
  requirements: readonly Requirement[]
}

/** Where a value stands, which decides what is removed and what is wrapped: see `tidy`. */
export type Place = 'root' | 'object' | 'item'

/** The place of the members of an object that stands at `place`. */
export const within = (place: Place): Place => (place === 'root' ? 'object' : place)

/** Works the fields of a payload out. Throws `FieldDefinitionError` when they cannot be understood. */
export const toLevel = (fields: FieldDefinitions): Level => ({
  members: toMembers(fields),
  isOpen: false,
  requirements: compileRequirements(fields, true),
})

function toMembers(fields: FieldDefinitions): ReadonlyMap<string, Shape> {
  if (Object.hasOwn(fields, '__proto__'))
    throw new FieldDefinitionError('a field cannot be called __proto__')
  return new Map(
    Object.entries(fields).map(([key, field]) => [key, inField(key, () => toShape(field))]),
  )
}

function toShape(field: FieldDefinition): Shape {
  const { type, choices, properties, allowNull: isNullable = false } = field
  const { multiple: isList = false, additionalProperties: isOpen = false } = field
  if (choices?.length === 0) throw new FieldDefinitionError('the list of choices is empty')
  if (choices && type === 'object') throw new FieldDefinitionError('an object has no choices')
  return {
    label: field.label,
    isRequired: field.required === true,
    isNullable,
    isList,
    types: [...typesOf(type), ...(isNullable && !isList ? ['null' as const] : [])],
    constraints: toConstraints(field),
    ...(type === 'object' && properties && { level: toInnerLevel(properties, isOpen) }),
  }
}

const toInnerLevel = (fields: FieldDefinitions, isOpen: boolean): Level => ({
  members: toMembers(fields),
  isOpen,
  requirements: compileRequirements(fields, false),
})

/** The types of JSON that a value of a field type has. */
export function typesOf(type: FieldType): readonly JsonType[] {
  switch (type) {
    case 'string':
    case 'text':
    case 'password':
      return ['string']
    case 'datetime':
      return ['string', 'number']
    case 'number':
    case 'integer':
    case 'boolean':
    case 'object':
      return [type]
    default:
      throw new FieldDefinitionError(`unknown type ${JSON.stringify(type satisfies never)}`)
  }
}

/**
 * Steps 2 and 3 of §5.4 for one value: undefined when it counts as absent, in a list when a list is wanted.
 * Nothing is removed inside items of lists, as in the published packages; there null is turned into the
 * type that is wanted. The empty string is no value at the root, whatever the type.
 */
export function tidy(shape: Shape, value: unknown, place: Place): unknown {
  if (place === 'item') return value
  if (isEmpty(shape, value) || (value === '' && place === 'root')) return undefined
  if (!shape.isList || value === null) return value
  if (Array.isArray(value))
    return value.some((item) => isEmptyItem(shape, item))
      ? value.filter((item) => !isEmptyItem(shape, item))
      : value
  return place === 'root' ? [value] : value
}

function isEmpty({ isNullable, isList, types }: Shape, value: unknown): boolean {
  if (value === undefined) return true
  if (value === null) return !isNullable
  return value === '' && (isList || !types.includes('string'))
}

const isEmptyItem = ({ types }: Shape, item: unknown): boolean =>
  item === undefined || item === null || (item === '' && !types.includes('string'))

/** Step 4 for lists: a single value becomes a list of one, though an object does only at the root (step 3). */
export function toItems(value: unknown): unknown[] | undefined {
  if (Array.isArray(value)) return value
  return isObject(value) ? undefined : [value]
}

/** An item of a list, as a shape of its own; sentences call it by its place. */
export const toItemShape = (list: Shape): Shape => ({
  ...list,
  label: '',
  isNullable: false,
  isList: false,
})

/** How the conditions of a level read it: tidied, but not yet coerced, and also what is not declared. */
export function toSee(level: Level, values: Record<string, unknown>, place: Place): See {
  return (key) => {
    if (!Object.hasOwn(values, key)) return undefined
    const shape = level.members.get(key)
    if (shape) return tidyDeep(shape, values[key], place)
    return values[key] === '' && place === 'root' ? undefined : values[key]
  }
}

function tidyDeep(shape: Shape, value: unknown, place: Place): unknown {
  const tidied = tidy(shape, value, place)
  const { level, isList } = shape
  if (!level || isList || !isObject(tidied)) return tidied
  const see = toSee(level, tidied, within(place))
  const members = Object.keys(tidied).map((key) => [key, see(key)] as const)
  return Object.fromEntries(members.filter(([, member]) => member !== undefined))
}
