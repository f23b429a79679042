import type { Json, JsonObject } from '../../../kernel/json.ts'
import { HOPS_HEADER } from '../../../platform/http/index.ts'
import type { RefusedRequest } from '../definition.ts'

/**
 * Headers that no mapping may set: what HTTP itself says about a connection, and what each attempt of a
 * delivery adds (D-09, D-18), which must not be forged. They are refused, not ignored: whoever set one expects
 * it to arrive.
 */
const RESERVED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'idempotency-key',
  'keep-alive',
  HOPS_HEADER,
  'transfer-encoding',
  'upgrade',
])

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const VALUE = /^[\t\x20-\x7e]*$/

/**
 * The headers of a mapping as they are sent: names in lower case, numbers and booleans as text, null left out.
 * Says which one cannot be sent: the HTTP client would find it only when sending, and be tried again.
 */
export function toHeaders(given: JsonObject): { headers: Record<string, string> } | RefusedRequest {
  const headers: Record<string, string> = {}
  for (const [key, value] of Object.entries(given)) {
    if (value === null || value === undefined) continue
    const name = key.toLowerCase()
    const problem = problemOf(name, value)
    if (problem !== undefined)
      return {
        reason: 'MESSAGE_REJECTED',
        message: `The header ${JSON.stringify(key)} ${problem}.`,
      }
    headers[name] = String(value)
  }
  return { headers }
}

function problemOf(name: string, value: Json): string | undefined {
  if (!NAME.test(name)) return 'has a name that HTTP does not allow'
  if (RESERVED.has(name)) return 'is set by Promoloop itself and cannot be set by a mapping'
  if (typeof value === 'object') return 'must be a text, a number or a boolean'
  return VALUE.test(String(value)) ? undefined : 'may contain printable ASCII characters only'
}
