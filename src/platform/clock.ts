/** Where the time comes from. Decisions get `now` as an argument and never see a clock. */
export type Clock = { now(): Date }

export const systemClock: Clock = { now: () => new Date() }

/** Milliseconds of a clock that only moves forward, for measuring how long something took. */
export const monotonicMs = (): number => performance.now()
