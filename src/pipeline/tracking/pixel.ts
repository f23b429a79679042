import { isPlainObject } from '../../kernel/json.ts'
import { LIMITS } from '../../platform/limits.ts'

/** A transparent GIF of 1×1, 43 bytes (§1.12). */
export const PIXEL = Buffer.from(
  'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==',
  'base64',
)

/**
 * The call in the query of a pixel: `data`, JSON in base64 of either alphabet, or one parameter a member
 * with dots between the levels, whose values are texts. Undefined when `data` cannot be read.
 */
export function callOfQuery(query: Record<string, unknown>): Record<string, unknown> | undefined {
  const { data } = query
  return typeof data === 'string' ? callOfData(data) : callOfParameters(query)
}

function callOfData(data: string): Record<string, unknown> | undefined {
  try {
    // A plus sign that was not percent-encoded arrives as a blank.
    const text = Buffer.from(data.replaceAll(' ', '+'), 'base64').toString('utf8')
    const call: unknown = JSON.parse(text)
    return isPlainObject(call) ? call : undefined
  } catch {
    return undefined
  }
}

function callOfParameters(query: Record<string, unknown>): Record<string, unknown> {
  const call: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(query)) {
    const names = path.split('.')
    const isSafe = !names.includes('__proto__') && names.length <= LIMITS.trackingDepthMax
    if (typeof value === 'string' && isSafe) put(call, names, value)
  }
  return call
}

function put(call: Record<string, unknown>, names: readonly string[], value: string): void {
  let level = call
  for (const name of names.slice(0, -1)) {
    const inner = Object.hasOwn(level, name) ? level[name] : undefined
    const next = isPlainObject(inner) ? inner : {}
    level[name] = next
    level = next
  }
  level[names.at(-1) ?? ''] = value
}
