import { isPlainObject } from '../../../kernel/json.ts'
import { describeType, directiveOf, MappingError } from '../mapping.ts'
import { type Check, objectOrDirective, options, textOrDirective } from './check.ts'
import {
  cleanedPart,
  type Directive,
  fails,
  inside,
  noteRead,
  pathInEvent,
  type Resolve,
  type Scope,
} from './directive.ts'
import { compileSteps, parseRootedPath } from './path.ts'
import { countNodes, spend, spendOn } from './work.ts'

const checkArrayPath: Check = (argument, place) => {
  if (!Array.isArray(argument)) {
    place.report(`must be an array, not ${describeType(argument)}`)
    return
  }
  textOrDirective(argument[0], place.at(0))
  place.at(1).value(argument[1])
}

/**
 * `{"@arrayPath": ["$.properties.products", {"id": {"@path": "$.product_id"}}]}`: each item of a list in
 * another shape. Within the shape, paths begin at the item; the event cannot be seen.
 */
export const arrayPath: Directive = {
  check: checkArrayPath,
  compile(argument, scope) {
    if (!Array.isArray(argument)) return fails(scope, 'must be an array')
    const [list, shape] = argument
    const { resolve, ...found } = compileList(list, scope)
    const parts: Scope = { ...scope, isPayloadRaw: found.isRaw }
    if (!isPlainObject(shape) || Object.keys(shape).length === 0) return cleanedPart(parts, resolve)

    const origin = found.path === undefined ? undefined : `${found.path}[]`
    const resolveItem = scope.compile(shape, inside(parts, 1, { origin }))
    const weight = countNodes(shape)
    const { work } = scope
    return (payload) => {
      const value = resolve(payload)
      const items = isPlainObject(value) ? [value] : value
      if (!Array.isArray(items)) return value
      spend(work, items.length * weight)
      return items.map((item) => resolveItem(item))
    }
  },
}

/** The list itself; `isRaw` when its objects may hold undefined members; `path` where in the event it is. */
type List = { resolve: Resolve; isRaw: boolean; path: string | undefined }

function compileList(list: unknown, scope: Scope): List {
  const directive = directiveOf(list)
  const path = directive?.name === '@path' ? directive.argument : list
  if (typeof path === 'string') {
    const steps = parseRootedPath(path)
    noteRead(scope, steps)
    return {
      resolve: compileSteps(steps),
      isRaw: scope.isPayloadRaw,
      path: pathInEvent(scope, steps),
    }
  }
  const resolve = scope.compile(list, inside(scope, 0, { keepsUndefined: true }))
  return { resolve, isRaw: true, path: undefined }
}

/**
 * `{"@transform": {"apply": …, "mapping": …}}`: a mapping of what another mapping made. Within `mapping`,
 * paths begin at the result of `apply`; the event cannot be seen.
 */
export const transform: Directive = {
  check: options({
    apply: { check: objectOrDirective, isRequired: true },
    mapping: { check: objectOrDirective, isRequired: true },
  }),
  compile(argument, scope) {
    if (!isPlainObject(argument)) return fails(scope, 'must be an object')
    const { apply, mapping } = argument
    if (!mapping) return fails(scope, 'must have "mapping"')
    if (!isPlainObject(apply)) return fails(scope, 'must have an object "apply"')
    const resolveApply = scope.compileWhole(
      apply,
      inside(scope, 'apply', { keepsUndefined: false }),
    )
    const resolveMapping = scope.compile(
      mapping,
      inside(scope, 'mapping', { isPayloadRaw: false, origin: undefined }),
    )
    return (payload) => {
      const applied = resolveApply(objectOf(payload, scope))
      spendOn(scope.work, applied)
      return resolveMapping(applied)
    }
  },
}

/** As for a whole mapping, the payload must be an object; without one it is empty. */
function objectOf(payload: unknown, scope: Scope): object {
  if (payload === undefined) return {}
  if (isPlainObject(payload)) return payload
  throw new MappingError(`${scope.place} needs an object, not ${describeType(payload)}`)
}
