import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { money, percentOf, prorate, shareOf, sum } from './money.ts'

describe('percentOf', () => {
  it.each([
    [20_050, 10, 2_005], // R-DISC-05
    [199_900, 20, 39_980], // R-DISC-05
    [900, 40, 360], // R-DISC-05
    [105, 10, 11], // 10.5 rounds half-up
    [100, 0.5, 1], // 0.5 rounds half-up
    [99, 0.5, 0],
    [333, 33.333333, 111],
    [0, 50, 0],
  ])('%i × %f %% is %i', (amount, percent, expected) => {
    expect(percentOf(money(amount), percent)).toBe(expected)
  })

  it('never exceeds the amount for percentages up to 100', () => {
    fc.assert(
      fc.property(fc.nat(10 ** 12), fc.integer({ min: 0, max: 10_000 }), (amount, basisPoints) => {
        const part = percentOf(money(amount), basisPoints / 100)
        expect(part).toBeGreaterThanOrEqual(0)
        expect(part).toBeLessThanOrEqual(amount)
      }),
    )
  })
})

describe('prorate', () => {
  it.each([
    [300, [3300, 3400], [148, 152]], // R-DISC-10
    [1000, [2000, 4500, 6000], [160, 360, 480]], // R-DISC-10
    [1000, [2, 3, 3], [250, 375, 375]], // R-DISC-11
    [100, [1, 1, 1], [34, 33, 33]], // R-DISC-12
    [5, [0, 0], [0, 0]],
  ])('splits %i over %j as %j', (total, weights, parts) => {
    expect(prorate(money(total), weights)).toEqual(parts)
  })

  it('gives parts that add up to the total', () => {
    fc.assert(
      fc.property(
        fc.nat(10 ** 12),
        fc.array(fc.nat(10 ** 6), { minLength: 1, maxLength: 40 }),
        (total, weights) => {
          fc.pre(weights.some((weight) => weight > 0))
          expect(sum(prorate(money(total), weights))).toBe(total)
        },
      ),
    )
  })
})

describe('shareOf', () => {
  it('is exact and rounds half-up, whatever the size of the amount (D-13)', () => {
    const amounts = fc.oneof(fc.nat(1_000_000), fc.maxSafeNat())
    const parts = fc.tuple(fc.nat(10_000), fc.integer({ min: 1, max: 10_000 }))
    fc.assert(
      fc.property(amounts, parts, (amount, [part, whole]) => {
        fc.pre(part <= whole)
        const share = BigInt(shareOf(money(amount), part, whole))
        const [exact, divisor] = [BigInt(amount) * BigInt(part), BigInt(whole)]
        expect(share).toBe((2n * exact + divisor) / (2n * divisor))
      }),
    )
  })
})

describe('amounts of any size', () => {
  it('are split like small ones', () => {
    const large = 2 ** 40
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.array(fc.nat(50), { minLength: 1, maxLength: 9 }),
        (total, weights) => {
          fc.pre(weights.some((weight) => weight > 0))
          const scaled = weights.map((weight) => weight * large)
          expect(prorate(money(total), scaled)).toEqual(prorate(money(total), weights))
        },
      ),
    )
  })
})
