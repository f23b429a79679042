import type { Explain } from '../../kernel/explain.ts'
import type { Json } from '../../kernel/json.ts'
import { coerce, isObject, REFUSED, unwrap } from './coerce.ts'
import { findBroken } from './compile-requirements.ts'
import type { FieldDefinitions } from './field.ts'
import { inWords, isMissingField, mustBeOfType, toPointer, toSentence } from './sentences.ts'
import {
  type Level,
  type Place,
  type Shape,
  tidy,
  toItemShape,
  toItems,
  toLevel,
  toSee,
  within,
} from './shape.ts'

/**
 * Why `fields` accept a payload or do not: a part for each field with what it expects, what it got and the
 * sentences of §5.5, members and items beneath it; then the keys that are left out. Agrees with the compiled
 * check. Throws `FieldDefinitionError` as that does.
 */
export function explainFields(fields: FieldDefinitions, payload: unknown): Explain {
  const { own, parts, errors } = examine(toLevel(fields), payload)
  return {
    what: 'payload',
    passed: errors.length === 0,
    ...(own.length > 0 && { message: own.join(' ') }),
    parts: parts(),
  }
}

/** What there is to say of a value. */
type Findings = {
  /** It counts as if it were not there. */
  isAbsent: boolean
  /** Sentences about the value itself. */
  own: readonly string[]
  /** Its members or items, one by one; worked out when somebody asks, for refusals tell their sentences alone. */
  parts(): Explain[]
  /** All sentences, those of the parts too, in the order in which they are told. */
  errors: string[]
}

/** Examines a payload field by field: slower than the compiled check, and knows the reasons. */
export function examine(level: Level, payload: unknown): Findings {
  if (!isObject(payload))
    return refused([toSentence({ pointer: '' }, mustBeOfType(['object'], payload))])
  if (level.members.size === 0) return FINE
  return examineLevel({ level, values: payload, place: 'root', pointer: '', label: '' })
}

const noParts = (): Explain[] => []
const FINE: Findings = { isAbsent: false, own: [], parts: noParts, errors: [] }
const ABSENT: Findings = { ...FINE, isAbsent: true }
const refused = (own: string[]): Findings => ({ isAbsent: false, own, parts: noParts, errors: own })

/** The members of an object at a place, and what sentences call the object. */
type Members = {
  level: Level
  values: Record<string, unknown>
  place: Place
  pointer: string
  label: string
}

function examineLevel(members: Members): Findings {
  const { level, values, place, pointer } = members
  const broken = tellBroken(members)
  const missing: string[] = []
  const errors: string[][] = []
  const parts: (() => Explain)[] = []
  for (const [key, shape] of level.members) {
    const value = Object.hasOwn(values, key) ? values[key] : undefined
    const found = examineValue({ shape, value, place, pointer: toPointer(pointer, key) })
    const sentences = [...(broken.get(key) ?? []), ...found.own]
    if (shape.isRequired && found.isAbsent) {
      const sentence = toSentence(members, isMissingField(key))
      missing.push(sentence)
      sentences.push(sentence)
    }
    errors.push(found.errors)
    parts.push(() => toExplain({ what: key, shape, value }, sentences, found.parts()))
  }
  return {
    ...FINE,
    parts: () => [...parts.map((tell) => tell()), ...tellLeftOut(members)],
    errors: [...[...broken.values()].flat(), ...missing, ...errors.flat()],
  }
}

/** The sentences about conditional requirements that are not met, by the key of the field. */
function tellBroken({ level, values, place, pointer }: Members): Map<string, string[]> {
  const broken = new Map<string, string[]>()
  const see = toSee(level, values, place)
  for (const requirement of level.requirements) {
    const found = findBroken(requirement, see)
    if (!found) continue
    const at = found.object === undefined ? pointer : toPointer(pointer, found.object)
    const sentence = toSentence({ pointer: at }, isMissingField(found.key))
    broken.set(requirement.key, [...(broken.get(requirement.key) ?? []), sentence])
  }
  return broken
}

const tellLeftOut = ({ level, values }: Members): Explain[] =>
  Object.keys(values)
    .filter((key) => !level.members.has(key) && (!level.isOpen || key === '__proto__'))
    .map((key) => ({
      what: key,
      passed: true,
      actual: values[key] as Json,
      message: 'is not among the fields, so it is left out',
    }))

/** A value of a field, in its place. */
type Subject = { shape: Shape; value: unknown; place: Place; pointer: string }

function examineValue(subject: Subject): Findings {
  const { shape, place, pointer } = subject
  const value = tidy(shape, subject.value, place)
  if (value === undefined) return ABSENT
  const tidied = { ...subject, value }
  if (shape.isList) return examineList(tidied)
  if (shape.level && isObject(value))
    return examineLevel({
      level: shape.level,
      values: value,
      place: within(place),
      pointer,
      label: shape.label,
    })
  return examineSingle(tidied)
}

function examineSingle({ shape, value, place, pointer }: Subject): Findings {
  const { types, constraints, label } = shape
  const coerced = coerce(types, value)
  const isRefused = coerced === REFUSED
  const seen = isRefused ? unwrap(types, value) : coerced
  const complaints = constraints
    .filter((constraint) => !constraint.accepts(seen))
    .map((constraint) => constraint.complaint(seen))
  if (isRefused) complaints.unshift(mustBeOfType(types, seen))
  if (complaints.length > 0)
    return refused(complaints.map((complaint) => toSentence({ label, pointer }, complaint)))
  return coerced === '' && place === 'root' ? ABSENT : FINE
}

function examineList({ shape, value, pointer }: Subject): Findings {
  if (value === null && shape.isNullable) return FINE
  const items = toItems(value)
  const types = shape.isNullable ? ['array', 'null'] : ['array']
  if (!items)
    return refused([toSentence({ label: shape.label, pointer }, mustBeOfType(types, value))])
  const itemShape = toItemShape(shape)
  const found = items.map((item, index) => {
    const at = toPointer(pointer, index)
    return item === undefined
      ? refused([toSentence({ pointer: at }, mustBeOfType(itemShape.types, item))])
      : examineValue({ shape: itemShape, value: item, place: 'item', pointer: at })
  })
  return {
    ...FINE,
    parts: () =>
      found.map(({ own, parts }, index) =>
        toExplain({ what: String(index), shape: itemShape, value: items[index] }, own, parts()),
      ),
    errors: found.flatMap(({ errors }) => errors),
  }
}

function toExplain(
  { what, shape, value }: { what: string; shape: Shape; value: unknown },
  sentences: readonly string[],
  parts: Explain[],
): Explain {
  return {
    what,
    passed: sentences.length === 0 && parts.every(({ passed }) => passed),
    expected: describe(shape),
    ...(value !== undefined && { actual: value as Json }),
    ...(sentences.length > 0 && { message: sentences.join(' ') }),
    ...(parts.length > 0 && { parts }),
  }
}

/** What a field asks for, in words: `list of string`, `string or null, at most 3 characters, required`. */
function describe({ types, constraints, isList, isNullable, isRequired }: Shape): string {
  const type = isList ? `list of ${inWords(types)}${isNullable ? ' or null' : ''}` : inWords(types)
  return [type, ...constraints.map(({ asks }) => asks), ...(isRequired ? ['required'] : [])].join(
    ', ',
  )
}
