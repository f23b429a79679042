import { isPlainObject } from '../../kernel/json.ts'

export const ROOT_KEY = '__segment_internal_directive'

type WholeMapping = { mapping: Record<string, unknown> } | { problem: string }

/**
 * A mapping as it is resolved. With the root key, the directive under it becomes the whole mapping and
 * gets the other keys as its `mapping` (§3.3.14); without it, that is the mapping itself.
 */
export function expandRootDirective(mapping: Record<string, unknown>): WholeMapping {
  if (!Object.hasOwn(mapping, ROOT_KEY)) return { mapping }
  const { [ROOT_KEY]: root, ...others } = mapping
  const entries = isPlainObject(root) || Array.isArray(root) ? Object.entries(root) : []
  const [entry] = entries
  if (!entry || entries.length > 1) return { problem: 'must hold a single directive' }
  const [name, argument] = entry
  if (Array.isArray(argument)) return { mapping: { [name]: argument } }
  if (!isPlainObject(argument)) return { problem: 'must hold a directive with options' }
  return { mapping: { [name]: { ...argument, mapping: others } } }
}

/** The path in the mapping as it was written of a `path` in the expanded one. */
export function toWrittenPath(mapping: Record<string, unknown>, path: string): string {
  if (!Object.hasOwn(mapping, ROOT_KEY)) return path
  const other = /^\/[^/]+\/mapping(\/.*)$/.exec(path)
  return other?.[1] ?? `/${ROOT_KEY}${path}`
}
