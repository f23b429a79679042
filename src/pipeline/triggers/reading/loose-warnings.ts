import { FIELDS, type TriggerField } from '../field.ts'
import type { TriggerCondition, TriggerWarningCode } from '../trigger.ts'
import { excerpt } from './excerpt.ts'
import { type LooseCursor, toLiteral } from './loose-cursor.ts'
import type { LooseToken } from './loose-tokens.ts'

/** Nobody reads further. */
const WARNINGS_MAX = 20

/** A dot or bracket behind a backslash that is not itself behind one. */
const ESCAPED_SEPARATOR = /(?:^|[^\\])(?:\\\\)*\\[.[\]]/

/** Notes a surprise that begins with `token`. */
export function warn(
  cursor: LooseCursor,
  code: TriggerWarningCode,
  { start }: LooseToken,
  message: string,
): void {
  if (cursor.warnings.length < WARNINGS_MAX)
    cursor.warnings.push({ code, message, position: start })
}

/** The text from `first` to the end of `last`, for a message. */
export const written = (cursor: LooseCursor, first: LooseToken, last = first): string =>
  excerpt(cursor.source.slice(first.start, last.end))

/** `tokens`, one after the other, which mean nothing where they stand. */
export function warnOfSkipped(cursor: LooseCursor, tokens: readonly LooseToken[]): void {
  const [first] = tokens
  const last = tokens.at(-1)
  if (!first || !last) return
  const because = isMeantAsConnective(last)
    ? ': "and" and "or" are read only in small letters, and with a space behind them.'
    : last.text === 'not' || last.text === '!'
      ? ': what follows is not negated.'
      : '.'
  warn(cursor, 'not_read', first, `${written(cursor, first, last)} is not read${because}`)
}

export const isMeantAsConnective = ({ kind, text }: LooseToken): boolean =>
  kind === 'word' && /^(?:and|or)$/i.test(text)

/** `name` is the word that asks for `field`, or for a member of it. */
export function warnOfName(cursor: LooseCursor, name: LooseToken, field: TriggerField): void {
  const word = written(cursor, name)
  if (!FIELDS[field].hasMembers) {
    if (name.text !== field)
      warn(cursor, 'odd_path', name, `${word} is read as ${field}, which has no members.`)
  } else if (!name.text.startsWith(`${field}.`))
    warn(cursor, 'odd_path', name, `${word} is read as ${field}.${word}.`)
  else if (ESCAPED_SEPARATOR.test(cursor.source.slice(name.start, name.end)))
    warn(cursor, 'odd_path', name, `Dots and brackets part names in ${word}, also behind a \\.`)
}

export function warnOfValue(cursor: LooseCursor, value: LooseToken): void {
  const { kind, text, start, end } = value
  const first = cursor.source.charAt(start)
  if (kind === 'end')
    warn(cursor, 'odd_value', value, 'No value stands here: the text "eos" is taken for it.')
  else if (kind === 'text' && first === "'")
    warn(
      cursor,
      'single_quotes',
      value,
      `${written(cursor, value)} is read as a text. Segment takes the quotes for a part of it; double quotes mean the same in both.`,
    )
  else if (kind === 'word' && text.length === 1 && end - start > 1 && first !== '\\')
    warn(
      cursor,
      'odd_value',
      value,
      `The word at the end is read as "${text}". Put it in double quotes.`,
    )
  else if (kind === 'number' && Number.isNaN(Number(text)))
    warn(cursor, 'odd_value', value, `${text} is read as the number NaN here.`)
  else if (kind !== 'word' && kind !== 'text' && kind !== 'number' && kind !== 'null')
    warn(cursor, 'odd_value', value, `${text} is read as the value here.`)
}

/** `true`, `false` and `null` mean a text where the field or the operator does not know them (§4.2). */
export function warnOfComparison(
  cursor: LooseCursor,
  { operator }: TriggerCondition,
  value: LooseToken,
): void {
  const literal = toLiteral(value)
  if (operator !== '=' && operator !== '!=') return
  if (literal === null || typeof literal === 'boolean')
    warn(cursor, 'compared_as_text', value, `Compares with the text "${literal}" here.`)
}

/** `value` is the pattern as it is written, `rest` what is left of it to look for. */
export function warnOfPattern(cursor: LooseCursor, value: LooseToken, rest: string): void {
  const text = String(toLiteral(value))
  if (!text.startsWith('*') && !text.endsWith('*'))
    warn(
      cursor,
      'odd_pattern',
      value,
      `A pattern without * loses its first character: any text that ends with "${excerpt(rest)}" matches.`,
    )
  else if (/[*?]/.test(rest))
    warn(
      cursor,
      'odd_pattern',
      value,
      `Only one * at the start or the end stands for anything: "${excerpt(rest)}" is looked for as it is.`,
    )
}
