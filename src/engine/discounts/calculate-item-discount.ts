import { type Money, percentOf, prorate, shareOf, ZERO } from '../../kernel/money.ts'
import type { CapLog } from './cap-log.ts'
import {
  type Cart,
  discountLine,
  remainingOf,
  remainingOfLine,
  unitPriceOf,
  withLines,
} from './cart.ts'
import type { Pool } from './compile-scope.ts'
import type { MatchedLine } from './match-lines.ts'

/** Limits of the discount itself, for each line and for all; null for none. */
export type ItemLimits = { amountLimit: Money | null; aggregatedAmountLimit: Money | null }

/**
 * `cart` with the `amounts` taken off the lines at the same places of `matches`: never more than is left
 * of the chosen units, than the limits allow, or than is left to pay of the order (R-DISC-01, R-DISC-15,
 * R-APR-05).
 */
export function calculateItemDiscount(
  cart: Cart,
  matches: readonly MatchedLine[],
  { amounts, limits, caps }: { amounts: readonly number[]; limits: ItemLimits; caps: CapLog },
): Cart {
  const perLine = limits.amountLimit ?? Number.POSITIVE_INFINITY
  const poolLeft = new Map<Pool, number>()
  let allLeft: number = limits.aggregatedAmountLimit ?? Number.POSITIVE_INFINITY
  let orderLeft: number = remainingOf(cart)
  let lines: Cart['lines'][number][] | undefined
  for (const [place, match] of matches.entries()) {
    const { index, line, entry } = match
    const { pool } = entry
    let amount = caps.lower(amounts[place] ?? 0, baseOf(match), 'line_amount', index)
    amount = caps.lower(amount, Math.min(perLine, entry.amountLimit), 'amount_limit', index)
    if (pool.amountLimit !== Number.POSITIVE_INFINITY) {
      const inPool = poolLeft.get(pool) ?? pool.amountLimit
      amount = caps.lower(amount, inPool, 'aggregated_amount_limit', index)
      poolLeft.set(pool, inPool - amount)
    }
    amount = caps.lower(amount, allLeft, 'aggregated_amount_limit', index)
    amount = caps.lower(amount, orderLeft, 'order_amount', index)
    if (amount <= 0) continue
    allLeft -= amount
    orderLeft -= amount
    lines ??= [...cart.lines]
    lines[index] = discountLine(line, amount as Money, match.units)
  }
  return lines ? withLines(cart, lines) : cart
}

/** The same, with one amount split over the chosen lines, by what is left of them or by their units (R-DISC-10 to R-DISC-12). */
export function calculateProportionalDiscount(
  cart: Cart,
  matches: readonly MatchedLine[],
  split: { total: Money; by: 'AMOUNT' | 'QUANTITY'; limits: ItemLimits; caps: CapLog },
): Cart {
  const { limits, caps } = split
  const bases = matches.map(baseOf)
  const capacity = bases.reduce((total, base) => total + base, 0)
  const aggregated = limits.aggregatedAmountLimit ?? Number.POSITIVE_INFINITY
  let total = caps.lower(split.total, aggregated, 'aggregated_amount_limit', null)
  total = caps.lower(total, capacity, 'line_amount', null)
  total = caps.lower(total, remainingOf(cart), 'order_amount', null)
  // By what is left of the lines, which is their amount where nothing was taken off before: no part can then be too large.
  const amounts =
    split.by === 'AMOUNT'
      ? prorate(total, bases)
      : fill(
          total,
          matches.map(({ units }) => units),
          bases,
        )
  return calculateItemDiscount(cart, matches, { amounts, limits, caps })
}

/**
 * Splits `total`, at most the sum of `capacities`, by `weights`: where a part would not fit, it is cut to
 * its capacity and the rest goes to the others.
 */
function fill(
  total: Money,
  weights: readonly number[],
  capacities: readonly Money[],
): readonly Money[] {
  const full = new Set<number>()
  for (;;) {
    let left: number = total
    for (const index of full) left -= capacities[index] ?? 0
    const open = weights.map((weight, index) => (full.has(index) ? 0 : weight))
    const parts = prorate(left as Money, open)
    const before = full.size
    for (const [index, part] of parts.entries()) {
      if (part > (capacities[index] ?? 0)) full.add(index)
    }
    if (full.size === before) {
      return parts.map((part, index) => (full.has(index) ? (capacities[index] ?? ZERO) : part))
    }
  }
}

/** What is left to pay of the chosen units of a line. */
export const baseOf = ({ line, units }: MatchedLine): Money =>
  units === line.quantity
    ? remainingOfLine(line)
    : shareOf(remainingOfLine(line), units, line.quantity)

/** R-DISC-07: a percentage of what is left of a line, or of its whole amount. */
export function percentOff(match: MatchedLine, percent: number, ofInitialAmount: boolean): Money {
  if (!ofInitialAmount) return percentOf(baseOf(match), percent)
  const { line, units } = match
  return percentOf(shareOf(line.amount ?? ZERO, units, line.quantity), percent)
}

/** R-DISC-13, R-DISC-14: down to `price` for each chosen unit. */
export function downToPrice({ line, units }: MatchedLine, price: number): Money {
  const unitPrice = unitPriceOf(line)
  if (unitPrice === undefined || line.amount === null) return ZERO
  const before =
    line.price === null ? shareOf(line.amount, units, line.quantity) : unitPrice * units
  return Math.max(0, before - price * units) as Money
}
