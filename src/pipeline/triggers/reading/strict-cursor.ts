import { refuse, type TextCursor, take } from '../../../kernel/text-cursor.ts'
import type { Literal } from './to-condition.ts'

/** Where the strict reading stands. */
export type StrictCursor = TextCursor & {
  /** How many parentheses are open. */
  depth: number
  /** The first connective that differs from the one before it in its list. */
  mixedAt: number | undefined
}

const NAME_CHARS = '[\\p{L}\\p{M}\\p{N}_$-]'
const WORD = `(?:${NAME_CHARS}|\\\\[\\s\\S])${NAME_CHARS}*(?:\\\\[\\s\\S]${NAME_CHARS}*)*`
const NO_WORD_AHEAD = '(?![\\p{L}\\p{M}\\p{N}_$\\\\.-])'
const DOTTED_WORD = new RegExp(`${WORD}(?:\\.${WORD})*`, 'uy')
const NUMBER = new RegExp(`[+-]?\\d+(?:\\.\\d+)?${NO_WORD_AHEAD}`, 'uy')
const CONNECTIVE = new RegExp(`(?:and|or)${NO_WORD_AHEAD}`, 'uy')

export function takeConnective(cursor: StrictCursor): 'and' | 'or' | undefined {
  const found = take(cursor, CONNECTIVE)
  return found === 'and' || found === 'or' ? found : undefined
}

/** The names of a dotted word, escapes undone: a dot behind a `\` belongs to its name. */
export function takeNames(cursor: StrictCursor): string[] | undefined {
  const found = take(cursor, DOTTED_WORD)
  return found?.match(/(?:[^.\\]|\\[\s\S])+/g)?.map((name) => name.replace(/\\([\s\S])/g, '$1'))
}

/** A text in quotes of either kind, a number, or a bare word. Undefined when there is none. */
export function takeLiteral(cursor: StrictCursor): Literal | undefined {
  const quote = take(cursor, /["']/y)
  if (quote !== undefined) return takeQuoted(cursor, quote)
  const number = take(cursor, NUMBER)
  if (number !== undefined) return Number(number)
  const from = cursor.at
  if (takeConnective(cursor)) {
    cursor.at = from
    return undefined
  }
  const word = takeNames(cursor)?.join('.')
  if (word === 'null') return null
  if (word === 'true' || word === 'false') return word === 'true'
  return word
}

function takeQuoted(cursor: StrictCursor, quote: string): string | undefined {
  const closing = cursor.source.indexOf(quote, cursor.at)
  if (closing === -1) return refuse(cursor, `The text has no closing ${quote}`, cursor.at - 1)
  const text = cursor.source.slice(cursor.at, closing)
  cursor.at = closing + 1
  return text
}
