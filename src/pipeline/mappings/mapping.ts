import { isPlainObject } from '../../kernel/json.ts'

/** Something wrong with a mapping; `path` is the place in it: `/customer/email/@path`. */
export type MappingProblem = { path: string; message: string }

/** A mapping that is not valid, or that cannot be resolved for an event. The message says where and why. */
export class MappingError extends Error {
  override readonly name = 'MappingError'
}

export const MAPPING_LIMITS = {
  /** Objects and arrays within each other. What people build has about ten. */
  depthMax: 48,
  templateCharsMax: 100_000,
  liquidCharsMax: 1_000,
  liquidRenderMs: 500,
  liquidMemoryMax: 100_000_000,
  /** Of a pattern of @replace, and of what replaces it. */
  replaceCharsMax: 10,
  /** Per event, in nodes visited and characters written: see work.ts. */
  workMax: 2_000_000,
} as const

const isDirectiveKey = (key: string): boolean => key.startsWith('@')

/** True when some key begins with `@`: an object that means to be a directive, rightly or not. */
export const hasDirectiveKey = (value: unknown): value is Record<string, unknown> =>
  isPlainObject(value) && Object.keys(value).some(isDirectiveKey)

export type DirectiveCall = { name: string; argument: unknown }

/**
 * The directive that an object is resolved as: it has a key that begins with `@`, of which the first counts,
 * and, apart from the `_metadata` of a mapping editor, no other kind of key (§3.1 rule 2). Undefined for
 * every other value.
 */
export function directiveOf(value: unknown): DirectiveCall | undefined {
  if (!hasDirectiveKey(value)) return undefined
  const keys = Object.keys(value).filter((key) => key !== '_metadata')
  const [name = ''] = keys
  return keys.every(isDirectiveKey) ? { name, argument: value[name] } : undefined
}

/** The type of a value as a sentence names it: `a string`, `an array`, `null`. */
export function describeType(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** The beginning of a text, as a message quotes it. */
export const quote = (text: string): string =>
  JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)

/** Sets a member, also one named `__proto__`, which an assignment would take for the prototype. */
export function setMember(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__')
    Object.defineProperty(object, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  else object[name] = value
}
