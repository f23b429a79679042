import { describe, expect, it } from 'vitest'
import { decideAutoRedeem } from './decide-auto-redeem.ts'

const decide = (more: Partial<Parameters<typeof decideAutoRedeem>[0]> = {}) =>
  decideAutoRedeem({ balance: 345, price: 100, stock: null, redeemedToday: 0, ...more })

describe('a reward that the engine redeems by itself (R-5)', () => {
  it('is redeemed as often as the points last, in one redemption', () => {
    expect(decide()).toEqual([3])
    expect(decide({ balance: 100 })).toEqual([1])
    expect(decide({ balance: 99 })).toEqual([])
  })

  it('is redeemed at most 25 times at once, and in ten redemptions a day', () => {
    expect(decide({ balance: 6000 })).toEqual([25, 25, 10])
    expect(decide({ balance: 100_000 })).toEqual(Array.from({ length: 10 }, () => 25))
    expect(decide({ redeemedToday: 9, balance: 6000 })).toEqual([25])
    expect(decide({ redeemedToday: 10 })).toEqual([])
  })

  it('is redeemed no more often than there is stock', () => {
    expect(decide({ stock: 2 })).toEqual([2])
    expect(decide({ stock: 0 })).toEqual([])
  })
})
