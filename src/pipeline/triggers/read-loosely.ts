import { isLooseField } from './field.ts'
import {
  isFunctionName,
  type LooseItem,
  readFunction,
  readLooseCondition,
} from './loose-condition.ts'
import { type LooseCursor, shift, warn } from './loose-cursor.ts'
import { type LooseToken, tokenizeLoosely } from './loose-tokens.ts'
import type { TriggerAst, TriggerNode, TriggerWarning } from './trigger.ts'

export type LooseReading = { ast: TriggerAst; warnings: TriggerWarning[] }

/** A list being read: its conditions (undefined for parentheses that hold none) and what stands around them. */
type LooseList = {
  nodes: (TriggerNode | undefined)[]
  connectives: LooseToken[]
  /** Whether a connective, or what was meant for one, has come since the last condition. */
  isConnected: boolean
  /** Tokens in a row that mean nothing here. */
  skipped: LooseToken[]
}

/**
 * `source` as the published package reads it, for every text that it accepts; undefined for all others.
 * That reading seldom objects: what it does not know it skips, parentheses end at the first `)`, and
 * the last connective of a list holds for all of it (§4.1, D-10). Each such surprise is a warning.
 */
export function readLoosely(source: string): LooseReading | undefined {
  const tokens = tokenizeLoosely(source)
  if (!tokens) return undefined
  const cursor: LooseCursor = { source, tokens, at: 0, warnings: [] }
  const list = readList(cursor)
  const node = list && toNode(list, cursor)
  if (!node) return undefined
  const ast: TriggerAst =
    node.kind === 'group' ? node : { kind: 'group', operator: 'and', children: [node] }
  return { ast, warnings: cursor.warnings.sort((a, b) => a.position - b.position) }
}

function readList(cursor: LooseCursor): LooseList | undefined {
  const list: LooseList = { nodes: [], connectives: [], isConnected: true, skipped: [] }
  for (let token = shift(cursor); token && token.kind !== 'end'; token = shift(cursor))
    if (!readNext(token, list, cursor)) return undefined
  warnOfSkipped(list, cursor)
  return list
}

/** False when the published package refuses the text. */
function readNext(token: LooseToken, list: LooseList, cursor: LooseCursor): boolean {
  const item = readItem(token, cursor)
  if (item === 'refused') return false
  if (item === 'skipped') {
    list.skipped.push(token)
    return true
  }
  warnOfSkipped(list, cursor)
  if (item === 'connective') {
    list.connectives.push(token)
    list.isConnected = true
  } else if (item !== 'nothing') {
    if (!list.isConnected)
      warn(cursor, 'no_connective', token.start, 'There is no and or or before this condition.')
    list.nodes.push(item.node)
    list.isConnected = false
  }
  return true
}

function readItem(token: LooseToken, cursor: LooseCursor): LooseItem | 'connective' | 'skipped' {
  if (token.kind === 'connective') return 'connective'
  if (token.kind === 'open') return readParentheses(token, cursor)
  if (token.kind === 'word') return readWord(token, cursor)
  const name = cursor.tokens[cursor.at]
  if (token.kind === 'operator' && token.text === '!' && isFunctionName(name)) {
    shift(cursor)
    return readFunction({ name, isNegated: true }, cursor)
  }
  return 'skipped'
}

function readWord(token: LooseToken, cursor: LooseCursor): LooseItem | 'skipped' {
  const root = token.text.split('.', 1)[0] ?? ''
  if (isLooseField(root)) return readLooseCondition(token, root, cursor)
  if (isFunctionName(token)) return readFunction({ name: token, isNegated: false }, cursor)
  // The published package finds words like `constructor` in its table of fields, and drops what follows them.
  if (root in Object.prototype) {
    const dropped = [shift(cursor), shift(cursor)].at(-1)
    if (!dropped) return 'refused'
    const written = cursor.source.slice(token.start, dropped.end)
    warn(cursor, 'not_read', token.start, `${written} is not read.`)
    return 'nothing'
  }
  return 'skipped'
}

/** Reads up to the first `)`, be it that of a function. Refused when there is none, so parentheses do not nest. */
function readParentheses(open: LooseToken, cursor: LooseCursor): LooseItem {
  const from = cursor.at
  let close = shift(cursor)
  while (close && close.kind !== 'close') close = shift(cursor)
  if (!close) return 'refused'
  const inner = cursor.tokens.slice(from, cursor.at - 1)
  const end: LooseToken = { kind: 'end', text: 'eos', start: close.start, end: close.start }
  const list = readList({ ...cursor, tokens: [...inner, end], at: 0 })
  if (!list) return 'refused'
  if (inner.some(({ kind }) => kind === 'open'))
    warn(
      cursor,
      'parentheses_cut',
      open.start,
      'These parentheses end at their first ), which is that of a function.',
    )
  return { node: toNode(list, cursor) }
}

/** Undefined when nothing in the list says anything. */
function toNode({ nodes, connectives }: LooseList, cursor: LooseCursor): TriggerNode | undefined {
  if (nodes.length < 2) return nodes[0]
  const operator = connectives.at(-1)?.text === 'or' ? 'or' : 'and'
  const overruled = connectives.find(({ text }) => text !== operator)
  if (overruled)
    warn(
      cursor,
      'mixed_connectives',
      overruled.start,
      `The last connective of a list holds for all of it, so this ${overruled.text} is read as ${operator}.`,
    )
  const children = nodes.map((node): TriggerNode => node ?? { kind: 'never', text: '()' })
  return { kind: 'group', operator, children }
}

function warnOfSkipped(list: LooseList, cursor: LooseCursor): void {
  const [first] = list.skipped
  const last = list.skipped.at(-1)
  list.skipped = []
  if (!first || !last) return
  const written = cursor.source.slice(first.start, last.end)
  const word = last.text.toLowerCase()
  if (word === 'and' || word === 'or') {
    list.isConnected = true
    warn(
      cursor,
      'not_read',
      first.start,
      `${written} is not read: connectives are written in small letters.`,
    )
  } else if (word === 'not' || word === '!')
    warn(cursor, 'not_read', first.start, `${written} is not read: what follows is not negated.`)
  else warn(cursor, 'not_read', first.start, `${written} is not read.`)
}
