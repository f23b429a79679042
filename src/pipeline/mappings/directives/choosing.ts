import { isPlainObject } from '../../../kernel/json.ts'
import { directiveOf } from '../mapping.ts'
import { literalOrDirective, options, text, textOrDirective } from './check.ts'
import { always, type Directive, fails, inside, type Resolve, type Scope } from './directive.ts'

/** `{"@literal": …}`: a value for what it is; within it directives are resolved. */
export const literal: Directive = {
  check: literalOrDirective,
  compile: (argument, scope) => scope.compile(argument, scope),
}

/** `{"@if": {"exists": …, "then": …, "else": …}}`; `blank` in place of `exists` asks for more. */
export const choice: Directive = {
  check: options({}),
  compile(argument, scope) {
    if (!isPlainObject(argument)) return fails(scope, 'must be an object')
    const holds = compileCondition(argument, scope)
    if (!holds) return fails(scope, 'must have "exists" or "blank"')
    const whenTrue = scope.compile(argument['then'], inside(scope, 'then'))
    // A falsy else counts as none (§3.3): the reference tests it so, and mappings were built on it.
    const whenFalse = argument['else']
      ? scope.compile(argument['else'], inside(scope, 'else'))
      : always(undefined)
    if (isFirstOf(argument) && !scope.observer.watch) return firstOf(whenTrue, whenFalse)
    return (payload) => (holds(payload) ? whenTrue(payload) : whenFalse(payload))
  },
}

/** Whether the value of a path is asked for and then taken, as most mappings have it: it is read once then. */
function isFirstOf({ exists, then }: Record<string, unknown>): boolean {
  const [asked, taken] = [directiveOf(exists), directiveOf(then)]
  return (
    asked?.name === '@path' &&
    taken?.name === '@path' &&
    typeof asked.argument === 'string' &&
    asked.argument === taken.argument
  )
}

const firstOf =
  (first: Resolve, second: Resolve): Resolve =>
  (payload) => {
    const value = first(payload)
    return value !== undefined && value !== null ? value : second(payload)
  }

function compileCondition(
  { exists, blank }: Record<string, unknown>,
  scope: Scope,
): ((payload: unknown) => boolean) | undefined {
  if (!exists && !blank) return undefined
  if (exists !== undefined) {
    const resolve = scope.compile(exists, inside(scope, 'exists'))
    return (payload) => {
      const value = resolve(payload)
      return value !== undefined && value !== null
    }
  }
  const resolve = scope.compile(blank, inside(scope, 'blank'))
  return (payload) => isFilled(resolve(payload))
}

/** False for all that JavaScript takes for an empty string: `""`, `0`, `false`, `[]`, `[[]]`. */
function isFilled(value: unknown): boolean {
  if (value === undefined || value === null) return false
  // biome-ignore lint/suspicious/noDoubleEquals: the loose comparison is the meaning of `blank` (§3.3)
  return value != ''
}

/** `{"@case": {"operator": "lower", "value": …}}`: a string in lower or upper case; other types as they are. */
export const letterCase: Directive = {
  check: options({ operator: { check: text }, value: { check: textOrDirective } }),
  compile(argument, scope) {
    if (!isPlainObject(argument)) return fails(scope, 'must be an object')
    const { operator, value } = argument
    if (!operator) return fails(scope, 'must have "operator"')
    if (!value) return always(undefined)
    const resolve = scope.compile(value, inside(scope, 'value'))
    const change = compileCase(operator, scope)
    return (payload) => {
      const resolved = resolve(payload)
      return typeof resolved === 'string' ? change(resolved) : resolved
    }
  },
}

function compileCase(operator: unknown, scope: Scope): (text: string) => string {
  if (operator === 'lower') return (text) => text.toLowerCase()
  if (operator === 'upper') return (text) => text.toUpperCase()
  const fail = fails(inside(scope, 'operator'), 'must be "lower" or "upper"')
  return (text) => String(fail(text))
}
