import { type Problem, refuse, take } from '../../../kernel/text-cursor.ts'
import { FIELD_NAMES, FIELDS, isField } from '../field.ts'
import { isOperator, isStateOperator, type TriggerOperator } from '../operator.ts'
import type { TriggerAst, TriggerNode, TriggerSubject } from '../trigger.ts'
import { excerpt } from './excerpt.ts'
import { type StrictCursor, takeConnective, takeLiteral, takeNames } from './strict-cursor.ts'
import { type Literal, toCondition } from './to-condition.ts'

export type StrictReading =
  /** `mixedAt`: where a list begins to mix `and` and `or`; here `and` binds tighter. */
  { ok: true; ast: TriggerAst; mixedAt: number | undefined } | ({ ok: false } & Problem)

const EMPTY: Problem = { message: 'The trigger is empty', position: 0 }
const NESTING_MAX = 64
const OPEN = /\(/y
const CLOSE = /\)/y
const COMMA = /,/y
const END = /$/y
const FUNCTION = /(?:!\s*)?(?:contains|match)\s*\(/y
const SIGN = /!=|<=|>=|=|<|>/y

/**
 * `source` as a language without surprises: parentheses nest, every field may be asked for, functions may
 * stand in parentheses, and nothing is skipped: what is not understood is a problem with its place.
 */
export function readStrictly(source: string): StrictReading {
  const cursor: StrictCursor = { source, at: 0, depth: 0, problem: undefined, mixedAt: undefined }
  const node = take(cursor, END) === undefined ? readList(cursor) : undefined
  if (node && take(cursor, END) === undefined)
    refuse(cursor, 'Expected "and", "or" or the end of the trigger')
  if (!node || cursor.problem) return { ok: false, ...(cursor.problem ?? EMPTY) }
  const ast: TriggerAst =
    node.kind === 'group' ? node : { kind: 'group', operator: 'and', children: [node] }
  return { ok: true, ast, mixedAt: cursor.mixedAt }
}

function readList(cursor: StrictCursor): TriggerNode | undefined {
  const alternatives: TriggerNode[][] = []
  let last: 'and' | 'or' | undefined
  for (;;) {
    const item = readItem(cursor)
    if (!item) return undefined
    if (last === 'and') alternatives.at(-1)?.push(item)
    else alternatives.push([item])
    const connective = takeConnective(cursor)
    if (!connective) break
    if (last && connective !== last) cursor.mixedAt ??= cursor.at - connective.length
    last = connective
  }
  return toGroup(
    'or',
    alternatives.map((items) => toGroup('and', items)),
  )
}

/** A group of `nodes`, or the only one. */
function toGroup(operator: 'and' | 'or', nodes: readonly TriggerNode[]): TriggerNode {
  const [only] = nodes
  return only && nodes.length === 1 ? only : { kind: 'group', operator, children: nodes }
}

function readItem(cursor: StrictCursor): TriggerNode | undefined {
  if (take(cursor, OPEN) !== undefined) return readParentheses(cursor)
  const from = cursor.at
  const name = take(cursor, FUNCTION)
  return name === undefined ? readCondition(cursor) : readFunction(cursor, name, from)
}

function readParentheses(cursor: StrictCursor): TriggerNode | undefined {
  const position = cursor.at - 1
  if (cursor.depth === NESTING_MAX)
    return refuse(cursor, `Parentheses nest at most ${NESTING_MAX} deep`, position)
  cursor.depth += 1
  const node = readList(cursor)
  cursor.depth -= 1
  if (!node) return undefined
  if (take(cursor, CLOSE) === undefined)
    return cursor.at === cursor.source.length
      ? refuse(cursor, 'The parenthesis is never closed', position)
      : refuse(cursor, 'Expected "and", "or" or )')
  return node
}

function readCondition(cursor: StrictCursor): TriggerNode | undefined {
  const from = cursor.at
  const subject = readSubject(cursor)
  const operator = subject && readOperator(cursor)
  if (!operator) return undefined
  const literal = takeLiteral(cursor)
  // `userId exists` needs no value; one that is there is passed over, as in the loose reading.
  if (literal === undefined && !isStateOperator(operator))
    return refuse(cursor, 'Expected a value: a text in quotes, a number, true, false or null')
  return toNode(cursor, from, toCondition(subject, operator, literal ?? null))
}

function readSubject(cursor: StrictCursor): TriggerSubject | undefined {
  const from = cursor.at
  const [field, ...path] = takeNames(cursor) ?? []
  if (field === undefined) return refuse(cursor, 'Expected a condition, such as type = "track"')
  if (!isField(field))
    return refuse(
      cursor,
      `${excerpt(field)} is not a field; fields are ${FIELD_NAMES.join(', ')}`,
      from,
    )
  const { hasMembers } = FIELDS[field]
  if (hasMembers && path.length === 0)
    return refuse(cursor, `Name a member of ${field}, such as ${field}.plan`, from)
  if (!hasMembers && path.length > 0) return refuse(cursor, `${field} has no members`, from)
  return { field, path }
}

function readOperator(cursor: StrictCursor): TriggerOperator | undefined {
  const sign = take(cursor, SIGN)
  const from = cursor.at
  const operator = sign ?? takeNames(cursor)?.join('.') ?? ''
  if (isOperator(operator)) return operator
  return refuse(
    cursor,
    'Expected an operator: =, !=, <, <=, >, >= or a word such as contains',
    from,
  )
}

function readFunction(cursor: StrictCursor, name: string, from: number): TriggerNode | undefined {
  take(cursor, /\s*/y)
  const subject = readSubject(cursor)
  if (!subject) return undefined
  if (take(cursor, COMMA) === undefined) return refuse(cursor, 'Expected a comma')
  take(cursor, /\s*/y)
  const position = cursor.at
  const literal = takeLiteral(cursor)
  if (literal === undefined) return refuse(cursor, 'Expected a value: a text in quotes')
  const pattern = name.includes('match') ? toPattern(String(literal)) : toContains(literal)
  if (!pattern) return refuse(cursor, 'A pattern has one *, at its start or at its end', position)
  if (take(cursor, CLOSE) === undefined) return refuse(cursor, 'Expected )')
  const operator = name.startsWith('!') ? (`not_${pattern.operator}` as const) : pattern.operator
  return toNode(cursor, from, toCondition(subject, operator, pattern.value))
}

const toContains = (literal: Literal) => ({ operator: 'contains' as const, value: String(literal) })

function toPattern(text: string) {
  const isStart = text.endsWith('*')
  if (!isStart && !text.startsWith('*')) return undefined
  const value = isStart ? text.slice(0, -1) : text.slice(1)
  if (value.includes('*')) return undefined
  return { operator: isStart ? ('starts_with' as const) : ('ends_with' as const), value }
}

const toNode = (
  { source, at }: StrictCursor,
  from: number,
  condition: TriggerNode | undefined,
): TriggerNode => condition ?? { kind: 'never', text: source.slice(from, at) }
