import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Money, money } from '../../kernel/money.ts'
import type { ApplicableToEntry } from './applicable-to.ts'
import { SELECTION_EFFECTS } from './applicable-to.ts'
import type { DiscountContext } from './apply-discount.ts'
import type { StoredItem } from './calculate-added-units.ts'
import { applyGift, applyPoints } from './calculate-credits.ts'
import { type Cart, remainingOf, startRedeemable, totalsOf } from './cart.ts'
import { compileScope, EVERYTHING, entryOf, type Pool, type Scope } from './compile-scope.ts'
import { type Discount, EFFECTS } from './discount.ts'
import {
  aCart,
  aLine,
  amountOff,
  apply,
  aUnit,
  fixed,
  percent,
  units,
} from './discounts.fixture.ts'

const NAMES = ['a', 'b', 'c', 'd', 'e'] as const
const amounts = fc.integer({ min: 0, max: 1_000_000 }).map(money)
const limits = fc.option(fc.integer({ min: 0, max: 5000 }).map(money))
const counts = fc.integer({ min: 0, max: 12 })

const lines = fc.array(
  fc
    .tuple(fc.constantFrom(...NAMES), fc.nat(20_000), counts, fc.boolean())
    .map(([name, price, quantity, hasPrice]) =>
      aLine(name, price, quantity, hasPrice ? {} : { price: null }),
    ),
  { maxLength: 8 },
)
/** Also with an amount of its own, and with discounts of earlier requests. */
const carts = fc.tuple(lines, fc.option(amounts), fc.nat(3000)).map(([all, amount, earlier]) => {
  const cart = aCart(all, amount === null ? {} : { amount })
  return { ...cart, discountAmount: Math.min(earlier, cart.amount ?? 0) as Money }
})

const percents = fc.record({
  percentOff: fc.integer({ min: 0, max: 10_000 }).map((n) => n / 100),
  amountLimit: limits,
  aggregatedAmountLimit: limits,
  effect: fc.constantFrom(null, ...EFFECTS.PERCENT),
})
const discounts: fc.Arbitrary<Discount> = fc.oneof(
  percents.map(({ percentOff, ...fields }) => percent(percentOff, fields)),
  fc
    .tuple(fc.nat(9000), limits, fc.constantFrom(null, ...EFFECTS.AMOUNT))
    .map(([amount, aggregatedAmountLimit, effect]) =>
      amountOff(amount, { aggregatedAmountLimit, effect }),
    ),
  fc
    .tuple(fc.nat(9000), fc.constantFrom(null, ...EFFECTS.FIXED))
    .map(([amount, effect]) => fixed(amount, { effect })),
  fc
    .tuple(
      fc.constantFrom(...EFFECTS.UNIT),
      fc.array(fc.tuple(fc.constantFrom(...NAMES, 'z'), counts), { minLength: 1, maxLength: 3 }),
    )
    .map(([effect, given]) => units(effect, ...given.map(([name, n]) => aUnit(`prod_${name}`, n)))),
)

const few = fc.option(fc.integer({ min: 0, max: 6 }))
const entries: fc.Arbitrary<ApplicableToEntry> = fc.record({
  object: fc.constant('product' as const),
  id: fc.constantFrom(...NAMES).map((name) => `prod_${name}`),
  effect: fc.constantFrom(...SELECTION_EFFECTS),
  skip_initially: fc.nat(2),
  repeat: fc.integer({ min: 1, max: 3 }),
  target: fc.constantFrom('ITEM' as const, 'UNIT' as const),
  quantity_limit: few,
  aggregated_quantity_limit: few,
  amount_limit: limits,
  aggregated_amount_limit: limits,
  price: fc.option(fc.nat(5000)),
})
const scopes = fc
  .tuple(fc.array(entries, { maxLength: 4 }), fc.array(entries, { maxLength: 1 }), fc.boolean())
  .map(([included, excluded, all]) => compileScope({ included, excluded, included_all: all }))

