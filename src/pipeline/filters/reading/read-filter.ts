import { type Problem, refuse, startOfNext, take } from '../../../kernel/text-cursor.ts'
import { LIMITS } from '../../../platform/limits.ts'
import { type FilterNode, type FilterOperator, FUNCTIONS } from '../filter.ts'
import { type FilterCursor, nested } from './filter-cursor.ts'
import { readOperand } from './read-operand.ts'

export type FilterReading = { ok: true; ast: FilterNode } | ({ ok: false } & Problem)

const OPERATOR = /!=|<=|>=|=|<|>|in(?![A-Za-z0-9_\\.-])/y
const CONNECTIVE = { and: /and(?![A-Za-z0-9_\\.-])/y, or: /or(?![A-Za-z0-9_\\.-])/y }
const NOT = /!(?!=)/y
const END = /$/y

/** Every event. The reference writes this word where no condition is asked for; elsewhere it is a path. */
const ALL = 'all'

/** What `text` says, or the first thing that is wrong with it. Takes time linear in the text. */
export function readFilter(text: string): FilterReading {
  if (Buffer.byteLength(text) > LIMITS.filterBytesMax)
    return {
      ok: false,
      message: `A filter has at most ${LIMITS.filterBytesMax} bytes`,
      position: text.length,
    }
  const cursor: FilterCursor = { source: text, at: 0, depth: 0, problem: undefined }
  if (take(cursor, END) !== undefined)
    return { ok: false, message: 'The filter is empty', position: 0 }
  if (text.trim() === ALL) return { ok: true, ast: { kind: 'value', value: true } }
  const from = startOfNext(cursor)
  const ast = readExpression(cursor)
  if (ast && take(cursor, END) === undefined)
    refuse(cursor, 'Expected "and", "or" or the end of the filter')
  if (ast) checkCondition(cursor, ast, from)
  if (!ast || cursor.problem)
    return { ok: false, ...(cursor.problem ?? { message: 'This is no filter', position: 0 }) }
  return { ok: true, ast }
}

/** Anything: alternatives, of which `and` binds tighter than `or`. */
const readExpression = (cursor: FilterCursor): FilterNode | undefined =>
  readGroup(cursor, 'or', (inner) => readGroup(inner, 'and', readItem))

function readGroup(
  cursor: FilterCursor,
  operator: 'and' | 'or',
  readOne: (cursor: FilterCursor) => FilterNode | undefined,
): FilterNode | undefined {
  const operands: FilterNode[] = []
  do {
    const from = startOfNext(cursor)
    const operand = readOne(cursor)
    if (!operand) return undefined
    const isAlone = operands.push(operand) === 1
    const hasMore = take(cursor, CONNECTIVE[operator]) !== undefined
    if (!hasMore && isAlone) return operand
    checkCondition(cursor, operand, from)
    if (!hasMore) return { kind: 'group', operator, operands }
  } while (!cursor.problem)
  return undefined
}

function readItem(cursor: FilterCursor): FilterNode | undefined {
  if (take(cursor, NOT) !== undefined) return readNot(cursor)
  const left = readOperand(cursor, readExpression)
  const operator = left && (take(cursor, OPERATOR) as FilterOperator | undefined)
  if (!operator) return left
  const right = readOperand(cursor, readExpression)
  if (!right) return undefined
  const from = startOfNext(cursor)
  if (take(cursor, OPERATOR) !== undefined)
    return refuse(cursor, 'Comparisons do not follow each other: put parentheses', from)
  return { kind: 'comparison', operator, left, right }
}

/** What follows a `!`, which turns round one condition and is no part of a comparison. */
function readNot(cursor: FilterCursor): FilterNode | undefined {
  const from = startOfNext(cursor)
  const operand = nested(cursor, from, () =>
    take(cursor, NOT) === undefined ? readOperand(cursor, readExpression) : readNot(cursor),
  )
  if (!operand) return undefined
  const at = startOfNext(cursor)
  if (take(cursor, OPERATOR) !== undefined)
    return refuse(cursor, 'Put parentheses around the comparison that ! is to turn round', at)
  checkCondition(cursor, operand, from)
  return { kind: 'not', operand }
}

/** Where true or false is asked for, what can never be either is a mistake. */
function checkCondition(cursor: FilterCursor, node: FilterNode, position: number): void {
  const isOther =
    node.kind === 'list' ||
    (node.kind === 'value' && typeof node.value !== 'boolean') ||
    (node.kind === 'call' && !FUNCTIONS[node.name].isCondition)
  if (isOther) refuse(cursor, "Expected a condition, such as event = 'Order Completed'", position)
}
