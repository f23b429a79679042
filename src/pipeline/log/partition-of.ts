import { LIMITS } from '../../platform/limits.ts'

const FNV_OFFSET = 0x811c9dc5
const FNV_PRIME = 0x01000193

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
