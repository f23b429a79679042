import { invariant } from './assert.ts'

/** An amount in integer minor units (cents), always a safe integer. */
export type Money = number & { readonly __brand: 'Money' }

export const ZERO = 0 as Money

/** Brands `minorUnits` as money. Throws `InvariantError` when it is not a safe integer. */
export function money(minorUnits: number): Money {
  invariant(Number.isSafeInteger(minorUnits), `not an amount in minor units: ${minorUnits}`)
  return minorUnits as Money
}

export const add = (a: Money, b: Money): Money => money(a + b)
export const subtract = (a: Money, b: Money): Money => money(a - b)
export const min = (a: Money, b: Money): Money => (a < b ? a : b)
export const sum = (amounts: readonly Money[]): Money => amounts.reduce(add, ZERO)

/** Digits after the point that a percentage may carry; more are cut off. */
const PERCENT_DECIMALS = 6
const PERCENT_SCALE = 10n ** BigInt(PERCENT_DECIMALS)

/**
 * `percent` of `amount`, rounded half-up to the minor unit (D-13, R-DISC-01). `percent` may have up
 * to six decimals; the product is exact, so 10 % of 20050 is 2005 and 0.5 % of 100 is 1.
 */
export function percentOf(amount: Money, percent: number): Money {
  const scaledPercent = BigInt(percent.toFixed(PERCENT_DECIMALS).replace('.', ''))
  const divisor = 100n * PERCENT_SCALE
  const product = BigInt(amount) * scaledPercent
  return money(Number((2n * product + divisor) / (2n * divisor)))
}

/**
 * Splits `total` over `weights` by largest remainder: every part is floored, leftover minor units go
 * one each to the largest fractional parts, ties to the lower index (R-DISC-12). Parts add up to
 * `total`. Weights are non-negative integers; with all weights zero nothing can be given out.
 */
export function prorate(total: Money, weights: readonly number[]): Money[] {
  const weightSum = weights.reduce((a, b) => a + BigInt(b), 0n)
  if (weightSum === 0n) return weights.map(() => ZERO)

  const shares = weights.map((weight, index) => {
    const product = BigInt(total) * BigInt(weight)
    return { index, part: product / weightSum, remainder: product % weightSum }
  })
  let left = BigInt(total) - shares.reduce((a, share) => a + share.part, 0n)
  const byRemainder = [...shares].sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  )
  for (const share of byRemainder) {
    if (left === 0n) break
    share.part += 1n
    left -= 1n
  }
  return shares.map((share) => money(Number(share.part)))
}
