import { LIMITS } from '../../platform/limits.ts'

/** One place of a pattern: any number of characters, this character, or one that passes the test. */
type Token = 'any' | number | ((char: number) => boolean)

export type Glob = { ok: true; matches(text: string): boolean }

const ANY_ONE = (): boolean => true

/**
 * The glob pattern that `pattern` says (§2.3 rule 4): `*` is any number of characters, `?` is one, `[abc]`
 * and `[a-z]` are one of these, `[^abc]` is one of no other than these, `\x` is the character x. It matches whole texts
 * and tells upper from lower case. Characters are Unicode code points.
 *
 * Matching takes at most as many steps as the text has characters times the pattern has, and the latter are
 * `LIMITS.filterPatternLengthMax` at most: a failure goes back to the last `*` only, never to one before it.
 */
export function readGlob(pattern: string): Glob | { ok: false; message: string } {
  const chars = toChars(pattern)
  if (chars.length > LIMITS.filterPatternLengthMax)
    return {
      ok: false,
      message: `A pattern has at most ${LIMITS.filterPatternLengthMax} characters`,
    }
  const tokens: Token[] = []
  for (let at = 0; at < chars.length; ) {
    const place = readPlace(chars, at)
    if (typeof place === 'string') return { ok: false, message: place }
    // Stars in a row say what one says.
    if (place.token !== 'any' || tokens.at(-1) !== 'any') tokens.push(place.token)
    at = place.end
  }
  return { ok: true, matches: (text) => matchTokens(tokens, toChars(text)) }
}

const toChars = (text: string): number[] => Array.from(text, (char) => char.codePointAt(0) ?? 0)

const code = (char: string): number => char.charCodeAt(0)
const STAR = code('*')
const QUESTION = code('?')
const ESCAPE = code('\\')
const OPEN = code('[')
const CLOSE = code(']')
const DASH = code('-')
const CARET = code('^')

/** The place of the pattern at `at`, or what is wrong with it. */
function readPlace(chars: readonly number[], at: number): { token: Token; end: number } | string {
  const char = chars[at]
  if (char === STAR) return { token: 'any', end: at + 1 }
  if (char === QUESTION) return { token: ANY_ONE, end: at + 1 }
  if (char === OPEN) return readSet(chars, at + 1)
  const one = readOne(chars, at)
  return one
    ? { token: one.char, end: one.end }
    : 'The pattern ends with a \\ that takes no character'
}

/** The character at `at`, behind a `\` if it has one. */
function readOne(chars: readonly number[], at: number): { char: number; end: number } | undefined {
  const from = chars[at] === ESCAPE ? at + 1 : at
  const char = chars[from]
  return char === undefined ? undefined : { char, end: from + 1 }
}

function readSet(chars: readonly number[], from: number): { token: Token; end: number } | string {
  const isNegated = chars[from] === CARET
  const ranges: [first: number, last: number][] = []
  let at = isNegated ? from + 1 : from
  while (chars[at] !== CLOSE) {
    const first = readOne(chars, at)
    const isRange = first !== undefined && chars[first.end] === DASH
    const last = isRange ? readOne(chars, first.end + 1) : first
    if (!first || !last) return 'The pattern has a [ that is never closed'
    if (isRange && chars[first.end + 1] === CLOSE)
      return 'A range in the pattern has no end: write \\- for a dash'
    if (first.char > last.char) return 'A range in the pattern runs backwards'
    ranges.push([first.char, last.char])
    at = last.end
  }
  if (ranges.length === 0) return 'The pattern has a [ without characters'
  const isIn = (char: number) => ranges.some(([first, last]) => first <= char && char <= last)
  return { token: isNegated ? (char) => !isIn(char) : isIn, end: at + 1 }
}

function matchTokens(tokens: readonly Token[], text: readonly number[]): boolean {
  let token = 0
  let at = 0
  let lastStar = -1
  let starEnd = 0
  while (at < text.length) {
    const test = tokens[token]
    if (test === 'any') {
      lastStar = token
      starEnd = at
      token += 1
    } else if (typeof test === 'function' ? test(text[at] as number) : test === text[at]) {
      token += 1
      at += 1
    } else if (lastStar >= 0) {
      // The last star takes one character more.
      starEnd += 1
      at = starEnd
      token = lastStar + 1
    } else return false
  }
  return token === tokens.length || (token === tokens.length - 1 && tokens[token] === 'any')
}