const productOf = (id: string): StoredItem => ({ id, sourceId: null, name: id, price: money(700) })
const contexts: fc.Arbitrary<Partial<DiscountContext>> = fc.record({
  scope: scopes,
  mode: fc.constantFrom('DISCOUNTED_AMOUNT' as const, 'INITIAL_AMOUNT' as const),
  once: fc.boolean(),
  discountedLines: fc.array(fc.nat(7)).map((indices) => new Set(indices)),
  productOf: fc.constant(productOf),
})
const steps = fc.array(fc.tuple(discounts, contexts), { minLength: 1, maxLength: 5 })

/** What is wrong with `cart`, whatever was done to it since `before`. */
function faultsOf(cart: Cart, before: Cart): string[] {
  const totals = totalsOf(cart)
  const applied = totals.totalDiscountAmount - totalsOf(before).totalDiscountAmount
  const items = cart.lines.reduce((total, line) => total + line.discountAmount, 0)
  const rules: Record<string, boolean> = {
    'lines add up': totals.itemsDiscountAmount === items,
    'discounts add up': totals.totalDiscountAmount === cart.discountAmount + items,
    'the total is the rest': totals.totalAmount === (cart.amount ?? 0) - totals.totalDiscountAmount,
    'the rest is not negative': totals.totalAmount === remainingOf(cart),
    'what was applied adds up': totals.totalAppliedDiscountAmount === applied,
    'no line goes below zero': cart.lines.every(
      ({ amount, discountAmount: off }) =>
        Number.isSafeInteger(off) && off >= 0 && off <= (amount ?? 0),
    ),
    'no unit is discounted that is not there': cart.lines.every(
      (line) => line.discountQuantity <= line.quantity,
    ),
  }
  return Object.keys(rules).filter((rule) => !rules[rule])
}

/** The limits of `scope` that the last redeemable passed on `cart`. */
function passedLimits(scope: Scope, cart: Cart): string[] {
  const pools = new Map<Pool, Pool>()
  return cart.lines.flatMap((line) => {
    const { appliedDiscountAmount: amount, appliedDiscountQuantity: quantity } = line
    const entry = entryOf(scope, line)
    if (amount === 0) return []
    if (!entry) return ['out of scope']
    const used = pools.get(entry.pool) ?? { amountLimit: 0, quantityLimit: 0 }
    used.amountLimit += amount
    used.quantityLimit += quantity
    pools.set(entry.pool, used)
    return [
      ...(amount > entry.amountLimit ? ['amount_limit'] : []),
      ...(quantity > entry.quantityLimit ? ['quantity_limit'] : []),
      ...(used.amountLimit > entry.pool.amountLimit ? ['aggregated_amount_limit'] : []),
      ...(used.quantityLimit > entry.pool.quantityLimit ? ['aggregated_quantity_limit'] : []),
    ]
  })
}

const RUNS = { numRuns: 300 }

