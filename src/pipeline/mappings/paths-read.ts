import type { Json } from '../../kernel/json.ts'
import { compileObserved } from './compile-mapping.ts'
import type { MappingProblem } from './mapping.ts'

/**
 * The paths of the event that a mapping may read, sorted, each once (§3.6): `properties.email`, `.` for
 * the whole event, `properties.products[].sku` for a member of each item. Paths that are known only from
 * an event are not among them. Total: an invalid mapping has paths too.
 */
export function pathsRead(mapping: Json): string[] {
  const paths = new Set<string>()
  compileObserved(mapping, { read: (path) => void paths.add(path) })
  return [...paths].sort()
}

/**
 * What a valid mapping holds that fails whenever an event comes to it: an `@if` without condition, an
 * unknown directive within an array, Liquid that cannot be parsed. Segment accepts such mappings, so they
 * are no problems; whoever edits one wants to know.
 */
export function mappingWarnings(mapping: Json): MappingProblem[] {
  const warnings: MappingProblem[] = []
  compileObserved(mapping, { fail: (warning) => void warnings.push(warning) })
  return warnings
}
