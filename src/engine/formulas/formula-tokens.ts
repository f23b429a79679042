import type { FormulaError } from './formula.ts'

export type Token =
  | { kind: 'number'; value: number; position: number }
  | { kind: 'text'; value: string; position: number }
  | { kind: 'name'; value: string; position: number }
  | { kind: 'sign'; value: string; position: number }
  | { kind: 'end'; value: ''; position: number }

const SIGNS_OF_TWO: ReadonlySet<string> = new Set(['>=', '<='])
const SIGNS: ReadonlySet<string> = new Set('+-*/%×÷><=();')
/** Both quotation marks that the reference's examples use. */
const QUOTES: ReadonlySet<string> = new Set(['"', "'"])

const isDigit = (char: string): boolean => char >= '0' && char <= '9'
const isNameChar = (char: string): boolean => /[A-Za-z0-9_]/.test(char)
const isSpace = (char: string): boolean => /\s/.test(char)

type Scanned = { token: Token; next: number } | { error: FormulaError }

/** Cuts `text` into tokens, the last of which is the end; one pass, no backtracking. */
export function toTokens(text: string): Token[] | FormulaError {
  const tokens: Token[] = []
  let index = 0
  while (index < text.length) {
    if (isSpace(text.charAt(index))) {
      index += 1
      continue
    }
    const scanned = scan(text, index)
    if ('error' in scanned) return scanned.error
    tokens.push(scanned.token)
    index = scanned.next
  }
  tokens.push({ kind: 'end', value: '', position: text.length + 1 })
  return tokens
}

function scan(text: string, start: number): Scanned {
  const char = text.charAt(start)
  const position = start + 1
  if (QUOTES.has(char)) return scanText(text, start)
  if (isDigit(char)) return scanNumber(text, start)
  if (isNameChar(char)) {
    const next = endOf(text, start, isNameChar)
    return { token: { kind: 'name', value: text.slice(start, next), position }, next }
  }
  const two = text.slice(start, start + 2)
  const value = SIGNS_OF_TWO.has(two) ? two : char
  if (!SIGNS_OF_TWO.has(two) && !SIGNS.has(char)) {
    return { error: { message: `unexpected character ${JSON.stringify(char)}`, position } }
  }
  return { token: { kind: 'sign', value, position }, next: start + value.length }
}

function endOf(text: string, start: number, belongs: (char: string) => boolean): number {
  let index = start
  while (index < text.length && belongs(text.charAt(index))) index += 1
  return index
}

function scanNumber(text: string, start: number): Scanned {
  let next = endOf(text, start, isDigit)
  if (text.charAt(next) === '.' && isDigit(text.charAt(next + 1))) {
    next = endOf(text, next + 1, isDigit)
  }
  const value = Number(text.slice(start, next))
  const position = start + 1
  if (!Number.isFinite(value)) return { error: { message: 'the number is too large', position } }
  return { token: { kind: 'number', value, position }, next }
}

/** Text in quotes; a backslash takes the next character as it is. */
function scanText(text: string, start: number): Scanned {
  const quote = text.charAt(start)
  const position = start + 1
  let value = ''
  for (let index = start + 1; index < text.length; index += 1) {
    const char = text.charAt(index)
    if (char === quote) return { token: { kind: 'text', value, position }, next: index + 1 }
    if (char === '\\') index += 1
    value += text.charAt(index)
  }
  return { error: { message: 'the text has no closing quotation mark', position } }
}
