import { isPlainObject } from '../../../kernel/json.ts'
import { MAPPING_LIMITS } from '../mapping.ts'
import { flag, options, textOfLength, textOrDirective } from './check.ts'
import { always, type Directive, fails, inside, type Scope } from './directive.ts'
import { spend } from './work.ts'

type Pair = { pattern: string; replacement: string }
type Flags = { ignorecase: boolean; global: boolean }

const CHARS_MAX = MAPPING_LIMITS.replaceCharsMax

/** `{"@replace": {"value": …, "pattern": "-", "replacement": "_"}}`: other words in a text, by up to two pairs. */
export const replace: Directive = {
  check: options({
    value: { check: textOrDirective, isRequired: true },
    pattern: { check: textOfLength(1, CHARS_MAX), isRequired: true },
    replacement: { check: textOfLength(0, CHARS_MAX) },
    ignorecase: { check: flag },
    global: { check: flag },
  }),
  compile(argument, scope) {
    if (!isPlainObject(argument)) return fails(scope, 'must be an object')
    if (!argument['pattern']) return fails(scope, 'must have "pattern"')
    if (!argument['value']) return always(undefined)
    const replaceAll = compilePairs(argument, scope)
    const resolve = scope.compile(argument['value'], inside(scope, 'value'))
    return (payload) => {
      const text = toText(resolve(payload))
      // What is neither text nor number nor boolean becomes an empty text (§3.3).
      return text === undefined ? '' : replaceAll(text)
    }
  },
}

const toText = (value: unknown): string | undefined => {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' ? value : undefined
}

type Replace = (text: string) => string

function compilePairs(argument: Record<string, unknown>, scope: Scope): Replace {
  const ignorecase = argument['ignorecase'] ?? false
  const global = argument['global'] ?? true
  const first = pairOf(argument['pattern'], argument['replacement'])
  if (!first || typeof ignorecase !== 'boolean' || typeof global !== 'boolean') return () => ''

  const second = pairOf(argument['pattern2'] || undefined, argument['replacement2'])
  const pairs = second ? [first, second] : [first]
  if (pairs.some(isTooLong)) {
    const fail = fails(
      scope,
      `must have patterns and replacements of at most ${CHARS_MAX} characters`,
    )
    return (text) => String(fail(text))
  }
  const replaces = pairs.map((pair) => compilePair(pair, { ignorecase, global }))
  return (text) =>
    replaces.reduce((replaced, replaceNext) => {
      const next = replaceNext(replaced)
      spend(scope.work, next.length)
      return next
    }, text)
}

function pairOf(pattern: unknown, replacement: unknown): Pair | undefined {
  const by = replacement ?? ''
  return typeof pattern === 'string' && typeof by === 'string'
    ? { pattern, replacement: by }
    : undefined
}

const isTooLong = ({ pattern, replacement }: Pair): boolean =>
  pattern.length > CHARS_MAX || replacement.length > CHARS_MAX

/** Both sides are taken literally: `$&` in a replacement is two characters (D-11). */
function compilePair({ pattern, replacement }: Pair, { ignorecase, global }: Flags): Replace {
  const by = (): string => replacement
  if (ignorecase) {
    const literally = pattern.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    const found = new RegExp(literally, global ? 'gi' : 'i')
    return (text) => text.replace(found, by)
  }
  if (!global) return (text) => text.replace(pattern, by)
  // Where nothing in it has a meaning, the replacement itself is faster than a function that returns it.
  return replacement.includes('$')
    ? (text) => text.replaceAll(pattern, by)
    : (text) => text.replaceAll(pattern, replacement)
}
