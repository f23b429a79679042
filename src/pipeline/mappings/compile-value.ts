import { isPlainObject } from '../../kernel/json.ts'
import { always, fails, inside, type Resolve, type Scope } from './directives/directive.ts'
import { DIRECTIVES } from './directives.ts'
import { type DirectiveCall, directiveOf, quote } from './mapping.ts'

/** Any part of a mapping as a function of the payload: a directive, an object or array of values, or a literal. */
export function compileValue(value: unknown, scope: Scope): Resolve {
  const resolve = compileBare(value, scope)
  return scope.observer.watch?.(scope.place, value, resolve) ?? resolve
}

function compileBare(value: unknown, scope: Scope): Resolve {
  if (isLiteral(value)) return always(frozenCopy(value))
  const directive = directiveOf(value)
  if (directive) return compileDirective(directive, scope)
  if (Array.isArray(value)) return compileArray(value, scope)
  return compileObject(value as Record<string, unknown>, scope)
}

/** True when there is nothing to resolve in it. */
function isLiteral(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isLiteral)
  return !isPlainObject(value) || (!directiveOf(value) && Object.values(value).every(isLiteral))
}

/** A literal as this mapping's own, so that neither a change of the mapping nor a receiver can alter it. */
function frozenCopy(value: unknown): unknown {
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy))
  if (!isPlainObject(value)) return value
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.freeze(
    Object.fromEntries(members.map(([name, member]) => [name, frozenCopy(member)])),
  )
}

function compileDirective({ name, argument }: DirectiveCall, scope: Scope): Resolve {
  const directive = DIRECTIVES.get(name)
  return directive
    ? directive.compile(argument, inside(scope, name))
    : fails(scope, `has an unknown directive: ${quote(name)}`)
}

function compileArray(items: readonly unknown[], scope: Scope): Resolve {
  const resolves = items.map((item, index) => scope.compile(item, inside(scope, index)))
  return (payload) => resolves.map((resolve) => resolve(payload))
}

function compileObject(object: Record<string, unknown>, scope: Scope): Resolve {
  const members = Object.entries(object).map(([name, value]) => ({
    name,
    resolve: scope.compile(value, inside(scope, name)),
  }))
  const { keepsUndefined } = scope
  return (payload) => {
    const resolved: Record<string, unknown> = {}
    for (const { name, resolve } of members) {
      const value = resolve(payload)
      if (value !== undefined || keepsUndefined) resolved[name] = value
    }
    return resolved
  }
}
