import type { Clock } from './clock.ts'

export type RateState = {
  isExceeded: boolean
  limit: number
  remaining: number
  /** When the window ends, in seconds since 1970. */
  resetEpochS: number
  /** Whole seconds until then, at least 1. */
  retryAfterS: number
}

export type RateLimiter = { take(key: string): RateState }

/** Counts calls by key in fixed windows, in this process. Memory is bounded: a window's end forgets all. */
export function createRateLimiter({
  clock,
  callsMax,
  windowMs,
}: {
  clock: Clock
  callsMax: number
  windowMs: number
}): RateLimiter {
  let window = -1
  const counts = new Map<string, number>()
  return {
    take(key) {
      const nowMs = clock.now().getTime()
      const current = Math.floor(nowMs / windowMs)
      if (current !== window) {
        window = current
        counts.clear()
      }
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      const resetMs = (current + 1) * windowMs
      return {
        isExceeded: count > callsMax,
        limit: callsMax,
        remaining: Math.max(0, callsMax - count),
        resetEpochS: Math.ceil(resetMs / 1000),
        retryAfterS: Math.max(1, Math.ceil((resetMs - nowMs) / 1000)),
      }
    },
  }
}
