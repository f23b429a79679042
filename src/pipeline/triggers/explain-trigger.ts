import type { Explain } from '../../kernel/explain.ts'
import type { Json } from '../../kernel/json.ts'
import {
  isNumberOperator,
  isStateOperator,
  type NumberOperator,
  type StateOperator,
  type TextOperator,
} from './operator.ts'
import { printNode, printSubject } from './print-trigger.ts'
import type { TriggerCondition, TriggerEvent, TriggerNode, TriggerSubject } from './trigger.ts'

/**
 * Why `event` meets `node` or not, with a part for every condition, also for those that the answer did not
 * need. `passed` is always what the compiled trigger answers.
 */
export function explainTrigger(node: TriggerNode, event: TriggerEvent): Explain {
  if (node.kind === 'never')
    return { what: node.text, passed: false, message: 'No event meets this condition' }
  if (node.kind === 'condition') return explainCondition(node, event)
  const parts = node.children.map((child) => explainTrigger(child, event))
  if (node.operator === 'or')
    return { what: 'any of', passed: parts.some((part) => part.passed), parts }
  // A group without children matches nothing.
  const passed = parts.length > 0 && parts.every((part) => part.passed)
  return { what: 'all of', passed, parts }
}

function explainCondition(condition: TriggerCondition, event: TriggerEvent): Explain {
  const value = findValue(condition, event)
  const passed = isMet(condition, value)
  const message = passed ? undefined : whyNot(condition, value)
  return {
    what: printNode(condition, 'functions'),
    passed,
    ...('value' in condition && { expected: condition.value }),
    ...(value !== undefined && { actual: value as Json }),
    ...(message !== undefined && { message }),
  }
}

/** The value that the condition looks at: own members only, and a falsy value ends its path early (§3.2). */
function findValue({ field, path }: TriggerSubject, event: TriggerEvent): unknown {
  if (path.includes('')) return undefined
  return [field, ...path].reduce<unknown>((value, name) => {
    if (!value) return value
    return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
  }, event)
}

function isMet(condition: TriggerCondition, value: unknown): boolean {
  const { operator } = condition
  if (isStateOperator(operator)) return isInState(operator, value)
  const expected = 'value' in condition ? condition.value : ''
  if (isNumberOperator(operator))
    return typeof value === 'number' && compareNumbers(operator, value, Number(expected))
  return compareTexts(operator, value, String(expected))
}

function isInState(operator: StateOperator, value: unknown): boolean {
  switch (operator) {
    case 'exists':
      return value !== undefined && value !== null
    case 'not_exists':
      return value === undefined || value === null
    case 'is_true':
      return value === true
    case 'is_false':
      return value === false
  }
}

function compareNumbers(operator: NumberOperator, value: number, expected: number): boolean {
  switch (operator) {
    case 'number_equals':
      return value === expected
    case 'number_not_equals':
      return value !== expected
    case '<':
      return value < expected
    case '<=':
      return value <= expected
    case '>':
      return value > expected
    case '>=':
      return value >= expected
  }
}

function compareTexts(operator: TextOperator, value: unknown, expected: string): boolean {
  if (operator === '=') return value === expected
  if (operator === '!=') return value !== expected
  if (typeof value !== 'string') return false
  switch (operator) {
    case 'contains':
      return value.includes(expected)
    case 'not_contains':
      return !value.includes(expected)
    case 'starts_with':
      return value.startsWith(expected)
    case 'not_starts_with':
      return !value.startsWith(expected)
    case 'ends_with':
      return value.endsWith(expected)
    case 'not_ends_with':
      return !value.endsWith(expected)
  }
}

/** What a person overlooks most: that the value is missing, or of another type than it looks. */
function whyNot(condition: TriggerCondition, value: unknown): string | undefined {
  const subject = printSubject(condition)
  if (value === undefined) return `${subject} is missing`
  if (value === null) return `${subject} is null`
  if (isStateOperator(condition.operator)) return undefined
  const type = isNumberOperator(condition.operator) ? 'number' : 'string'
  if (typeof value === type) return undefined
  return `${subject} is ${nameOfType(value)}; only ${type === 'number' ? 'numbers' : 'texts'} are compared here`
}

function nameOfType(value: unknown): string {
  if (typeof value === 'string') return 'a text'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
