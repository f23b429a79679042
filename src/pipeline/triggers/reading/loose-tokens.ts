export type LooseTokenKind =
  | 'word'
  | 'text'
  | 'number'
  | 'null'
  | 'operator'
  | 'connective'
  | 'dot'
  | 'comma'
  | 'bracket'
  | 'open'
  | 'close'
  | 'end'

/** `text` is what the token says: without quotes, with escapes undone. `start` and `end` are where it stands. */
export type LooseToken = { kind: LooseTokenKind; text: string; start: number; end: number }

/** A token and where the reading goes on, which is not always its end. */
type Read = { token: LooseToken; next: number }

const WORD = /(?:[A-Za-z0-9_-]|\\[\s\S])+/y
const NUMBER = /[-+0-9][0-9]*(?:\.[0-9]*)?/y
const WORD_START = /[A-Za-z_\\]/
const LETTER_OR_OPEN = /[A-Za-z(]/
const NUMBER_START = /[-+0-9]/
const SPACE = /[ \t\n]/
const TERMINATOR = /[ \t\n,\])]/
const AFTER_WORD = /[ \t\n,\]).(=!]/
const KEYWORDS: Readonly<Record<string, string>> = { a: 'and', o: 'or', n: 'null' }
const PUNCTUATION: Readonly<Record<string, LooseTokenKind>> = {
  '.': 'dot',
  ',': 'comma',
  '[': 'bracket',
  ']': 'bracket',
  '(': 'open',
  ')': 'close',
}

/**
 * `source` in the tokens that the published package finds, up to a token `end`; undefined when it finds a
 * character or a text without an end that it cannot read. Names joined by dots are one word.
 */
export function tokenizeLoosely(source: string): LooseToken[] | undefined {
  const tokens: LooseToken[] = []
  let at = 0
  while (at < source.length) {
    if (SPACE.test(source.charAt(at))) {
      at += 1
      continue
    }
    const read = readToken(source, at)
    if (!read) return undefined
    tokens.push(read.token)
    at = read.next
  }
  tokens.push({ kind: 'end', text: 'eos', start: at, end: at })
  return joinNames(tokens)
}

function readToken(source: string, at: number): Read | undefined {
  const char = source.charAt(at)
  if (WORD_START.test(char)) return readWord(source, at)
  if (NUMBER_START.test(char)) return readNumber(source, at)
  if (char === '"' || char === "'") return readText(source, at, char)
  if (char === '!' || char === '=' || char === '<' || char === '>')
    return readOperator(source, at, char)
  const kind = PUNCTUATION[char]
  return kind && read(kind, char, at, at + 1)
}

function readOperator(source: string, at: number, char: string): Read | undefined {
  const following = source.charAt(at + 1)
  if (char === '!' && LETTER_OR_OPEN.test(following)) return read('operator', '!', at, at + 1)
  // `!=`, `<=` and `>=` count only when a space follows them; before anything else the `=` stands for itself.
  if (char !== '=' && following === '=' && isTerminated(source, at + 2))
    return read('operator', `${char}=`, at, at + 2)
  return char === '!' ? undefined : read('operator', char, at, at + 1)
}

function readWord(source: string, at: number): Read | undefined {
  const keyword = KEYWORDS[source.charAt(at)]
  if (keyword) {
    const ahead = source.slice(at + 1, at + keyword.length)
    if (ahead.length < keyword.length - 1 && !TERMINATOR.test(ahead))
      // The text ends while the keyword is tried: what was passed is lost, and the word is its first letter.
      return { token: token('word', source.charAt(at), at, source.length), next: source.length }
    if (source.startsWith(keyword, at) && isTerminated(source, at + keyword.length))
      return read(keyword === 'null' ? 'null' : 'connective', keyword, at, at + keyword.length)
  }
  const written = matchAt(WORD, source, at)
  const end = at + written.length
  if (written === '' || !(end === source.length || AFTER_WORD.test(source.charAt(end))))
    return undefined
  return read('word', unescapeWord(written), at, end)
}

function readNumber(source: string, at: number): Read | undefined {
  const written = matchAt(NUMBER, source, at)
  const end = at + written.length
  if (source.charAt(end) === '.') return undefined
  if (written.endsWith('.') && isTerminated(source, end)) return undefined
  return read('number', written, at, end)
}

function readText(source: string, at: number, quote: string): Read | undefined {
  const closing = source.indexOf(quote, at + 1)
  if (closing === -1) return undefined
  const text = token('text', source.slice(at + 1, closing), at, closing + 1)
  // A closing quote that nothing ends is read again, as the opening quote of another text.
  return { token: text, next: isTerminated(source, closing + 1) ? closing + 1 : closing }
}

/** `properties . total` becomes `properties.total`, whatever stands around the dot. */
function joinNames(tokens: readonly LooseToken[]): LooseToken[] {
  const joined: LooseToken[] = []
  for (let at = 0; at < tokens.length; at += 1) {
    const current = tokens[at]
    const last = joined.at(-1)
    const next = tokens[at + 1]
    if (!current) continue
    if (last?.kind === 'word' && current.kind === 'dot' && next?.kind === 'word') {
      joined[joined.length - 1] = token('word', `${last.text}.${next.text}`, last.start, next.end)
      at += 1
    } else joined.push(current)
  }
  return joined
}

const token = (kind: LooseTokenKind, text: string, start: number, end: number): LooseToken => ({
  kind,
  text,
  start,
  end,
})
const read = (kind: LooseTokenKind, text: string, start: number, end: number): Read => ({
  token: token(kind, text, start, end),
  next: end,
})
const isTerminated = (source: string, at: number): boolean =>
  at >= source.length || TERMINATOR.test(source.charAt(at))
const unescapeWord = (written: string): string => written.replace(/\\([\s\S])/g, '$1')

function matchAt(pattern: RegExp, source: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(source)?.[0] ?? ''
}
