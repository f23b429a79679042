import type { TriggerWarning } from '../trigger.ts'
import type { LooseToken } from './loose-tokens.ts'
import type { Literal } from './to-condition.ts'

/** Where the loose reading of a list stands. The tokens of a list end with one of kind `end`. */
export type LooseCursor = {
  source: string
  tokens: readonly LooseToken[]
  at: number
  warnings: TriggerWarning[]
}

/** The next token, which is then behind the cursor; undefined beyond the end. */
export function shift(cursor: LooseCursor): LooseToken | undefined {
  const token = cursor.tokens[cursor.at]
  cursor.at += 1
  return token
}

/**
 * What `token` says as a value. Every token says something: a bracket, an operator and even the end of the
 * text are read as the text of them (T114, T121).
 */
export function toLiteral({ kind, text }: LooseToken): Literal {
  if (kind === 'number') return Number(text)
  if (kind === 'text') return text
  if (text === 'null') return null
  if (kind === 'word' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
