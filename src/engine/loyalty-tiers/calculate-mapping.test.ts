import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calculateMapped } from './calculate-mapping.ts'

const POINTS = fc.integer({ min: 0, max: 1_000_000 })
const MULTIPLIER = fc.double({ min: 0, max: 100, noNaN: true })

describe('calculateMapped (L-12, A-28)', () => {
  it.each([
    [{ perBlock: 5, blocks: 1 }, { type: 'CUSTOM', points: 200 }, 200],
    [{ perBlock: 10, blocks: 90 }, { type: 'MULTIPLY', multiplier: 3 }, 2_700],
    [{ perBlock: 10, blocks: 90 }, { type: 'CUSTOM', points: 4 }, 360],
    [{ perBlock: 5, blocks: 1 }, { type: 'MULTIPLY', multiplier: 1.5 }, 8],
    [{ perBlock: 5, blocks: 1 }, { type: 'MULTIPLY', multiplier: 1.46 }, 7],
    [{ perBlock: 10, blocks: 0 }, { type: 'CUSTOM', points: 4 }, 0],
    [{ perBlock: 10, blocks: 3 }, undefined, 30],
    [{ perBlock: -10, blocks: 3 }, undefined, 0],
  ] as const)('makes of %j with %j %i points', (points, mapping, expected) => {
    expect(calculateMapped(points, mapping)).toBe(expected)
  })

  it('gives whole points, never less than none, and more for more', () => {
    fc.assert(
      fc.property(POINTS, POINTS, MULTIPLIER, (perBlock, blocks, multiplier) => {
        const mapped = calculateMapped({ perBlock, blocks }, { type: 'MULTIPLY', multiplier })
        expect(Number.isSafeInteger(mapped)).toBe(true)
        expect(mapped).toBeGreaterThanOrEqual(0)
        const more = { perBlock, blocks: blocks + 1 }
        expect(calculateMapped(more, { type: 'MULTIPLY', multiplier })).toBeGreaterThanOrEqual(
          mapped,
        )
      }),
    )
  })
})
