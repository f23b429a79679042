import { createHash } from 'node:crypto'
import type { FilterEvent } from './filter.ts'
import { findMember } from './filter-value.ts'

const SHARES = 2 ** 48

/**
 * Where an event stands among all, evenly spread from 0 to 1 (1 excluded): a hash of the value at `path`, or of
 * the message id without a path or where the event has nothing there. Equal values stand in one place, today and
 * tomorrow, in this process and in another.
 */
export function calculateShare(event: FilterEvent, path: readonly string[] | undefined): number {
  const value = (path && findMember(event, path)) ?? event['messageId'] ?? null
  const hash = createHash('sha256').update(JSON.stringify(value)).digest()
  return hash.readUIntBE(0, 6) / SHARES
}
