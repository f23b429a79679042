import { refuse, startOfNext, take } from '../../../kernel/text-cursor.ts'
import { type FilterFunction, type FilterNode, FUNCTIONS, isFunction } from '../filter.ts'
import { readGlob } from '../match-glob.ts'
import { type FilterCursor, nested } from './filter-cursor.ts'
import { takePath } from './read-path.ts'

type Read = (cursor: FilterCursor) => FilterNode | undefined

const OPEN = /\(/y
const CLOSE = /\)/y
const OPEN_LIST = /\[/y
const CLOSE_LIST = /\]/y
const COMMA = /,/y
const QUOTE = /["']/y
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![A-Za-z0-9_\\.-])/y
const WORDS: ReadonlyMap<string, true | false | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
])
const CONNECTIVES: ReadonlySet<string> = new Set(['and', 'or', 'in'])

/** A value, a list, a path, a function, or an expression in parentheses, which `readInner` reads. */
export function readOperand(cursor: FilterCursor, readInner: Read): FilterNode | undefined {
  const from = startOfNext(cursor)
  if (take(cursor, OPEN) !== undefined)
    return nested(cursor, from, () => readParentheses(cursor, from, readInner))
  if (take(cursor, OPEN_LIST) !== undefined)
    return nested(cursor, from, () => readList(cursor, from, readInner))
  const quote = take(cursor, QUOTE)
  if (quote !== undefined) return readText(cursor, quote)
  const number = take(cursor, NUMBER)
  if (number !== undefined) return toNumber(cursor, Number(number), from)
  return readWord(cursor, from, readInner)
}

function readParentheses(
  cursor: FilterCursor,
  from: number,
  readInner: Read,
): FilterNode | undefined {
  const node = readInner(cursor)
  if (!node || take(cursor, CLOSE) !== undefined) return node
  return refuseUnclosed(
    cursor,
    'The parenthesis is never closed',
    'Expected "and", "or" or )',
    from,
  )
}

function readList(cursor: FilterCursor, from: number, readInner: Read): FilterNode | undefined {
  const items: FilterNode[] = []
  if (take(cursor, CLOSE_LIST) !== undefined) return { kind: 'list', items }
  do {
    const item = readOperand(cursor, readInner)
    if (!item) return undefined
    items.push(item)
  } while (take(cursor, COMMA) !== undefined)
  if (take(cursor, CLOSE_LIST) !== undefined) return { kind: 'list', items }
  return refuseUnclosed(cursor, 'The list is never closed', 'Expected a comma or ]', from)
}

/** A text in quotes: `\` before a quote or another `\` takes it as it is; before anything else it stays. */
function readText(cursor: FilterCursor, quote: string): FilterNode | undefined {
  const { source, at: from } = cursor
  let value = ''
  for (let at = from; at < source.length; at += 1) {
    const char = source[at] as string
    const next = source[at + 1]
    if (char === quote) {
      cursor.at = at + 1
      return { kind: 'value', value }
    }
    const isEscape = char === '\\' && (next === '\\' || next === '"' || next === "'")
    value += isEscape ? next : char
    if (isEscape) at += 1
  }
  return refuse(cursor, `The text has no closing ${quote}`, from - 1)
}

const toNumber = (cursor: FilterCursor, value: number, from: number): FilterNode | undefined =>
  Number.isFinite(value)
    ? { kind: 'value', value }
    : refuse(cursor, 'The number is too large', from)

function readWord(cursor: FilterCursor, from: number, readInner: Read): FilterNode | undefined {
  const word = takePath(cursor)
  if (!word || CONNECTIVES.has(word.text)) return refuseOperand(cursor, from)
  if (!endsPath(cursor)) return undefined
  const value = WORDS.get(word.text)
  if (value !== undefined) return { kind: 'value', value }
  if (take(cursor, OPEN) === undefined) return { kind: 'path', path: word.path }
  const name = word.text
  if (isFunction(name)) return nested(cursor, from, () => readCall(cursor, name, from, readInner))
  const names = Object.keys(FUNCTIONS).join(', ')
  return refuse(cursor, `There is no function ${excerpt(name)}; functions are ${names}`, from)
}

const SPECIAL = /[\s=!<>()[\],"'.\\]/

const refuseOperand = (cursor: FilterCursor, from: number): undefined =>
  endsPath(cursor)
    ? refuse(
        cursor,
        'Expected a value: a path such as properties.total, a text in quotes, a number, a list, true, false or null',
        from,
      )
    : undefined

/** Whether a path may end here; refuses a character that was meant for it and needs a `\` to be part of it. */
function endsPath(cursor: FilterCursor): boolean {
  const at = cursor.source[cursor.at] === '.' ? cursor.at + 1 : cursor.at
  const code = cursor.source.codePointAt(at)
  const char = code === undefined ? ' ' : String.fromCodePoint(code)
  if (SPECIAL.test(char) && at === cursor.at) return true
  const message = SPECIAL.test(char)
    ? 'Expected a name behind the dot'
    : `Put a \\ before ${char} in a path: only A-Z, a-z, 0-9, _ and - need none`
  refuse(cursor, message, at)
  return false
}

function readCall(
  cursor: FilterCursor,
  name: FilterFunction,
  from: number,
  readInner: Read,
): FilterNode | undefined {
  const args: FilterNode[] = []
  const starts: number[] = []
  do {
    starts.push(startOfNext(cursor))
    const argument = readInner(cursor)
    if (!argument) return undefined
    args.push(argument)
  } while (take(cursor, COMMA) !== undefined)
  if (take(cursor, CLOSE) === undefined)
    return refuseUnclosed(cursor, `${name}( is never closed`, 'Expected a comma or )', from)
  const { takes } = FUNCTIONS[name]
  if (args.length !== takes)
    return refuse(cursor, `${name} takes ${takes === 1 ? 'one value' : 'two values'}`, from)
  if (name === 'match' && !checkPattern(cursor, args[1], starts[1] ?? from)) return undefined
  return { kind: 'call', name, arguments: args }
}

/** Patterns stand in the filter and never come with an event, so nobody else decides what matching them costs. */
function checkPattern(
  cursor: FilterCursor,
  pattern: FilterNode | undefined,
  position: number,
): true | undefined {
  if (pattern?.kind !== 'value' || typeof pattern.value !== 'string')
    return refuse(cursor, "The pattern of match is a text in quotes, such as 'Order *'", position)
  const glob = readGlob(pattern.value)
  return glob.ok || refuse(cursor, glob.message, position)
}

const refuseUnclosed = (
  cursor: FilterCursor,
  unclosed: string,
  expected: string,
  from: number,
): undefined =>
  startOfNext(cursor) === cursor.source.length
    ? refuse(cursor, unclosed, from)
    : refuse(cursor, expected)

const EXCERPT_LENGTH = 40
const excerpt = (text: string): string =>
  text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text
