import { LIMITS } from '../../platform/limits.ts'
import type { NewLogEntry } from './log-entry.ts'

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** Whom an entry is about: its user, else its visitor, else nobody but itself. */
export const userKeyOf = (
  entry: Pick<NewLogEntry, 'userId' | 'anonymousId' | 'messageId'>,
): string => entry.userId ?? entry.anonymousId ?? entry.messageId

/**
 * The partition of everything about one user key (`userId`, else `anonymousId`), so that one person's
 * calls stay in order. FNV-1a over UTF-16: stable for ever, because stored entries rely on it.
 */
export function partitionOf(userKey: string): number {
  let hash = FNV_OFFSET
  for (let index = 0; index < userKey.length; index += 1) {
    hash ^= userKey.charCodeAt(index)
    hash = Math.imul(hash, FNV_PRIME)
  }
  return (hash >>> 0) % LIMITS.logPartitions
}
