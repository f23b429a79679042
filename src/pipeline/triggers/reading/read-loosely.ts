import { isLooseField } from '../field.ts'
import type { TriggerAst, TriggerNode, TriggerWarning } from '../trigger.ts'
import {
  isFunctionName,
  type LooseItem,
  readFunction,
  readLooseCondition,
} from './loose-condition.ts'
import { type LooseCursor, shift } from './loose-cursor.ts'
import { type LooseToken, tokenizeLoosely } from './loose-tokens.ts'
import { isMeantAsConnective, warn, warnOfSkipped, written } from './loose-warnings.ts'

export type LooseReading = { ast: TriggerAst; warnings: TriggerWarning[] }

/** A list being read: its conditions (undefined for parentheses without one) and what stands around them. */
type LooseList = {
  nodes: (TriggerNode | undefined)[]
  connectives: LooseToken[]
  /** The connective, or what was meant for one, since the last condition. */
  pending: LooseToken | undefined
  /** Tokens in a row that mean nothing where they stand. */
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
  const list: LooseList = { nodes: [], connectives: [], pending: undefined, skipped: [] }
  for (let token = shift(cursor); token && token.kind !== 'end'; token = shift(cursor))
    if (!readNext(token, list, cursor)) return undefined
  endSkipping(list, cursor)
  const last = cursor.tokens[cursor.at - 2]
  if (last?.kind === 'connective' && last === list.pending)
    warn(cursor, 'not_read', last, 'No condition stands behind this connective.')
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
  endSkipping(list, cursor)
  if (item === 'connective') {
    list.connectives.push(token)
    list.pending = token
  } else if (item !== 'nothing') {
    if (!list.pending && list.nodes.length > 0)
      warn(cursor, 'no_connective', token, 'No connective stands before this condition.')
    list.nodes.push(item.node)
    list.pending = undefined
  }
  return true
}

function readItem(token: LooseToken, cursor: LooseCursor): LooseItem | 'connective' | 'skipped' {
  if (token.kind === 'connective') return 'connective'
  if (token.kind === 'open') return readParentheses(token, cursor)
  if (token.kind === 'word') return readWord(token, cursor)
  const name = cursor.tokens[cursor.at]
  if (token.kind !== 'operator' || token.text !== '!' || !isFunctionName(name)) return 'skipped'
  shift(cursor)
  return readFunction(cursor, name, { isNegated: true })
}

function readWord(token: LooseToken, cursor: LooseCursor): LooseItem | 'skipped' {
  const root = token.text.split('.', 1)[0] ?? ''
  if (isLooseField(root)) return readLooseCondition(cursor, token, root)
  if (isFunctionName(token)) return readFunction(cursor, token, { isNegated: false })
  if (!(root in Object.prototype)) return 'skipped'
  // The published package finds `constructor` and its like in its table of fields, but does nothing with them.
  shift(cursor)
  const value = shift(cursor)
  if (!value) return 'refused'
  warn(cursor, 'not_read', token, `${written(cursor, token, value)} is not read.`)
  return 'nothing'
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
    warn(cursor, 'parentheses_cut', open, 'These parentheses end with those of a function in them.')
  const node = toNode(list, cursor)
  if (!node) warn(cursor, 'never_true', open, 'No event meets parentheses without a condition.')
  return { node }
}

/** Undefined when the list says nothing. */
function toNode({ nodes, connectives }: LooseList, cursor: LooseCursor): TriggerNode | undefined {
  if (nodes.length < 2) return nodes[0]
  const operator = connectives.at(-1)?.text === 'or' ? 'or' : 'and'
  const overruled = connectives.find(({ text }) => text !== operator)
  if (overruled)
    warn(
      cursor,
      'mixed_connectives',
      overruled,
      `The last connective of a list holds for all of it, so this "${overruled.text}" is read as "${operator}".`,
    )
  const children = nodes.map((node): TriggerNode => node ?? { kind: 'never', text: '()' })
  return { kind: 'group', operator, children }
}

function endSkipping(list: LooseList, cursor: LooseCursor): void {
  warnOfSkipped(cursor, list.skipped)
  list.pending = list.skipped.find(isMeantAsConnective) ?? list.pending
  list.skipped = []
}
