import { toStorableText } from '../../kernel/storable.ts'

/** Matches, in JSON, every escape of NUL or of an unpaired surrogate, and a little more. */
const MAYBE_UNSTORABLE = /\\u(?:0000|d[89a-f])/

/**
 * `event` as JSON on one line that PostgreSQL can keep and query, and the event it says. Characters that
 * it cannot keep become U+FFFD, in names too, so that one call cannot fail the batch it is written with.
 */
export function toStorableJson<T extends object>(event: T): { event: T; body: string } {
  const body = JSON.stringify(event)
  if (!MAYBE_UNSTORABLE.test(body)) return { event, body }
  const storable = storableCopy(event) as T
  return { event: storable, body: JSON.stringify(storable) }
}

function storableCopy(value: unknown): unknown {
  if (typeof value === 'string') return toStorableText(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(storableCopy)
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [toStorableText(name), storableCopy(member)]),
  )
}