describe('the arithmetic of discounts', () => {
  it('adds up and goes below zero nowhere, for every effect, scope and stack (R-DISC-01, R-DISC-02)', () => {
    fc.assert(
      fc.property(carts, steps, (cart, stack) => {
        let current = cart
        for (const [discount, context] of stack) {
          const before = startRedeemable(current)
          current = apply(current, discount, context).cart
          expect(faultsOf(current, before)).toEqual([])
        }
      }),
      RUNS,
    )
  })

  it('passes no cap of the discount or of the rule (R-APR-05)', () => {
    fc.assert(
      fc.property(carts, discounts, contexts, (cart, discount, context) => {
        fc.pre(discount.type !== 'UNIT')
        const done = apply(cart, discount, context)
        const applied = totalsOf(done.cart).totalAppliedDiscountAmount
        if (discount.type !== 'FIXED') {
          const limit = discount.aggregatedAmountLimit ?? Number.POSITIVE_INFINITY
          expect(applied).toBeLessThanOrEqual(limit)
        }
        expect(passedLimits(context.scope ?? EVERYTHING, done.cart)).toEqual([])
      }),
      RUNS,
    )
  })

  it('rounds a percentage half-up to the minor unit, exactly for every amount (D-13, C-02)', () => {
    const hundredths = fc.integer({ min: 0, max: 10_000 })
    fc.assert(
      fc.property(hundredths, fc.maxSafeNat(), (parts, amount) => {
        const off = BigInt(apply(aCart(amount), percent(parts / 100)).cart.discountAmount)
        expect(off).toBe((2n * BigInt(amount) * BigInt(parts) + 10_000n) / 20_000n)
      }),
    )
  })

  it('never takes less off a larger order', () => {
    const ofOrder = fc.oneof(
      fc.nat(10_000).map((n) => percent(n / 100)),
      fc.nat(9000).map((amount) => amountOff(amount)),
    )
    fc.assert(
      fc.property(ofOrder, amounts, amounts, (discount, a, b) => {
        const [small, large] = [Math.min(a, b), Math.max(a, b)]
        const off = (amount: number) => apply(aCart(amount), discount).cart.discountAmount
        expect(off(small)).toBeLessThanOrEqual(off(large))
      }),
    )
  })

  it('changes nothing where there is nothing to apply', () => {
    const none = [percent(0), amountOff(0), fixed(null), units('ADD_NEW_ITEMS', aUnit('prod_a', 0))]
    fc.assert(
      fc.property(carts, fc.constantFrom(...none), contexts, (cart, discount, context) => {
        expect(apply(cart, discount, { ...context, scope: EVERYTHING }).cart).toBe(cart)
      }),
    )
  })

  it('never changes the cart it was given', () => {
    fc.assert(
      fc.property(carts, discounts, contexts, (cart, discount, context) => {
        const copy = structuredClone(cart)
        apply(cart, discount, context)
        expect(cart).toEqual(copy)
      }),
    )
  })

  it('splits an amount over lines to the last minor unit (R-DISC-10 to R-DISC-12)', () => {
    const effects = fc.constantFrom(
      'APPLY_TO_ITEMS_PROPORTIONALLY' as const,
      'APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY' as const,
    )
    fc.assert(
      fc.property(lines, fc.nat(100_000), effects, (all, amount, effect) => {
        const cart = aCart(all.filter(({ quantity }) => quantity > 0))
        const done = apply(cart, amountOff(amount, { effect })).cart
        const off = totalsOf(done).itemsDiscountAmount
        expect(off).toBe(Math.min(amount, cart.amount ?? 0))
      }),
    )
  })

  it('takes from gift cards and points no more than they have and than there is to pay', () => {
    const effects = fc.constantFrom('APPLY_TO_ORDER' as const, 'APPLY_TO_ITEMS' as const)
    fc.assert(
      fc.property(carts, amounts, effects, scopes, (cart, balance, effect, scope) => {
        const paid = applyGift(cart, { requested: undefined, balance, effect, scope })
        if ('key' in paid) return
        expect(paid.credits).toBeLessThanOrEqual(balance)
        expect(totalsOf(paid.cart).totalAppliedDiscountAmount).toBe(paid.credits)
        expect(faultsOf(paid.cart, cart)).toEqual([])
      }),
    )
    const ratios = fc.integer({ min: 1, max: 50 })
    fc.assert(
      fc.property(
        carts,
        fc.nat(5000),
        ratios,
        ratios,
        (cart, points, exchangeRatio, pointsRatio) => {
          const payment = { points, exchangeRatio, pointsRatio, balance: points }
          const paid = applyPoints(cart, payment)
          if ('key' in paid) throw new Error(paid.key)
          expect(paid.points).toBeLessThanOrEqual(points)
          expect(faultsOf(paid.cart, cart)).toEqual([])
        },
      ),
    )
  })
})
