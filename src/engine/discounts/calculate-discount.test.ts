import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { money } from '../../kernel/money.ts'
import { calculateDiscount, calculateGiftCredits } from './calculate-discount.ts'
import type { Discount } from './discount.ts'

const percent = (percentOff: number, amountLimit: number | null = null): Discount => ({
  type: 'PERCENT',
  percentOff,
  amountLimit: amountLimit === null ? null : money(amountLimit),
})
const amountOff = (amount: number): Discount => ({ type: 'AMOUNT', amountOff: money(amount) })

const amounts = fc.maxSafeNat().map(money)
/** Percentages of up to two decimals, as thousandths would already be rare in a shop. */
const hundredths = fc.integer({ min: 0, max: 10_000 })
const discounts = fc.oneof(
  fc.record({
    type: fc.constant('PERCENT' as const),
    percentOff: hundredths.map((n) => n / 100),
    amountLimit: fc.option(amounts),
  }),
  fc.record({ type: fc.constant('AMOUNT' as const), amountOff: amounts }),
)

describe('calculateDiscount', () => {
  it('is never negative, never more than what is left to pay, and never more than its limit (R-DISC-01)', () => {
    fc.assert(
      fc.property(discounts, amounts, (discount, amount) => {
        const off = calculateDiscount(discount, amount)
        expect(off).toBeGreaterThanOrEqual(0)
        expect(off).toBeLessThanOrEqual(amount)
        if (discount.type === 'AMOUNT') expect(off).toBeLessThanOrEqual(discount.amountOff)
        else if (discount.amountLimit !== null)
          expect(off).toBeLessThanOrEqual(discount.amountLimit)
      }),
    )
  })

  it('rounds a percentage half-up to the minor unit, exactly for every amount (D-13, C-02)', () => {
    fc.assert(
      fc.property(hundredths, amounts, (percentHundredths, amount) => {
        const off = BigInt(calculateDiscount(percent(percentHundredths / 100), amount))
        // half-up: off − ½ ≤ exact < off + ½, with exact = amount × hundredths / 10000
        const twiceExact = 2n * BigInt(amount) * BigInt(percentHundredths)
        expect(2n * off * 10_000n - 10_000n <= twiceExact).toBe(true)
        expect(twiceExact < 2n * off * 10_000n + 10_000n).toBe(true)
      }),
    )
  })

  it('never takes less off a larger order', () => {
    fc.assert(
      fc.property(discounts, amounts, amounts, (discount, a, b) => {
        const [small, large] = a < b ? [a, b] : [b, a]
        expect(calculateDiscount(discount, small)).toBeLessThanOrEqual(
          calculateDiscount(discount, large),
        )
      }),
    )
  })

  it.each([
    ['10 % of 20050 (R-DISC-05)', percent(10), 20050, 2005],
    ['20 % of 199900 (R-DISC-05)', percent(20), 199900, 39980],
    ['40 % of 900 (R-DISC-05)', percent(40), 900, 360],
    ['half a cent up', percent(50), 1, 1],
    ['just below half a cent down', percent(49.99), 1, 0],
    ['12.5 % of 100', percent(12.5), 100, 13],
    ['100 %', percent(100), 777, 777],
    ['a limit', percent(50, 300), 1000, 300],
    ['a limit that is not reached', percent(10, 300), 1000, 100],
    ['8000 of 159920 (R-DISC-04)', amountOff(8000), 159920, 8000],
    ['1000 of 800 (R-DISC-04)', amountOff(1000), 800, 800],
    ['nothing left to pay', percent(10), 0, 0],
  ])('takes off as documented: %s', (_case, discount, amount, expected) => {
    expect(calculateDiscount(discount, money(amount))).toBe(expected)
  })
})

describe('calculateGiftCredits', () => {
  it('spends no more than balance, request and order allow, and refuses a request above the balance (R-DISC-16)', () => {
    fc.assert(
      fc.property(fc.option(amounts), amounts, amounts, (request, balance, amount) => {
        const credits = calculateGiftCredits({ requested: request ?? undefined, balance }, amount)
        if (request !== null && request > balance) expect(credits).toBe('gift_amount_exceeded')
        else expect(credits).toBe(Math.min(request ?? balance, amount))
      }),
    )
  })
})
