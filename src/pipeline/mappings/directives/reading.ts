import { describeType, directiveOf, MAPPING_LIMITS, MappingError } from '../mapping.ts'
import { textOrDirective } from './check.ts'
import { cleanedPart, type Directive, fails, noteRead, type Scope } from './directive.ts'
import { compileSteps, parsePath, parseRootedPath, readSteps, type Steps } from './path.ts'
import { compileTemplate, renderTemplate } from './template.ts'
import { spend } from './work.ts'

/** `{"@path": "$.properties.email"}`: the value at a path, of whatever type. */
export const path: Directive = {
  check: textOrDirective,
  compile(argument, scope) {
    if (typeof argument === 'string') {
      const steps = parseRootedPath(argument)
      noteRead(scope, steps)
      return cleanedPart(scope, compileSteps(steps))
    }
    const text = compileText(argument, scope)
    const parse = remembersLast(parseRootedPath)
    return cleanedPart(scope, (payload) => readSteps(payload, parse(text(payload))))
  },
}

const TOO_LONG = `must be a string of 0 to ${MAPPING_LIMITS.templateCharsMax} characters`
const isTooLong = (value: unknown): boolean =>
  typeof value === 'string' && value.length > MAPPING_LIMITS.templateCharsMax

/** `{"@template": "Viewed {{name}} Page"}`: a text with the values of paths in it. */
export const template: Directive = {
  check(argument, place) {
    textOrDirective(argument, place)
    if (isTooLong(argument)) place.report(TOO_LONG)
  },
  compile(argument, scope) {
    if (isTooLong(argument)) return fails(scope, TOO_LONG)
    const { work } = scope
    const render = compileRender(argument, scope)
    return (payload) => {
      const rendered = render(payload)
      spend(work, rendered.length)
      return rendered
    }
  },
}

function compileRender(argument: unknown, scope: Scope): (payload: unknown) => string {
  if (typeof argument === 'string') {
    const { render, holes } = compileTemplate(argument)
    for (const hole of holes) noteRead(scope, parsePath(hole))
    return render
  }
  const text = compileText(argument, scope)
  return (payload) => renderTemplate(text(payload), payload)
}

/** `parse`, which does not repeat its work for a text that it has just seen. */
function remembersLast(parse: (text: string) => Steps): (text: string) => Steps {
  let lastText: string | undefined
  let lastSteps: Steps = []
  return (text) => {
    if (text !== lastText) {
      lastSteps = parse(text)
      lastText = text
    }
    return lastSteps
  }
}

/** An argument that must resolve to a string. */
export function compileText(argument: unknown, scope: Scope): (payload: unknown) => string {
  const isHopeless = typeof argument !== 'string' && !directiveOf(argument)
  const resolve = isHopeless
    ? fails(scope, `must be a string or a directive, not ${describeType(argument)}`)
    : scope.compile(argument, scope)
  return (payload) => {
    const text = resolve(payload)
    if (typeof text === 'string') return text
    throw new MappingError(`${scope.place} needs a string, not ${describeType(text)}`)
  }
}
