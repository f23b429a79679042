import { isObject } from './coerce.ts'
import {
  type FieldCondition,
  FieldDefinitionError,
  type FieldDefinitions,
  inField,
  type RequiredCondition,
} from './field.ts'

/** Reads a field of the level that a condition belongs to; undefined when it is absent. */
export type See = (key: string) => unknown

/** A field that is required under a condition. */
export type Requirement = {
  /** The key of the field; of its object, when `member` names what is required in it. */
  key: string
  member?: string
  applies(see: See): boolean
}

/**
 * The conditional requirements that hold among the fields of one level (§5.3). A member of an object belongs
 * to the level of the object: its conditions speak of the fields beside the object, and of its own siblings
 * as `object.sibling`. So the fields themselves belong here only at the root. Throws `FieldDefinitionError`
 * for a condition that cannot be understood.
 */
export function compileRequirements(fields: FieldDefinitions, isRoot: boolean): Requirement[] {
  return Object.entries(fields).flatMap(([key, { type, required, properties }]) =>
    inField(key, () => {
      const members = type === 'object' ? Object.entries(properties ?? {}) : []
      const ofMembers = members.flatMap(([member, field]) =>
        inField(member, () => toRequirements(field.required, { key, member })),
      )
      return [...ofMembers, ...(isRoot ? toRequirements(required, { key }) : [])]
    }),
  )
}

function toRequirements(
  required: boolean | RequiredCondition | undefined,
  subject: { key: string; member?: string },
): Requirement[] {
  if (typeof required !== 'object') return []
  const conditions = required.conditions.map(compileCondition)
  if (conditions.length === 0)
    throw new FieldDefinitionError('a conditional requirement needs conditions')
  const applies = (see: See): boolean =>
    required.match === 'any'
      ? conditions.some((holds) => holds(see))
      : conditions.every((holds) => holds(see))
  return [{ ...subject, applies }]
}

/**
 * The place where a requirement is broken, undefined where it is not: the key that is missing, and the
 * object it is missing in if not at this level. A member is only looked for in an object: items of a list
 * are not asked for it, as in the published packages.
 */
export function findBroken(
  { key, member, applies }: Requirement,
  see: See,
): { object?: string; key: string } | undefined {
  if (!applies(see)) return undefined
  const value = see(key)
  if (value === undefined) return { key }
  const isThere = member === undefined || !isObject(value) || ownMember(value, member) !== undefined
  return isThere ? undefined : { object: key, key: member }
}

type Condition = (see: See) => boolean

function compileCondition(condition: FieldCondition): Condition {
  const { fieldKey, operator, value } = condition
  if (operator !== 'is' && operator !== 'is_not')
    throw new FieldDefinitionError(
      `Unsupported conditionally required field operator: ${String(operator)}`,
    )
  const look = compileLook(fieldKey)
  const isAsked = operator === 'is'
  if (value === undefined) return (see) => hasNoValue(look(see)) === isAsked
  return (see) => {
    const actual = look(see)
    // An absent field is neither equal nor unequal: no comparison with it holds.
    return actual !== undefined && isEqual(actual, value) === isAsked
  }
}

const hasNoValue = (value: unknown): boolean => value === undefined || value === null

function compileLook(fieldKey: unknown): (see: See) => unknown {
  const [key, member, ...rest] = typeof fieldKey === 'string' ? fieldKey.split('.') : []
  if (key === undefined || rest.length > 0)
    throw new FieldDefinitionError(
      `a condition needs the key of a field or parent.child, not ${JSON.stringify(fieldKey)}`,
    )
  if (member === undefined) return (see) => see(key)
  return (see) => {
    const parent = see(key)
    return isObject(parent) ? ownMember(parent, member) : undefined
  }
}

const ownMember = (object: Record<string, unknown>, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined

/** Equal as JSON, whatever the order of keys. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => isEqual(item, b[i]))
  if (!isObject(a) || !isObject(b)) return a === b
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]))
  )
}
