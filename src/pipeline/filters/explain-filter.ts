import type { Explain } from '../../kernel/explain.ts'
import type { Json } from '../../kernel/json.ts'
import type { FilterEvent, FilterNode } from './filter.ts'
import { CALLS } from './filter-functions.ts'
import { compareNumbers, findMember, isEqual, typeName } from './filter-value.ts'
import { readGlob } from './match-glob.ts'
import { printFilter } from './print-filter.ts'

/**
 * Why `node` holds for `event` or not, with a part for every condition, also for those that the answer did
 * not need. `passed` is always what the compiled filter answers.
 */
export function explainFilter(node: FilterNode, event: FilterEvent): Explain {
  if (node.kind === 'group') {
    const parts = node.operands.map((operand) => explainFilter(operand, event))
    const isAll = node.operator === 'and'
    const passed = isAll ? parts.every(hasPassed) : parts.some(hasPassed)
    return { what: isAll ? 'all of' : 'any of', passed, parts }
  }
  if (node.kind === 'not') {
    const part = explainFilter(node.operand, event)
    return { what: 'not', passed: !part.passed, parts: [part] }
  }
  return explainCondition(node, event)
}

const hasPassed = ({ passed }: Explain): boolean => passed

function explainCondition(node: FilterNode, event: FilterEvent): Explain {
  const passed = findValue(node, event) === true
  const [subject, operand] = sidesOf(node)
  const actual = subject && findValue(subject, event)
  const message = passed ? undefined : whyNot(node, event)
  return {
    what: printFilter(node),
    passed,
    ...(operand && { expected: findValue(operand, event) as Json }),
    ...(subject && { actual: actual as Json }),
    ...(message !== undefined && { message }),
  }
}

/** What a condition looks at, and what it holds that against: the side that is the same for every event. */
function sidesOf(node: FilterNode): readonly FilterNode[] {
  if (node.kind === 'path') return [node]
  if (node.kind === 'call') return node.arguments
  if (node.kind !== 'comparison') return []
  const { left, right } = node
  return isConstant(left) && !isConstant(right) ? [right, left] : [left, right]
}

const isConstant = (node: FilterNode): boolean =>
  node.kind === 'value' || (node.kind === 'list' && node.items.every(isConstant))

/** The value of `node`, looked up as the text says it. */
function findValue(node: FilterNode, event: FilterEvent): unknown {
  switch (node.kind) {
    case 'value':
      return node.value
    case 'list':
      return node.items.map((item) => findValue(item, event))
    case 'path':
      return findMember(event, node.path) ?? null
    case 'not':
    case 'group':
      return explainFilter(node, event).passed
    case 'comparison':
      return compare(node.operator, findValue(node.left, event), findValue(node.right, event))
    case 'call': {
      const [first, second] = node.arguments.map((argument) => findValue(argument, event))
      if (node.name !== 'match') return CALLS[node.name](first, second)
      const glob = readGlob(String(second))
      return glob.ok && typeof first === 'string' && glob.matches(first)
    }
  }
}

function compare(operator: string, left: unknown, right: unknown): boolean {
  if (operator === '=') return isEqual(left, right)
  if (operator === '!=') return !isEqual(left, right)
  if (operator === 'in') return Array.isArray(right) && right.some((item) => isEqual(item, left))
  return compareNumbers(operator, left, right)
}

/** What a person overlooks most: that a member is missing, or of another type than it looks. */
function whyNot(node: FilterNode, event: FilterEvent): string | undefined {
  for (const side of sidesOf(node)) {
    const value = side.kind === 'path' ? findMember(event, side.path) : true
    if (value === undefined || value === null)
      return `${printFilter(side)} is ${value === null ? 'null' : 'missing'}`
  }
  return node.kind === 'comparison' ? whyNotEqualTypes(node, event) : undefined
}

function whyNotEqualTypes(
  { operator, left, right }: Extract<FilterNode, { kind: 'comparison' }>,
  event: FilterEvent,
): string | undefined {
  const one = typeName(findValue(left, event))
  const other = typeName(findValue(right, event))
  if (operator === '!=' || (operator === '=' && one === other)) return undefined
  if (operator === '=') return `A ${one} never equals a ${other}`
  if (operator === 'in')
    return other === 'list' ? undefined : `${printFilter(right)} is a ${other}, no list`
  return one === 'number' && other === 'number'
    ? undefined
    : `Only numbers are compared here, not a ${one} with a ${other}`
}
