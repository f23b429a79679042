import type { z } from 'zod'

type Issue = z.core.$ZodIssue
export type Subject = 'Payload' | 'Query' | 'Path'

/** `['write_keys', 1, 'key']` as `.write_keys[1].key`. */
const toPropertyPath = (path: readonly PropertyKey[]): string =>
  path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')

const TYPE_NAMES: Record<string, string> = { int: 'integer', record: 'object' }
const toTypeName = (expected: string): string => TYPE_NAMES[expected] ?? expected

const UNITS: Record<string, string> = { string: 'characters', array: 'items' }

/**
 * What is wrong with a request in one sentence that names the field, in the manner of the engine's
 * refusals. `issue` must have been reported together with its input.
 */
export function toSentence(issue: Issue, subject: Subject): string {
  return sentenceAt(issue, issue.path, subject)
}

function sentenceAt(issue: Issue, path: readonly PropertyKey[], subject: Subject): string {
  if (isMissing(issue, path))
    return `${fieldOf(path.slice(0, -1), subject)} should have required property '${String(path.at(-1))}'`
  if (issue.code === 'invalid_union') return unionSentence(issue, path, subject)
  return `${fieldOf(path, subject)} ${complaintOf(issue)}`
}

const fieldOf = (path: readonly PropertyKey[], subject: Subject): string =>
  path.length === 0 ? subject : `Property ${toPropertyPath(path)}`

function isMissing(issue: Issue, path: readonly PropertyKey[]): boolean {
  const isAboutPresence = issue.code === 'invalid_type' || issue.code === 'invalid_value'
  return isAboutPresence && issue.input === undefined && path.length > 0
}

function complaintOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${toTypeName(issue.expected)}`
    case 'invalid_value':
      return allowedValues(issue.values)
    case 'unrecognized_keys':
      return `should not have property '${issue.keys[0]}'`
    case 'too_small':
      return boundSentence('at least', issue.minimum, issue.origin)
    case 'too_big':
      return boundSentence('at most', issue.maximum, issue.origin)
    case 'custom':
      return issue.message
    case 'invalid_format':
      return issue.format === 'regex'
        ? `should match ${issue.pattern}`
        : `should be a valid ${issue.format}`
    default:
      return 'is not valid'
  }
}

const allowedValues = (values: readonly unknown[]): string =>
  `should be equal to one of the allowed values: ${values.map(String).join(', ')}`

function boundSentence(bound: string, value: number | bigint, origin: string): string {
  const unit = UNITS[origin]
  return unit ? `should have ${bound} ${value} ${unit}` : `should be ${bound} ${value}`
}

/** Complains of the alternative that fits best: the one whose first problem lies deepest. */
function unionSentence(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  path: readonly PropertyKey[],
  subject: Subject,
): string {
  if ('options' in issue && issue.options)
    return `${fieldOf(path, subject)} ${allowedValues(issue.options)}`
  const firsts = issue.errors.flatMap((issues) => issues.slice(0, 1))
  const [deepest] = [...firsts].sort((a, b) => b.path.length - a.path.length)
  if (deepest && deepest.path.length > 0)
    return sentenceAt(deepest, [...path, ...deepest.path], subject)
  const types = firsts.flatMap((first) =>
    first.code === 'invalid_type' ? [toTypeName(first.expected)] : [],
  )
  const complaint =
    types.length === firsts.length ? `must be ${types.join(' or ')}` : 'is not valid'
  return `${fieldOf(path, subject)} ${complaint}`
}
