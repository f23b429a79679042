import { FIELDS, isLooseField, LOOSE_PARENTS, type TriggerField } from './field.ts'
import { type LooseCursor, shift, toLiteral, warn } from './loose-cursor.ts'
import type { LooseToken } from './loose-tokens.ts'
import { toCondition } from './to-condition.ts'
import type { TriggerNode, TriggerSubject } from './trigger.ts'

/** What was read: a condition, something without meaning, or what the published package refuses. */
export type LooseItem = { node: TriggerNode | undefined } | 'nothing' | 'refused'

type FunctionName = 'contains' | 'match'
type Function = { name: LooseToken; isNegated: boolean }
/** Which operator a function stands for, and the text it compares with. */
type Pattern = { operator: 'contains' | 'starts_with' | 'ends_with'; value: string }

export const isFunctionName = (
  token: LooseToken | undefined,
): token is LooseToken & { text: FunctionName } =>
  token?.kind === 'word' && (token.text === 'contains' || token.text === 'match')

/** `field operator value`, three tokens of whatever kind: an operator that is none makes a condition that is never true. */
export function readLooseCondition(
  name: LooseToken,
  field: TriggerField,
  cursor: LooseCursor,
): LooseItem {
  const operator = shift(cursor)
  const value = shift(cursor)
  if (!operator || !value) return 'refused'
  warnOfName(name, field, cursor)
  const subject = toSubject(field, name.text)
  const literal = toLiteral(value)
  const condition =
    subject && toCondition(subject, operator.kind === 'text' ? '' : operator.text, literal)
  const written = cursor.source.slice(name.start, value.end)
  if (!condition) {
    warn(cursor, 'never_true', name.start, `No event meets ${written}`)
    return { node: { kind: 'never', text: written } }
  }
  warnOfValue(value, cursor)
  const isEquality = condition.operator === '=' || condition.operator === '!='
  if (isEquality && (literal === null || typeof literal === 'boolean'))
    warn(
      cursor,
      'compared_as_text',
      value.start,
      `${written} compares with the text "${String(literal)}"`,
    )
  return { node: condition }
}

/** `contains(field, value)` or `match(field, pattern)`: five tokens after the name, of which only the second and fourth are looked at. */
export function readFunction({ name, isNegated }: Function, cursor: LooseCursor): LooseItem {
  const [open, field, comma, value, close] = [1, 2, 3, 4, 5].map(() => shift(cursor))
  if (!field || !value) return 'refused'
  const written = cursor.source.slice(name.start, (close ?? value).end)
  const subject = toFunctionSubject(field)
  if (subject === 'nothing') {
    warn(cursor, 'not_read', name.start, `${written} is not read: ${field.text} cannot stand in it`)
    return 'nothing'
  }
  if (open?.kind !== 'open' || comma?.kind !== 'comma' || close?.kind !== 'close')
    warn(
      cursor,
      'odd_value',
      name.start,
      `${written} is not of the form ${name.text}(field, value)`,
    )
  const pattern = toPattern(name, value, cursor)
  warnOfValue(value, cursor)
  const operator = isNegated ? (`not_${pattern.operator}` as const) : pattern.operator
  const condition = subject && toCondition(subject, operator, pattern.value)
  if (condition) return { node: condition }
  warn(cursor, 'never_true', name.start, `No event meets ${written}`)
  return { node: { kind: 'never', text: written } }
}

function toPattern(name: LooseToken, value: LooseToken, cursor: LooseCursor): Pattern {
  const text = String(toLiteral(value))
  if (name.text === 'contains') return { operator: 'contains', value: text }
  const isStart = value.kind === 'text' ? text.endsWith('*') : value.text.endsWith('*"')
  const pattern: Pattern = isStart
    ? { operator: 'starts_with', value: text.slice(0, -1) }
    : { operator: 'ends_with', value: text.slice(1) }
  if (!isStart && !text.startsWith('*'))
    warn(
      cursor,
      'odd_pattern',
      value.start,
      `Without a * at its start or end the pattern loses its first character: this is true for what ends with "${pattern.value}"`,
    )
  if (/[*?]/.test(pattern.value))
    warn(
      cursor,
      'odd_pattern',
      value.start,
      `Only one * at the start or end stands for anything: this looks for "${pattern.value}" as it is written`,
    )
  return pattern
}

/** Undefined when the path names no member at all. */
function toSubject(field: TriggerField, name: string): TriggerSubject | undefined {
  if (!FIELDS[field].hasMembers) return { field, path: [] }
  const path = toPath(field, name)
  return path && { field, path }
}

function toFunctionSubject({ kind, text }: LooseToken): TriggerSubject | undefined | 'nothing' {
  if (kind === 'text') return 'nothing'
  // Whatever begins like a parent counts as one of its members: `propertiesX` is a member of properties.
  const parent = LOOSE_PARENTS.find((name) => text.startsWith(name))
  if (parent) return toSubject(parent, text)
  return isLooseField(text) && text !== 'type' ? { field: text, path: [] } : 'nothing'
}

/** The names behind `properties.`; without it the whole word is the name. Brackets part names as dots do (§3.2). */
function toPath(field: TriggerField, word: string): readonly string[] | undefined {
  const name = word.startsWith(`${field}.`) ? word.slice(field.length + 1) : word
  if (name === '') return ['']
  return name.match(/[^[.\]]+/g) ?? undefined
}

function warnOfName(name: LooseToken, field: TriggerField, cursor: LooseCursor): void {
  const written = cursor.source.slice(name.start, name.end)
  if (!FIELDS[field].hasMembers) {
    if (name.text !== field)
      warn(cursor, 'odd_path', name.start, `${written} is read as ${field}, which has no members`)
  } else if (name.text === field)
    warn(cursor, 'odd_path', name.start, `${written} alone is read as ${field}.${field}`)
  else if (/\\[.[\]]/.test(written))
    warn(
      cursor,
      'odd_path',
      name.start,
      `A dot or bracket parts names in ${written}, also behind a \\`,
    )
}

function warnOfValue(value: LooseToken, cursor: LooseCursor): void {
  const { kind, text, start, end } = value
  const first = cursor.source.charAt(start)
  const isCut = kind === 'word' && text.length === 1 && end - start > 1 && first !== '\\'
  if (kind === 'end')
    warn(cursor, 'odd_value', start, 'A value is missing here: the text "eos" is taken for it')
  else if (isCut)
    warn(cursor, 'odd_value', start, `The last word is read as "${text}"; put it in double quotes`)
  else if (kind === 'text' && first === "'")
    warn(
      cursor,
      'single_quotes',
      start,
      `Read as the text "${text}". Segment takes the quotes for a part of the value; double quotes mean the same in both`,
    )
  else if (kind !== 'word' && kind !== 'text' && kind !== 'number' && kind !== 'null')
    warn(cursor, 'odd_value', start, `${text} is read as the value here`)
}
