import type { FilterEvent, FilterFunction, FilterNode, FilterOperator } from './filter.ts'
import { CALLS } from './filter-functions.ts'
import { compareNumbers, findMember, isEqual } from './filter-value.ts'
import { readGlob } from './match-glob.ts'
import { readFilter } from './reading/read-filter.ts'

export type Matcher = (event: FilterEvent) => boolean
type Evaluate = (event: FilterEvent) => unknown

export type Filter = {
  ok: true
  /** Whether the condition holds for an event. Never throws. */
  matches: Matcher
  ast: FilterNode
}

/** Why a text is no filter. `position` counts from 0 in UTF-16 units. */
export type InvalidFilter = { ok: false; message: string; position: number }

/**
 * The condition that `text` says in the filter query language (§2.3 rule 4). Whoever runs a filter that
 * cannot be read must take the event for filtered (§2.3 rule 3). Takes time linear in the text.
 */
export function compileFilter(text: string): Filter | InvalidFilter {
  const reading = readFilter(text)
  if (!reading.ok) return reading
  return { ok: true, matches: compileNode(reading.ast), ast: reading.ast }
}

/** Whether `node` is true for an event: what is neither true nor false is not true. */
export function compileNode(node: FilterNode): Matcher {
  const evaluate = compileValue(node)
  return (event) => evaluate(event) === true
}

/** How to find the value of `node`; a member that is missing is null. */
function compileValue(node: FilterNode): Evaluate {
  switch (node.kind) {
    case 'value':
      return () => node.value
    case 'list': {
      const items = node.items.map(compileValue)
      return (event) => items.map((item) => item(event))
    }
    case 'path':
      return (event) => findMember(event, node.path) ?? null
    case 'not': {
      const operand = compileNode(node.operand)
      return (event) => !operand(event)
    }
    case 'group':
      return compileGroup(node.operator, node.operands.map(compileNode))
    case 'comparison':
      return compileComparison(node.operator, node.left, node.right)
    case 'call':
      return compileCall(node.name, node.arguments)
  }
}

const compileGroup = (operator: 'and' | 'or', operands: readonly Matcher[]): Matcher =>
  operator === 'and'
    ? (event) => operands.every((operand) => operand(event))
    : (event) => operands.some((operand) => operand(event))

function compileComparison(
  operator: FilterOperator,
  leftNode: FilterNode,
  rightNode: FilterNode,
): Matcher {
  const left = compileValue(leftNode)
  if (operator === 'in') return compileIn(left, rightNode)
  const right = compileValue(rightNode)
  if (operator === '=') return (event) => isEqual(left(event), right(event))
  if (operator === '!=') return (event) => !isEqual(left(event), right(event))
  return (event) => compareNumbers(operator, left(event), right(event))
}

function compileIn(left: Evaluate, list: FilterNode): Matcher {
  if (list.kind === 'list' && list.items.every(({ kind }) => kind === 'value')) {
    const known: ReadonlySet<unknown> = new Set(
      list.items.map((item) => (item.kind === 'value' ? item.value : undefined)),
    )
    return (event) => known.has(left(event))
  }
  const right = compileValue(list)
  return (event) => {
    const items = right(event)
    if (!Array.isArray(items)) return false
    const value = left(event)
    return items.some((item) => isEqual(item, value))
  }
}

function compileCall(name: FilterFunction, args: readonly FilterNode[]): Evaluate {
  const [first = NULL, second = NULL] = args
  const value = compileValue(first)
  if (name === 'match') return compileMatch(value, second)
  const call = CALLS[name]
  if (args.length === 1) return (event) => call(value(event), null)
  const other = compileValue(second)
  return (event) => call(value(event), other(event))
}

const NULL: FilterNode = { kind: 'value', value: null }

function compileMatch(value: Evaluate, pattern: FilterNode): Matcher {
  const glob = readGlob(pattern.kind === 'value' ? String(pattern.value) : '')
  if (!glob.ok) return () => false
  return (event) => {
    const text = value(event)
    return typeof text === 'string' && glob.matches(text)
  }
}
