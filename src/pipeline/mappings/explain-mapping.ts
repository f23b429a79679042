import type { Explain } from '../../kernel/explain.ts'
import type { Json, JsonObject } from '../../kernel/json.ts'
import { compileObserved } from './compile-mapping.ts'
import type { Observer } from './directives/directive.ts'
import { directiveOf, MappingError, quote } from './mapping.ts'
import { listProblems, validateMapping } from './validate-mapping.ts'

/** A tree of more nodes helps nobody; beyond it values are still computed, but not recorded. */
const NODES_MAX = 10_000

/**
 * What a mapping makes of an event, and how. `value` and `error` are what the compiled mapping returns and
 * throws. Each node of `explain` is a part of the mapping that was resolved, in order: it passed when it
 * had a value, and `actual` is that value. Alternatives that were not taken have no node.
 */
export type MappingExplanation = { value?: Json; error?: string; explain: Explain }

/** Explains a mapping for one event. Total: what fails is told, not thrown. Slow: for people, not for events. */
export function explainMapping(mapping: Json, event: JsonObject): MappingExplanation {
  const problems = validateMapping(mapping)
  if (problems.length > 0) return failed(listProblems(problems))
  const { observer, nodes } = newRecorder()
  const resolve = compileObserved(mapping, observer)
  try {
    const value = resolve(event)
    const explain = nodes[0] ?? { what: '/', passed: value !== undefined }
    return value === undefined ? { explain } : { value, explain }
  } catch (error) {
    if (!(error instanceof MappingError)) throw error
    return failed(error.message, nodes[0])
  }
}

const failed = (message: string, node?: Explain): MappingExplanation => ({
  error: message,
  explain: node ?? { what: '/', passed: false, message },
})

/** Records every part that is resolved, beneath the part that asked for it. */
function newRecorder(): { observer: Observer; nodes: Explain[] } {
  const nodes: Explain[] = []
  let siblings = nodes
  let nodesLeft = NODES_MAX
  const watch: Observer['watch'] = (place, value, resolve) => {
    const what = `${place || '/'} ${summarise(value)}`
    return (payload) => {
      if (nodesLeft === 0) return resolve(payload)
      nodesLeft -= 1
      const node: Explain = { what, passed: false }
      const outer = siblings
      const parts: Explain[] = []
      outer.push(node)
      siblings = parts
      try {
        return note(node, resolve(payload))
      } catch (error) {
        node.message = error instanceof Error ? error.message : String(error)
        throw error
      } finally {
        siblings = outer
        if (parts.length > 0) node.parts = parts
      }
    }
  }
  return { observer: { watch }, nodes }
}

function note(node: Explain, value: unknown): unknown {
  if (value === undefined) node.message = 'no value'
  else {
    node.passed = true
    node.actual = value as Json
  }
  return value
}

/** The directive, with its argument where that is short to say; otherwise the kind of value. */
function summarise(value: unknown): string {
  const directive = directiveOf(value)
  if (directive) {
    const { name, argument } = directive
    return typeof argument === 'string' ? `${name} ${quote(argument)}` : name
  }
  if (Array.isArray(value)) return 'array'
  return typeof value === 'object' && value !== null ? 'object' : 'literal'
}
