import { isPlainObject } from '../../../kernel/json.ts'
import { setMember } from '../mapping.ts'
import {
  anything,
  listOf,
  literalOrDirective,
  objectOrDirective,
  oneOf,
  options,
  text,
} from './check.ts'
import { cleaned, type Directive, fails, inside, type Resolve, type Scope } from './directive.ts'
import { dropUndefined } from './drop-undefined.ts'
import { compileText } from './reading.ts'
import { spend, type Work } from './work.ts'

type Members = Record<string, unknown>

/** `{"@flatten": {"value": …, "separator": "."}}`: an object of objects as one of a single level. */
export const flatten: Directive = {
  check: options({
    value: { check: anything, isRequired: true },
    separator: { check: text },
    omitArrays: { check: anything },
  }),
  compile(argument, scope) {
    if (!isPlainObject(argument)) return fails(scope, 'must be an object')
    if (!argument['separator']) return fails(scope, 'must have "separator"')
    const separator = compileText(argument['separator'], inside(scope, 'separator'))
    const value = scope.compile(argument['value'], inside(scope, 'value', { keepsUndefined: true }))
    const keepsArrays = Boolean(argument['omitArrays'])
    const { work, keepsUndefined } = scope
    return (payload) => {
      const how = { separator: separator(payload), keepsArrays, work, mayHoldUndefined: false }
      const flat: Members = {}
      flattenInto(flat, '', value(payload), how)
      return how.mayHoldUndefined && !keepsUndefined ? dropUndefined(flat) : flat
    }
  },
}

type Flattening = {
  separator: string
  keepsArrays: boolean
  work: Work
  /** Set by what is undefined or has parts that may be: most results need not be searched for it. */
  mayHoldUndefined: boolean
}

function flattenInto(flat: Members, name: string, value: unknown, how: Flattening): void {
  spend(how.work, 1 + name.length)
  const prefix = name ? name + how.separator : ''
  if (Array.isArray(value) && !how.keepsArrays) flattenItems(flat, prefix, { items: value, how })
  else if (isPlainObject(value))
    for (const key in value) flattenInto(flat, prefix + key, value[key], how)
  else {
    how.mayHoldUndefined ||= mayHoldUndefined(value)
    setMember(flat, name, value)
  }
}

const mayHoldUndefined = (value: unknown): boolean =>
  value === undefined || (typeof value === 'object' && value !== null)

/** As `for … in` would go through them, which takes far longer for lists. */
function flattenItems(
  flat: Members,
  prefix: string,
  { items, how }: { items: readonly unknown[]; how: Flattening },
): void {
  for (let at = 0; at < items.length; at += 1)
    if (at in items) flattenInto(flat, prefix + at, items[at], how)
}

/** `{"@merge": {"direction": "right", "objects": […]}}`: one object of several; to the right, later ones win. */
export const merge: Directive = {
  check: options({
    direction: { check: oneOf('left', 'right') },
    objects: { check: listOf(objectOrDirective), isRequired: true },
  }),
  compile(argument, scope) {
    if (!isPlainObject(argument)) return fails(scope, 'must be an object')
    const { direction, objects } = argument
    if (!direction) return fails(scope, 'must have "direction"')
    if (!Array.isArray(objects)) return fails(scope, 'must have an array of "objects"')
    const resolveDirection = scope.compile(direction, inside(scope, 'direction'))
    const parts = objects.map((object, index) =>
      scope.compile(object, inside(scope, `objects/${index}`, { keepsUndefined: true })),
    )
    return cleaned(scope, (payload) => {
      const values = parts.map((resolve) => resolve(payload))
      return mergeAll(resolveDirection(payload) === 'left' ? values.reverse() : values, scope.work)
    })
  },
}

/** Strings and arrays are merged by index; numbers, booleans and null add nothing (§3.3, `@merge`). */
function mergeAll(values: readonly unknown[], work: Work): Members {
  const merged: Members = {}
  for (const value of values) {
    for (const name in value as Members) {
      spend(work, 1)
      setMember(merged, name, (value as Members)[name])
    }
  }
  return merged
}

/** `{"@excludeWhenNull": …}`: without what is null, in objects within objects too, but not within arrays. */
export const excludeWhenNull: Directive = {
  check: literalOrDirective,
  compile(argument, scope) {
    const resolve = scope.compile(argument, scope)
    return (payload) => {
      const value = resolve(payload)
      return value === null ? undefined : withoutNulls(value, scope)
    }
  },
}

function withoutNulls(value: unknown, scope: Scope): unknown {
  if (!holdsNull(value)) return value
  const kept: Members = {}
  for (const [name, member] of Object.entries(value)) {
    const left = member === null ? undefined : withoutNulls(member, scope)
    if (left !== undefined || scope.keepsUndefined) setMember(kept, name, left)
  }
  return kept
}

function holdsNull(value: unknown): value is Members {
  if (!isPlainObject(value)) return false
  for (const name in value) {
    const member = value[name]
    if (member === null || holdsNull(member)) return true
  }
  return false
}

/** `{"@json": {"mode": "encode", "value": …}}`: a value as JSON text; `decode` reads one. */
export const json: Directive = {
  check: options({
    value: { check: anything, isRequired: true },
    mode: { check: oneOf('encode', 'decode'), isRequired: true },
  }),
  compile(argument, scope) {
    if (!isPlainObject(argument)) return fails(scope, 'must be an object')
    const { mode, value } = argument
    if (!mode) return fails(scope, 'must have "mode"')
    // Also one that is there but falsy counts as none, like an empty string (§3.3).
    if (!value) return fails(scope, 'must have "value"')
    const resolve = scope.compile(value, inside(scope, 'value'))
    if (mode === 'encode') return encoded(resolve, scope.work)
    if (mode === 'decode') return (payload) => decode(resolve(payload))
    // `ENCODE` is a valid mode of no effect (§3.5 js8).
    return (payload) => void resolve(payload)
  },
}

const encoded =
  (resolve: Resolve, work: Work): Resolve =>
  (payload) => {
    const encodedValue = JSON.stringify(resolve(payload))
    spend(work, encodedValue?.length ?? 0)
    return encodedValue
  }

function decode(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
