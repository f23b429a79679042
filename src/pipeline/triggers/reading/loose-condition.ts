import { FIELDS, isLooseField, LOOSE_PARENTS, type TriggerField } from '../field.ts'
import type { TriggerNode, TriggerSubject } from '../trigger.ts'
import { type LooseCursor, shift, toLiteral } from './loose-cursor.ts'
import type { LooseToken } from './loose-tokens.ts'
import {
  warn,
  warnOfComparison,
  warnOfName,
  warnOfPattern,
  warnOfValue,
  written,
} from './loose-warnings.ts'
import { toCondition } from './to-condition.ts'

/** What was read: a condition (undefined for an empty one), something without meaning, or what the published package refuses. */
export type LooseItem = { node: TriggerNode | undefined } | 'nothing' | 'refused'

/** Which operator a function stands for, and the text it compares with. */
type Pattern = { operator: 'contains' | 'starts_with' | 'ends_with'; value: string }

export const isFunctionName = (token: LooseToken | undefined): token is LooseToken =>
  token?.kind === 'word' && (token.text === 'contains' || token.text === 'match')

/**
 * `field operator value`: the field's word and two tokens of whatever kind. An operator that is none makes a
 * condition that is never true (T74).
 */
export function readLooseCondition(
  cursor: LooseCursor,
  name: LooseToken,
  field: TriggerField,
): LooseItem {
  const operator = shift(cursor)
  const value = shift(cursor)
  if (!operator || !value) return 'refused'
  warnOfName(cursor, name, field)
  const subject = toSubject(field, name.text)
  const sign = operator.kind === 'text' ? '' : operator.text
  const condition = subject && toCondition(subject, sign, toLiteral(value))
  if (!condition) return toNever(cursor, name, value)
  warnOfValue(cursor, value)
  warnOfComparison(cursor, condition, value)
  return { node: condition }
}

/**
 * `contains(field, value)` or `match(field, pattern)`: five tokens after the name, of which only the field
 * and the value are looked at (T138, T139).
 */
export function readFunction(
  cursor: LooseCursor,
  name: LooseToken,
  { isNegated }: { isNegated: boolean },
): LooseItem {
  const [open, field, comma, value, close] = [1, 2, 3, 4, 5].map(() => shift(cursor))
  if (!field || !value) return 'refused'
  const last = close ?? value
  const root = findFunctionField(field)
  if (!root) {
    const because = `${written(cursor, field)} cannot be asked for in a function`
    warn(cursor, 'not_read', name, `${written(cursor, name, last)} is not read: ${because}.`)
    return 'nothing'
  }
  if (open?.kind !== 'open' || comma?.kind !== 'comma')
    warn(cursor, 'odd_value', name, `${name.text} is written ${name.text}(field, value).`)
  warnOfName(cursor, field, root)
  warnOfValue(cursor, value)
  const pattern = toPattern(name, value)
  if (name.text === 'match') warnOfPattern(cursor, value, pattern.value)
  const operator = isNegated ? (`not_${pattern.operator}` as const) : pattern.operator
  const subject = toSubject(root, field.text)
  const condition = subject && toCondition(subject, operator, pattern.value)
  return condition ? { node: condition } : toNever(cursor, name, last)
}

function toPattern(name: LooseToken, value: LooseToken): Pattern {
  const text = String(toLiteral(value))
  if (name.text === 'contains') return { operator: 'contains', value: text }
  // The published package looks for the star before the closing quote, which words have none of.
  const isStart = value.kind === 'text' ? text.endsWith('*') : value.text.endsWith('*"')
  return isStart
    ? { operator: 'starts_with', value: text.slice(0, -1) }
    : { operator: 'ends_with', value: text.slice(1) }
}

function findFunctionField({ kind, text }: LooseToken): TriggerField | undefined {
  if (kind === 'text') return undefined
  if (isLooseField(text) && text !== 'type') return text
  // Whatever begins like a parent is taken for a member of it: `propertiesX` is looked for in properties.
  return LOOSE_PARENTS.find((parent) => text.startsWith(parent))
}

/** Undefined when there is no name in `word` to look for, which the published package cannot evaluate. */
function toSubject(field: TriggerField, word: string): TriggerSubject | undefined {
  if (!FIELDS[field].hasMembers) return { field, path: [] }
  const name = word.startsWith(`${field}.`) ? word.slice(field.length + 1) : word
  if (name === '') return { field, path: [''] }
  // Brackets part names as dots do, in this language as in mappings (§3.2).
  const path = name.match(/[^[.\]]+/g)
  return path ? { field, path } : undefined
}

function toNever(cursor: LooseCursor, first: LooseToken, last: LooseToken): LooseItem {
  const text = cursor.source.slice(first.start, last.end)
  warn(cursor, 'never_true', first, `No event meets ${written(cursor, first, last)}.`)
  return { node: { kind: 'never', text } }
}
