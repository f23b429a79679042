import { isPlainObject } from '../../../kernel/json.ts'
import { setMember } from '../mapping.ts'

/**
 * `value` without the undefined members of its objects, at every depth (§3.1 rule 5). Items of arrays
 * stay, undefined ones too. What holds none, which is most, is returned itself and not copied.
 */
export const dropUndefined = (value: unknown): unknown =>
  holdsUndefined(value) ? copyWithout(value) : value

function holdsUndefined(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(holdsUndefined)
  // JSON inherits no enumerable names, and `for … in` needs no list of them.
  for (const name in value) {
    const member = (value as Record<string, unknown>)[name]
    if (member === undefined || holdsUndefined(member)) return true
  }
  return false
}

function copyWithout(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyWithout)
  if (!isPlainObject(value)) return value
  const kept: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value))
    if (member !== undefined) setMember(kept, name, copyWithout(member))
  return kept
}
