import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../platform/limits.ts'
import { partitionOf } from './partition-of.ts'

describe('partitionOf', () => {
  it('is FNV-1a modulo the partitions: stored entries rely on it', () => {
    // Published vectors of 32-bit FNV-1a.
    expect(partitionOf('')).toBe(0x811c9dc5 % LIMITS.logPartitions)
    expect(partitionOf('a')).toBe(0xe40c292c % LIMITS.logPartitions)
    expect(partitionOf('foobar')).toBe(0xbf9cf968 % LIMITS.logPartitions)
  })

  it('stays within the partitions for any key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (key) => {
        const partition = partitionOf(key)
        expect(Number.isInteger(partition)).toBe(true)
        expect(partition).toBeGreaterThanOrEqual(0)
        expect(partition).toBeLessThan(LIMITS.logPartitions)
      }),
    )
  })

  it('spreads many users evenly', () => {
    const counts = new Array<number>(LIMITS.logPartitions).fill(0)
    for (let user = 0; user < 8_000; user += 1) {
      const partition = partitionOf(`user_${user}`)
      counts[partition] = (counts[partition] ?? 0) + 1
    }
    expect(Math.min(...counts)).toBeGreaterThan((8_000 / LIMITS.logPartitions) * 0.8)
  })
})
