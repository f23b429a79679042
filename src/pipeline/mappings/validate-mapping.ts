import { isPlainObject } from '../../kernel/json.ts'
import type { Place } from './directives/check.ts'
import { DIRECTIVES } from './directives.ts'
import {
  describeType,
  hasDirectiveKey,
  MAPPING_LIMITS,
  type MappingProblem,
  quote,
} from './mapping.ts'
import { expandRootDirective, ROOT_KEY, toWrittenPath } from './root-directive.ts'

const PROBLEMS_MAX = 100

/**
 * Everything that makes a mapping invalid, each with its place; empty when it is valid (§3.1 rule 4). What
 * Segment accepts is accepted, except for nesting beyond 48 levels, templates beyond 100,000 characters
 * and members named `__proto__`. Items of arrays and members of literals are not looked at: a bad directive
 * there fails when an event comes to it, and is what `mappingWarnings` tells beforehand.
 */
export function validateMapping(mapping: unknown): MappingProblem[] {
  const problems = structureProblems(mapping)
  if (!isPlainObject(mapping) || problems.length > 0) return problems
  const whole = expandRootDirective(mapping)
  if ('problem' in whole) return [{ path: `/${ROOT_KEY}`, message: whole.problem }]
  checkValue(whole.mapping, placeAt('', problems))
  return problems.map(({ path, message }) => ({ path: toWrittenPath(mapping, path), message }))
}

/** The problems that no part of a mapping may have, be it a directive, an item or within a literal. */
export function structureProblems(mapping: unknown): MappingProblem[] {
  if (!isPlainObject(mapping))
    return [{ path: '/', message: `must be an object, not ${describeType(mapping)}` }]
  const problems: MappingProblem[] = []
  checkStructure(mapping, { path: '', depth: 1 }, problems)
  return problems
}

/** A line for each problem. */
export const listProblems = (problems: readonly MappingProblem[]): string =>
  problems.map(({ path, message }) => `${path} ${message}`).join('\n')

/** Beyond a hundred nobody reads on, and their places could take more memory than the mapping. */
function report(problem: MappingProblem, problems: MappingProblem[]): void {
  if (problems.length < PROBLEMS_MAX) problems.push(problem)
}

function placeAt(path: string, problems: MappingProblem[]): Place {
  const place: Place = {
    report: (message) => report({ path: path || '/', message }, problems),
    at: (name) => placeAt(`${path}/${name}`, problems),
    value: (value) => checkValue(value, place),
  }
  return place
}

function checkValue(value: unknown, place: Place): void {
  if (hasDirectiveKey(value)) checkDirective(value, place)
  else if (isPlainObject(value))
    for (const [name, member] of Object.entries(value)) checkValue(member, place.at(name))
}

function checkDirective(object: Record<string, unknown>, place: Place): void {
  const keys = Object.keys(object).filter((key) => key !== '_metadata')
  const [name = ''] = keys
  if (keys.length > 1) {
    place.report(
      `must have one key that begins with "@" and no other, not ${quote(keys.join(', '))}`,
    )
    return
  }
  const directive = DIRECTIVES.get(name)
  if (directive) directive.check(object[name], place.at(name))
  else place.report(`has an unknown directive: ${quote(name)}`)
}

function checkStructure(
  value: unknown,
  { path, depth }: { path: string; depth: number },
  problems: MappingProblem[],
): void {
  if (typeof value !== 'object' || value === null) return
  if (depth > MAPPING_LIMITS.depthMax) {
    report(
      { path, message: `is nested more than ${MAPPING_LIMITS.depthMax} levels deep` },
      problems,
    )
    return
  }
  for (const [name, member] of Object.entries(value)) {
    const inner = `${path}/${name}`
    if (name === '__proto__') report({ path: inner, message: 'must not have this name' }, problems)
    checkStructure(member, { path: inner, depth: depth + 1 }, problems)
  }
}
