import type { Json, JsonObject } from '../../kernel/json.ts'
import { coerce, isObject, REFUSED, type Refused } from './coerce.ts'
import { findBroken } from './compile-requirements.ts'
import { examine } from './examine.ts'
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
  const accept = level.members.size > 0 ? compileLevel(level, 'root') : asItIs
  return (payload) => {
    const value = isObject(payload) ? accept(payload) : REFUSED
    if (value !== REFUSED) return { ok: true, value }
    // Few payloads are refused, so the reasons are worked out apart from the answer.
    return { ok: false, errors: examine(level, payload).errors }
  }
}

/** The value as it will be sent, undefined when it counts as absent. */
type Accept = (value: unknown) => Json | undefined | Refused

type Members = { [key: string]: Json }

type AcceptObject = (values: Record<string, unknown>) => Members | Refused

const asItIs: AcceptObject = (values) => values as Members

type Member = {
  key: string
  /** 1 when it is required. */
  weight: number
  accept: Accept
  /** Any text is accepted as it is, the empty string excepted. */
  takesText: boolean
  /** The member that came after this one last time: payloads of one mapping have their keys in one order. */
  next: Member
}

function compileLevel(level: Level, place: Place): AcceptObject {
  const walk = toWalk(level, place)
  if (level.requirements.length === 0) return (values) => acceptMembers(walk, values)
  return (values) =>
    meetsRequirements(level, values, place) ? acceptMembers(walk, values) : REFUSED
}

function acceptMembers(walk: Walk, values: Record<string, unknown>): Members | Refused {
  let member = walk.start
  let weight = 0
  let changes: Change[] | undefined
  for (const key in values) {
    const value = values[key] as Json
    member = member.next.key === key ? member.next : walk.find(key, member)
    weight += member.weight
    if (member.takesText && typeof value === 'string' && value.length > 0) continue
    const accepted = member.accept(value)
    if (accepted === value && accepted !== undefined) continue
    if (accepted === REFUSED) return REFUSED
    if (accepted === undefined) weight -= member.weight
    changes ??= []
    changes.push({ key, accepted })
  }
  if (weight < walk.weightOfAll) return REFUSED
  return changes ? change(values as Members, changes) : (values as Members)
}

/** What a member that does not stay as it is becomes; it goes where that is undefined. */
type Change = { key: string; accepted: Json | undefined }

/** A copy of `values` with `changes`, its keys in the same order. */
function change(values: Members, changes: readonly Change[]): Members {
  const copy = { ...values }
  for (const { key, accepted } of changes) if (accepted !== undefined) copy[key] = accepted
  const leftOut = new Set(changes.filter(({ accepted }) => accepted === undefined).map(({ key }) => key))
  return leftOut.size > 0 ? copyWithout(leftOut, copy) : copy
}

function meetsRequirements(level: Level, values: Record<string, unknown>, place: Place): boolean {
  const see = toSee(level, values, place)
  return level.requirements.every((requirement) => findBroken(requirement, see) === undefined)
}

/** The members of a level as they are walked through. */
type Walk = {
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
      takesText: takesText(shape),
    })
  const undeclared = toMember('', level.isOpen ? (value) => value as Json : leaveOut, proto)
  const find = (key: string, previous: Member): Member => {
    const member = members.get(key)
    if (member === undefined) return undeclared
    previous.next = member
    return member
  }
  const weightOfAll = [...members.values()].reduce((sum, { weight }) => sum + weight, 0)
  return { start: toMember('', leaveOut, proto), find, weightOfAll }
}

const leaveOut: Accept = () => undefined

function toMember(key: string, accept: Accept, next?: Member): Member {
  const member = { key, weight: 0, accept, takesText: false } as Member
  member.next = next ?? member
  return member
}

const takesText = ({ isList, constraints, types }: Shape): boolean =>
  !isList && constraints.length === 0 && types[0] === 'string'

function copyWithout(leftOut: ReadonlySet<string>, values: Members): Members {
  const copy: Members = {}
  for (const key in values) if (!leftOut.has(key)) copy[key] = values[key] as Json
  return copy
}

function compileShape(shape: Shape, place: Place): Accept {
  if (shape.isList) return compileList(shape, place)
  const accept = compileValue(shape, place)
  if (!shape.types.includes('object')) return accept
  const acceptObject = shape.level ? compileLevel(shape.level, within(place)) : asItIs
  return (value) => (isObject(value) ? acceptObject(value) : accept(value))
}

function compileValue(shape: Shape, place: Place): Accept {
  const { types, constraints } = shape
  return (value) => {
    if (value === null && shape.isNullable) return null
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
