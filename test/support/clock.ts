import type { Clock } from '../../src/platform/clock.ts'

export type TestClock = Clock & {
  set(now: Date | string): void
  /** Moves the clock by so many milliseconds. */
  advance(ms: number): void
}

/** A clock that stands still until told otherwise. */
export function createTestClock(start = '2026-06-01T12:00:00.000Z'): TestClock {
  let now = new Date(start)
  return {
    now: () => new Date(now),
    set: (to) => {
      now = new Date(to)
    },
    advance: (ms) => {
      now = new Date(now.getTime() + ms)
    },
  }
}
