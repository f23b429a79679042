import { compileCondition, type Matcher } from './compile-condition.ts'
import { compileSubject } from './compile-subject.ts'
import { completeWarnings } from './complete-warnings.ts'
import { readTrigger } from './reading/read-trigger.ts'
import type { TriggerAst, TriggerNode, TriggerSubject, TriggerWarning } from './trigger.ts'

/** Below this, comparing one after the other is faster than looking up. */
const LOOKED_UP_MIN = 4

export type Trigger = {
  ok: true
  /** Whether the trigger fires on an event. Allocates nothing, never throws, and takes some ten nanoseconds a condition. */
  matches: Matcher
  /** Where the text is read otherwise than it looks, in its order (D-10). */
  warnings: readonly TriggerWarning[]
  ast: TriggerAst
}

/** Why a text is no trigger. `position` counts from 0 in UTF-16 units. */
export type InvalidTrigger = { ok: false; message: string; position: number }

/**
 * The trigger that `text` says. It fires on exactly the events on which the published
 * `@segment/destination-subscriptions` lets it fire, for every text that package accepts, but that text in
 * single quotes is a text and only own members are found (§4, D-10). Takes time linear in the text.
 */
export function compileTrigger(text: string): Trigger | InvalidTrigger {
  const reading = readTrigger(text)
  if (!reading.ok) return reading
  const { ast } = reading
  return {
    ok: true,
    matches: compileNode(ast),
    warnings: completeWarnings(text, reading),
    ast,
  }
}

/** Whether an event meets `node`, as a closure that allocates nothing and never throws. */
export function compileNode(node: TriggerNode): Matcher {
  if (node.kind === 'never') return never
  if (node.kind === 'condition') return compileCondition(node)
  if (node.operator === 'and') return all(node.children.map(compileNode))
  return compileLookup(node.children) ?? any(node.children.map(compileNode))
}

const never: Matcher = () => false

/** Most groups are small: written out, they cost no loop. */
function all(matchers: readonly Matcher[]): Matcher {
  const [a, b, c, ...others] = matchers
  if (!a) return never
  if (!b) return a
  if (!c) return (event) => a(event) && b(event)
  if (others.length === 0) return (event) => a(event) && b(event) && c(event)
  return (event) => {
    for (let at = 0; at < matchers.length; at += 1) if (!matchers[at]?.(event)) return false
    return true
  }
}

function any(matchers: readonly Matcher[]): Matcher {
  const [a, b, c, ...others] = matchers
  if (!a) return never
  if (!b) return a
  if (!c) return (event) => a(event) || b(event)
  if (others.length === 0) return (event) => a(event) || b(event) || c(event)
  return (event) => {
    for (let at = 0; at < matchers.length; at += 1) if (matchers[at]?.(event)) return true
    return false
  }
}

/** A long list of texts that one value may equal, such as names of events, as a set; undefined for other lists. */
function compileLookup(nodes: readonly TriggerNode[]): Matcher | undefined {
  const [first] = nodes
  if (nodes.length < LOOKED_UP_MIN || first?.kind !== 'condition') return undefined
  const texts: string[] = []
  for (const node of nodes) {
    if (node.kind !== 'condition' || node.operator !== '=' || !isSameSubject(node, first))
      return undefined
    texts.push(node.value)
  }
  const set: ReadonlySet<unknown> = new Set(texts)
  const read = compileSubject(first)
  return (event) => set.has(read(event))
}

const isSameSubject = (a: TriggerSubject, b: TriggerSubject): boolean =>
  a.field === b.field &&
  a.path.length === b.path.length &&
  a.path.every((name, index) => name === b.path[index])
