import type { Json, JsonObject } from '../../kernel/json.ts'
import { coerce, isObject, REFUSED, type Refused } from './coerce.ts'
import { findBroken } from './compile-requirements.ts'
import { examine } from './explain-fields.ts'
import type { FieldDefinitions } from './field.ts'
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

export type FieldsResult = { ok: true; value: JsonObject } | { ok: false; errors: string[] }

/** What fields make of a payload. Never throws, whatever the payload is. */
export type CompiledFields = (payload: unknown) => FieldsResult

/**
 * Compiles `fields` into steps 2 to 4 of §5.4: empty values are removed, single values put in lists where
 * lists are wanted, values turned into the types that are asked for, undeclared keys left out; what then
 * does not fit is refused with the sentences of §5.5, in the order of the definition.
 *
 * The payload is never changed. What needs no change is not copied: the value of a good payload may be the
 * payload itself. Its keys keep their order. Without fields nothing is checked (§5.2.1).
 *
 * Throws `FieldDefinitionError` when `fields` cannot be understood.
 */
export function compileFields(fields: FieldDefinitions): CompiledFields {
  const level = toLevel(fields)
  const walk = toWalk(level, 'root')
  const accept = (payload: Members): Members | Refused =>
    level.members.size > 0 ? acceptMembers(walk, payload) : payload
  return (payload) => {
    const value = isObject(payload) ? accept(payload as Members) : REFUSED
    if (value !== REFUSED) return { ok: true, value }
    // Few payloads are refused, so the reasons are worked out apart from the answer.
    return { ok: false, errors: examine(level, payload).errors }
  }
}

type Members = { [key: string]: Json }

/** The value as it will be sent, undefined when it counts as absent. */
type Accept = (value: unknown) => Json | undefined | Refused

type Member = {
  key: string
  accept: Accept
  /** 1 when it is required. */
  weight: number
  /** Any text but the empty one is accepted as it is. */
  takesText: boolean
  /** The member that came after this one last time: payloads of one mapping have their keys in one order. */
  next: Member
}

/** The members of a level, as they are walked through. */
type Walk = {
  level: Level
  place: Place
  /** Stands before the first member. */
  start: Member
  /** The member with a key; remembers that it came after `previous`. */
  find(key: string, previous: Member): Member
  /** What the required members weigh together. */
  weightOfAll: number
}

function toWalk(level: Level, place: Place): Walk {
  const members = new Map<string, Member>()
  // Left out of open objects too: an assignment to this key would change the prototype of the copy.
  const proto = toMember('__proto__', leaveOut)
  members.set(proto.key, proto)
  for (const [key, shape] of level.members)
    members.set(key, {
      ...toMember(key, compileShape(shape, place), proto),
      weight: shape.isRequired ? 1 : 0,
      takesText: isFreeText(shape),
    })
  const undeclared = toMember('', level.isOpen ? (value) => value as Json : leaveOut, proto)
  const find = (key: string, previous: Member): Member => {
    const member = members.get(key)
    if (member === undefined) return undeclared
    previous.next = member
    return member
  }
  const weightOfAll = [...members.values()].reduce((sum, { weight }) => sum + weight, 0)
  return { level, place, start: toMember('', leaveOut, proto), find, weightOfAll }
}

const leaveOut: Accept = () => undefined

function toMember(key: string, accept: Accept, next?: Member): Member {
  const member = { key, accept, weight: 0, takesText: false } as Member
  member.next = next ?? member
  return member
}

/**
 * The hot loop. It stays free of whatever runs for every key and is not needed for most: good text passes
 * without a call, and nothing is copied before something changes.
 */
function acceptMembers(walk: Walk, values: Members): Members | Refused {
  let member = walk.start
  let weight = 0
  let gaps = 0
  let copy: JsonObject | undefined
  for (const key in values) {
    const value = values[key]
    member = member.next.key === key ? member.next : walk.find(key, member)
    weight += member.weight
    if (member.takesText && typeof value === 'string' && value.length > 0) continue
    const accepted = member.accept(value)
    if (accepted === REFUSED) return REFUSED
    if (accepted === undefined) {
      gaps += 1
      weight -= member.weight
    } else if (accepted === value) continue
    copy ??= { ...values }
    copy[key] = accepted
  }
  if (!isComplete(walk, weight, values)) return REFUSED
  if (copy === undefined) return values
  return gaps > 0 ? withoutGaps(copy) : (copy as Members)
}

function withoutGaps(values: JsonObject): Members {
  const copy: Members = {}
  for (const key in values) {
    const value = values[key]
    if (value !== undefined) copy[key] = value
  }
  return copy
}

function isComplete({ level, place, weightOfAll }: Walk, weight: number, values: Members): boolean {
  if (weight < weightOfAll) return false
  if (level.requirements.length === 0) return true
  const see = toSee(level, values, place)
  return level.requirements.every((requirement) => findBroken(requirement, see) === undefined)
}

function compileShape(shape: Shape, place: Place): Accept {
  if (shape.isList) return compileList(shape, place)
  if (shape.types.includes('object')) return compileObject(shape, place)
  return isFreeText(shape) ? compileFreeText(shape, place) : compileValue(shape, place)
}

function compileObject(shape: Shape, place: Place): Accept {
  const { level } = shape
  const accept = compileValue(shape, place)
  if (!level) return (value) => (isObject(value) ? (value as Members) : accept(value))
  const walk = toWalk(level, within(place))
  return (value) => (isObject(value) ? acceptMembers(walk, value as Members) : accept(value))
}

/** Text of any kind: most fields are. */
const isFreeText = ({ isList, constraints, types }: Shape): boolean =>
  !isList && constraints.length === 0 && types.every((type) => type === 'string' || type === 'null')

/** What `compileValue` would say, sooner. */
function compileFreeText(shape: Shape, place: Place): Accept {
  const accept = compileValue(shape, place)
  return (value) => {
    if (typeof value === 'number') return String(value)
    return value === null && shape.isNullable ? null : accept(value)
  }
}

function compileValue(shape: Shape, place: Place): Accept {
  const { types, constraints } = shape
  return (value) => {
    const tidied = tidy(shape, value, place)
    if (tidied === undefined) return undefined
    const coerced = coerce(types, tidied)
    if (coerced === REFUSED) return REFUSED
    for (const constraint of constraints) if (!constraint.accepts(coerced)) return REFUSED
    return coerced === '' && place === 'root' ? undefined : coerced
  }
}

function compileList(shape: Shape, place: Place): Accept {
  const acceptItem = compileShape(toItemShape(shape), 'item')
  return (value) => {
    const tidied = tidy(shape, value, place)
    if (tidied === undefined || (tidied === null && shape.isNullable)) return tidied
    const items = toItems(tidied)
    return items ? acceptItems(items, acceptItem) : REFUSED
  }
}

function acceptItems(items: unknown[], acceptItem: Accept): Json | Refused {
  let changed: Json[] | undefined
  for (const [index, item] of items.entries()) {
    const accepted = acceptItem(item)
    if (accepted === REFUSED || accepted === undefined) return REFUSED
    if (accepted !== item) changed ??= items.slice(0, index) as Json[]
    changed?.push(accepted)
  }
  return changed ?? (items as Json[])
}
