import { isPlainObject } from '../../kernel/json.ts'
import type { FilterEvent } from './filter.ts'

/**
 * The own member of `event` that `path` leads to; undefined when there is none. The elements of a list are its
 * members 0, 1, 2 …; nothing that values inherit is found.
 */
export function findMember(event: FilterEvent, path: readonly string[]): unknown {
  let value: unknown = event
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    // Lists own their length, which is no part of the event.
    if (name === 'length' && Array.isArray(value)) return undefined
    value = (value as Record<string, unknown>)[name]
  }
  return value
}

/** The names of types in the language (§2.3 rule 4); for an object, which the language only passes on, `object`. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'list'
  return typeof value === 'boolean' ? 'bool' : typeof value
}

/** Whether two values have the same type and the same content (§2.3 rule 4); null and missing are one. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, at) => isEqual(item, right[at]))
  if (isPlainObject(left) && isPlainObject(right)) {
    const names = Object.keys(left)
    return (
      names.length === Object.keys(right).length &&
      names.every((name) => Object.hasOwn(right, name) && isEqual(left[name], right[name]))
    )
  }
  return (left ?? null) === null && (right ?? null) === null
}

/** Whether `operator` holds between two numbers; for anything else it does not. */
export function compareNumbers(operator: string, left: unknown, right: unknown): boolean {
  if (typeof left !== 'number' || typeof right !== 'number') return false
  if (operator === '<') return left < right
  if (operator === '<=') return left <= right
  return operator === '>' ? left > right : left >= right
}
