/** Chance that a seed repeats. */
export type Random = {
  /** From 0 to 1, without 1. */
  next(): number
  /** An integer from 0 to `count`, without `count`. */
  below(count: number): number
  /** True so often of a hundred times. */
  percent(chance: number): boolean
  pick<T>(from: readonly T[]): T
}

/** mulberry32: small, and good enough to scatter tests. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (count: number): number => Math.floor(next() * count)
  return {
    next,
    below,
    percent: (chance) => next() * 100 < chance,
    pick(from) {
      if (from.length === 0) throw new Error('nothing to pick from')
      return from[below(from.length)] as (typeof from)[number]
    },
  }
}
