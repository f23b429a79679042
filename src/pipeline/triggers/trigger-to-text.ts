import { printGroup } from './print-trigger.ts'
import { readTrigger } from './reading/read-trigger.ts'
import { isHopeless } from './reading/to-condition.ts'
import type { TriggerAst, TriggerNever, TriggerNode } from './trigger.ts'

/**
 * A trigger that says `ast`, in the form that Segment reads alike where it has one. What the loose reading
 * would take for something else stands in double parentheses, which make the whole text be read strictly.
 * It reads back unless groups nest deeper than the strict reading allows.
 */
export function triggerToText(ast: TriggerAst): string {
  const meaning = toMeaning(ast)
  const group: TriggerAst =
    meaning.kind === 'group' ? meaning : { kind: 'group', operator: 'and', children: [meaning] }
  const text = printGroup(group, 'functions')
  const again = readTrigger(text)
  return again.ok && isSame(toMeaning(again.ast), meaning)
    ? text
    : `((${printGroup(group, 'words')}))`
}

const NEVER: TriggerNever = { kind: 'never', text: '' }

/** `node` in one form for all that mean the same by their structure: no group of one, none without children. */
function toMeaning(node: TriggerNode): TriggerNode {
  if (node.kind === 'never') return NEVER
  if (node.kind === 'condition' && isHopeless(node)) return NEVER
  if (node.kind === 'condition') return node.path.includes('') ? { ...node, path: [''] } : node
  const [first, ...rest] = node.children.map(toMeaning)
  if (!first) return NEVER
  return rest.length === 0 ? first : { ...node, children: [first, ...rest] }
}

const isSame = (a: TriggerNode, b: TriggerNode): boolean =>
  toCanonicalJson(a) === toCanonicalJson(b)

/** JSON with the members of every object in order. */
const toCanonicalJson = (node: TriggerNode): string =>
  JSON.stringify(node, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
