import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideHop, hopsOf } from './decide-hop.ts'

const withHops = (hops: unknown) => ({ context: { promoloop: { caused_by: 'r_1', hops } } })

describe('hopsOf', () => {
  it.each<[unknown, number]>([
    [0, 0],
    [1, 1],
    [2.5, 3],
    [-1, 0],
    [Number.NaN, 0],
    ['9', 0],
    [1e9, 1_000],
  ])('reads %s as %i', (hops, expected) => {
    expect(hopsOf(withHops(hops))).toBe(expected)
  })
})

describe('decideHop', () => {
  it('lets calls of people and programs through (D-18)', () => {
    expect(decideHop({})).toBe(true)
    expect(decideHop({ context: null })).toBe(true)
    expect(decideHop({ context: { promoloop: 'x' } })).toBe(true)
  })

  it('lets the first hop through and stops the second (D-18)', () => {
    expect([0, 1, 2, 3].map((hops) => decideHop(withHops(hops)))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  it('bounds every chain of events that cause each other (D-18, invariant 7)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 50 }), (start) => {
        let hops = start
        let fired = 0
        while (decideHop(withHops(hops))) {
          fired += 1
          hops += 1
        }
        expect(fired).toBeLessThanOrEqual(2)
      }),
    )
  })

  it('does not take a number in quotes for a count of hops', () => {
    expect(decideHop(withHops('9'))).toBe(true)
  })
})
