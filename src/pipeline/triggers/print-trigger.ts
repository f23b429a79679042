import { FIELDS } from './field.ts'
import type { NumberOperator } from './operator.ts'
import type {
  NumberOperand,
  TriggerCondition,
  TriggerGroup,
  TriggerNode,
  TriggerSubject,
} from './trigger.ts'

/** How `contains` and its like are written: as functions where the loose reading takes them, or between field and value. */
export type PrintStyle = 'functions' | 'words'

/** Read alike by both readings: nothing is greater than a text that is no number. */
const NEVER = 'type > "never"'
/** The numbers that may stand without quotes: no exponent, so the sign and the digits are all. */
const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?$/
const NUMBER_SIGNS: Readonly<Record<NumberOperator, string | undefined>> = {
  number_equals: '=',
  number_not_equals: '!=',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}

/**
 * `group` in the words of the language. Functions appear only in the outermost list: parentheses around
 * one would end at its `)` (see read-loosely.ts). Whether the text reads back is for the caller to check.
 */
export function printGroup(group: TriggerGroup, style: PrintStyle): string {
  if (group.children.length === 0) return NEVER
  return group.children
    .map((child) =>
      child.kind === 'group' && child.children.length > 1
        ? `(${printGroup(child, 'words')})`
        : printNode(child, style),
    )
    .join(` ${group.operator} `)
}

export function printNode(node: TriggerNode, style: PrintStyle): string {
  if (node.kind === 'group') return printGroup(node, style)
  if (node.kind === 'never') return NEVER
  return (style === 'functions' ? printFunction(node) : undefined) ?? printCondition(node)
}

/** The name of what a condition looks at, such as `properties.total`. */
export const printSubject = ({ field, path }: TriggerSubject): string =>
  // An empty name finds nothing, and is written as what the loose reading takes for one.
  path.includes('') ? `${field}\\.` : [field, ...path.map(escapeName)].join('.')

function printFunction(condition: TriggerCondition): string | undefined {
  const { isLoose } = FIELDS[condition.field]
  if (!isLoose || condition.field === 'type' || !('value' in condition)) return undefined
  const value = String(condition.value)
  if (value.includes('"')) return undefined
  const subject = printSubject(condition)
  const isNegated = condition.operator.startsWith('not_')
  // Looked for as they are, which a pattern does not make plain.
  const hasStar = /[*?]/.test(value)
  const call = (name: string, text: string) =>
    `${isNegated ? '!' : ''}${name}(${subject}, "${text}")`
  switch (condition.operator) {
    case 'contains':
    case 'not_contains':
      return call('contains', value)
    case 'starts_with':
    case 'not_starts_with':
      return hasStar ? undefined : call('match', `${value}*`)
    case 'ends_with':
    case 'not_ends_with':
      // Nothing but a star is the start of everything.
      return hasStar || value === '' ? undefined : call('match', `*${value}`)
    default:
      return undefined
  }
}

function printCondition(condition: TriggerCondition): string {
  const subject = printSubject(condition)
  const { typedLiterals } = FIELDS[condition.field]
  switch (condition.operator) {
    case 'exists':
      return typedLiterals.has('null') ? `${subject} != null` : `${subject} exists null`
    case 'not_exists':
      return typedLiterals.has('null') ? `${subject} = null` : `${subject} not_exists null`
    case 'is_true':
      return typedLiterals.has('boolean') ? `${subject} = true` : `${subject} is_true true`
    case 'is_false':
      return typedLiterals.has('boolean') ? `${subject} = false` : `${subject} is_false false`
    case 'number_equals':
    case 'number_not_equals':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return `${subject} ${printNumberTest(condition, condition.operator, condition.value)}`
    default:
      return `${subject} ${condition.operator} ${quote(condition.value)}`
  }
}

function printNumberTest(
  { field }: TriggerSubject,
  operator: NumberOperator,
  value: NumberOperand,
): string {
  const text = String(value)
  const isPlain = PLAIN_NUMBER.test(text)
  const isEquality = operator === 'number_equals' || operator === 'number_not_equals'
  // Without quotes, and after a field that knows numbers, `=` compares numbers; else its word says so.
  const isTyped = isPlain && FIELDS[field].typedLiterals.has('number')
  const sign = isEquality && !isTyped ? operator : NUMBER_SIGNS[operator]
  return `${sign} ${isPlain ? text : `"${text}"`}`
}

/** In double quotes, else in single quotes; a text with both is a word whose every character is escaped. */
function quote(text: string): string {
  if (!text.includes('"')) return `"${text}"`
  if (!text.includes("'")) return `'${text}'`
  return text.replace(/[\s\S]/g, '\\$&')
}

/** A name as both readings take it for one: what could begin a number or a connective hides behind a `\`. */
function escapeName(name: string): string {
  const escaped = name.replace(/[^A-Za-z0-9_-]/g, '\\$&')
  return /^(?:[0-9-]|(?:and|or|null)$)/.test(name) ? `\\${escaped}` : escaped
}
