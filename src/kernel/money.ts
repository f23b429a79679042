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

/** Digits after the point that a percentage may carry; more are rounded. */
const PERCENT_SCALE = 10 ** 6
const HUNDRED_PERCENT = 100 * PERCENT_SCALE

/**
 * `percent` of `amount`, rounded half-up to the minor unit (D-13, R-DISC-01). `percent` may have up
 * to six decimals; the product is exact, so 10 % of 20050 is 2005 and 0.5 % of 100 is 1.
 */
export function percentOf(amount: Money, percent: number): Money {
  return Number.isInteger(percent)
    ? shareOf(amount, percent, 100)
    : shareOf(amount, Math.round(percent * PERCENT_SCALE), HUNDRED_PERCENT)
}

/** `amount` × `part` / `whole`, exact and then rounded half-up; all are integers, none is negative, `whole` is not 0. */
export function shareOf(amount: Money, part: number, whole: number): Money {
  const twice = 2 * amount * part + whole
  // Integers below 2^53 divide without an error that reaches the floor.
  if (twice <= Number.MAX_SAFE_INTEGER) return Math.floor(twice / (2 * whole)) as Money
  const divisor = 2n * BigInt(whole)
  return money(Number((2n * BigInt(amount) * BigInt(part) + BigInt(whole)) / divisor))
}

/**
 * Splits `total` over `weights` by largest remainder: every part is floored, leftover minor units go
 * one each to the largest fractional parts, ties to the lower index (R-DISC-12). Parts add up to
 * `total`. Weights are non-negative integers; with all weights zero nothing can be given out.
 */
export function prorate(total: Money, weights: readonly number[]): Money[] {
  const weightSum = weights.reduce((a, b) => a + b, 0)
  if (weightSum === 0) return weights.map(() => ZERO)
  // Every product is at most this one: exact as it is, or calculated with integers of any size.
  return total * weightSum <= Number.MAX_SAFE_INTEGER
    ? prorateSmall(total, weights, weightSum)
    : prorateLarge(total, weights)
}

function prorateSmall(total: Money, weights: readonly number[], weightSum: number): Money[] {
  const parts: number[] = []
  const remainders: number[] = []
  let left: number = total
  for (const weight of weights) {
    const product = total * weight
    const part = Math.floor(product / weightSum)
    parts.push(part)
    // Several times faster than `%`, and as exact below 2^53.
    remainders.push(product - part * weightSum)
    left -= part
  }
  return giveOut(left, parts, remainders)
}

function prorateLarge(total: Money, weights: readonly number[]): Money[] {
  const weightSum = weights.reduce((a, b) => a + BigInt(b), 0n)
  const products = weights.map((weight) => BigInt(total) * BigInt(weight))
  const parts = products.map((product) => product / weightSum)
  const left = BigInt(total) - parts.reduce((a, b) => a + b, 0n)
  return giveOut(
    Number(left),
    parts.map(Number),
    products.map((product) => product % weightSum),
  )
}

/** Adds one unit to each of the `left` parts with the largest remainders, in place. */
function giveOut<T extends number | bigint>(
  left: number,
  parts: number[],
  remainders: readonly T[],
): Money[] {
  const given = parts as Money[]
  if (left === 0) return given
  const byRemainder = remainders.map((remainder, index) => ({ remainder, index }))
  byRemainder.sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  )
  for (const { index } of byRemainder.slice(0, left))
    given[index] = add(given[index] ?? ZERO, 1 as Money)
  return given
}
