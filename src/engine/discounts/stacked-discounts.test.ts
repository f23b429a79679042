import { describe, expect, it } from 'vitest'
import { money } from '../../kernel/money.ts'
import type { DiscountContext } from './apply-discount.ts'
import { applyGift, applyPoints } from './calculate-credits.ts'
import { type Cart, remainingOf, startRedeemable, totalsOf } from './cart.ts'
import { EVERYTHING } from './compile-scope.ts'
import type { Discount } from './discount.ts'
import {
  aCart,
  aLine,
  amountOff,
  apply,
  offLines,
  percent,
  scopeOf,
  totalOf,
} from './discounts.fixture.ts'

const gift = (cart: Cart, balance: number, requested?: number, scope = EVERYTHING) =>
  applyGift(startRedeemable(cart), {
    requested: requested === undefined ? undefined : money(requested),
    balance: money(balance),
    effect: scope === EVERYTHING ? 'APPLY_TO_ORDER' : 'APPLY_TO_ITEMS',
    scope,
  })

function payWithGift(cart: Cart, balance: number, requested?: number): Cart {
  const paid = gift(cart, balance, requested)
  if ('key' in paid) throw new Error(paid.key)
  return paid.cart
}

const stack = (cart: Cart, discounts: Discount[], context: Partial<DiscountContext> = {}): Cart =>
  discounts.reduce((before, discount) => apply(before, discount, context).cart, cart)

describe('gift cards', () => {
  it.each([
    ['scenario 11', 200_000, 100, 100, 100],
    ['scenario 12: no credits given', 20_000, 2500, undefined, 2500],
    ['scenario 12: a smaller order', 2000, 2500, undefined, 2000],
  ])('%s', (_scenario, amount, balance, requested, credits) => {
    const paid = gift(aCart(amount), balance, requested)
    expect(paid).toMatchObject({ credits, cart: { discountAmount: credits } })
    expect('cart' in paid && totalOf(paid.cart)).toBe(amount - credits)
  })

  it('scenario 13: refuses more credits than the card holds (R-DISC-16)', () => {
    expect(gift(aCart(20_000), 2500, 3000)).toMatchObject({ key: 'gift_amount_exceeded' })
  })

  it('pays for lines in scope alone, one after another (R-DISC-17)', () => {
    const cart = aCart([aLine('a', 1000), aLine('b', 800), aLine('c', 500)])
    const paid = gift(cart, 1200, undefined, scopeOf(['b', 'c']))
    expect(paid).toMatchObject({ credits: 1200 })
    expect('cart' in paid && offLines(paid.cart)).toEqual([0, 800, 400])
  })

  it('refuses when no line in scope has an amount, or the order has none', () => {
    const key = 'missing_order_items_amount'
    expect(gift(aCart([aLine('a', 1000)]), 100, 100, scopeOf(['b']))).toMatchObject({ key })
    const worthless = aLine('a', 0, 1, { price: null, amount: null })
    expect(gift(aCart([worthless]), 100, 100, scopeOf(['a']))).toMatchObject({ key })
    const none = aCart(0, { amount: undefined })
    expect(gift(none, 100, 100)).toMatchObject({ key: 'missing_amount' })
    expect(gift(none, 100, 100, scopeOf(['a']))).toMatchObject({ key })
  })
})

describe('points', () => {
  it.each([
    ['300 points', 100_000, { points: 300, exchangeRatio: 20, pointsRatio: 100 }, 6000, 300],
    ['200 points on 4500', 4500, { points: 200, exchangeRatio: 20, pointsRatio: 100 }, 4000, 200],
    ['5 points 1/1', 10_000, { points: 5, exchangeRatio: 1, pointsRatio: 1 }, 500, 5],
    ['300 points on 4500', 4500, { points: 300, exchangeRatio: 20, pointsRatio: 100 }, 4500, 300],
    [
      'no more than needed, rounded up',
      101,
      { points: 9, exchangeRatio: 1, pointsRatio: 1 },
      101,
      2,
    ],
  ])('scenario 14: %s (R-DISC-18, C-27)', (_scenario, amount, payment, off, points) => {
    const paid = applyPoints(aCart(amount), { ...payment, balance: 1000 })
    expect(paid).toMatchObject({ points, cart: { discountAmount: off } })
    expect('cart' in paid && totalOf(paid.cart)).toBe(amount - off)
  })

  it.each([
    [0, 1],
    [1, 0],
    [1, 1000],
  ])('spends none where they are worth nothing: %i for %i', (exchangeRatio, pointsRatio) => {
    const payment = { points: 1, exchangeRatio, pointsRatio, balance: 10 }
    expect(applyPoints(aCart(1000), payment)).toMatchObject({
      points: 0,
      cart: { discountAmount: 0 },
    })
  })

  it('refuses more points than the card holds', () => {
    const payment = { points: 11, exchangeRatio: 1, pointsRatio: 1, balance: 10 }
    const refused = applyPoints(aCart(1000), payment)
    expect(refused).toMatchObject({ key: 'loyalty_card_points_exceeded' })
  })
})

describe('stacks', () => {
  const sample = aCart([
    aLine('mug', 1000, 2),
    aLine('poster', 1500, 3),
    aLine('tshirt', 2000, 3),
    aLine('bottle', 2500, 2),
  ])
  const scope = scopeOf(['mug', 'poster', 'tshirt'])

  it('scenario 15: an order-level discount sees what line discounts left', () => {
    const lines = apply(sample, percent(10), { scope }).cart
    const { cart } = apply(lines, percent(10))
    expect([cart.appliedDiscountAmount, totalOf(cart)]).toEqual([1625, 14_625])
  })

  it('scenario 16: a line discount does not see what was taken off the order', () => {
    const order = apply(sample, percent(10)).cart
    expect(order.appliedDiscountAmount).toBe(1750)
    const { cart } = apply(order, percent(10), { scope })
    expect([offLines(cart), totalOf(cart)]).toEqual([[200, 450, 600, 0], 14_500])
    expect(cart.appliedDiscountAmount).toBe(0)
  })

  it('scenario 38: ONCE leaves lines alone that an earlier redeemable discounted, STACK does not', () => {
    const effect = 'APPLY_TO_ITEMS'
    const cart = aCart([aLine('a', 1000), aLine('b', 2000)])
    const first = apply(cart, percent(10), { scope: scopeOf(['a']) }).cart
    const discountedLines = new Set([0])
    const once = apply(first, percent(20, { effect }), { once: true, discountedLines }).cart
    expect([offLines(once), totalOf(once)]).toEqual([[0, 400], 2500])
    const stacked = apply(first, percent(20, { effect }), { discountedLines }).cart
    expect([offLines(stacked), totalOf(stacked)]).toEqual([[180, 400], 2320])
  })

  it('scenario 39: gift card, percentage, amount', () => {
    const first = payWithGift(aCart(200_000), 100)
    const second = apply(first, percent(20)).cart
    const third = apply(second, amountOff(8000)).cart
    const applied = [first, second, third].map((cart) => cart.appliedDiscountAmount)
    expect(applied).toEqual([100, 39_980, 8000])
    expect([first, second, third].map(totalOf)).toEqual([199_900, 159_920, 151_920])
    expect(third.discountAmount).toBe(48_080)
  })

  it('scenario 40: lines, then the order', () => {
    const cart = aCart([aLine('a', 2000), aLine('b', 700)])
    const first = apply(cart, amountOff(1000, { effect: 'APPLY_TO_ITEMS' })).cart
    const third = payWithGift(first, 100)
    const fourth = apply(third, percent(40)).cart
    const fifth = apply(fourth, amountOff(30)).cart
    expect([first, third, fourth, fifth].map(totalOf)).toEqual([1000, 900, 540, 510])
    expect(fifth.discountAmount).toBe(490)
    expect(totalsOf(fifth)).toMatchObject({ itemsDiscountAmount: 1700, totalDiscountAmount: 2190 })
  })

  it('scenario 41: an aggregated limit over two lines, then the order', () => {
    const cart = aCart([aLine('a', 3000), aLine('b', 6000), aLine('c', 5000)])
    const limited = amountOff(2000, { aggregatedAmountLimit: money(5000) })
    const first = apply(cart, limited, { scope: scopeOf(['a', 'b']) }).cart
    const second = apply(first, amountOff(2500)).cart
    expect(totalsOf(second)).toMatchObject({
      itemsDiscountAmount: 4000,
      totalDiscountAmount: 6500,
      totalAmount: 7500,
    })
  })

  it.each([
    ['42', 100, [percent(10), percent(20)], 72, 70],
    ['43', 10_500, [percent(20), percent(10)], 7560, 7350],
    ['44', 10_000, [percent(10), amountOff(1500), percent(50)], 3750, 2500],
    ['44, amount first', 10_000, [amountOff(1500), percent(10), percent(50)], 3825, 2500],
    ['45', 3000, [percent(50), percent(50), percent(50)], 375, 0],
  ])(
    'scenario %s: percentages of what is left, or of the whole (R-STACK-08)',
    (_scenario, amount, discounts, discounted, initial) => {
      expect(totalOf(stack(aCart(amount), discounts))).toBe(discounted)
      expect(totalOf(stack(aCart(amount), discounts, { mode: 'INITIAL_AMOUNT' }))).toBe(initial)
    },
  )

  it('scenario 43, 46: rules of later redeemables see what is left to pay (R-DISC-20)', () => {
    expect(remainingOf(stack(aCart(10_500), [percent(10)]))).toBe(9450)
    expect(remainingOf(payWithGift(aCart(1050), 100))).toBe(950)
  })

  it('scenario 97: takes off no more than is left of an order with discounts of earlier requests', () => {
    const cart = aCart(10_000, { discountAmount: money(9200) })
    const done = apply(cart, amountOff(1000)).cart
    expect([done.appliedDiscountAmount, totalOf(done)]).toEqual([800, 0])
  })

  it('starts each redeemable with nothing applied, and keeps the cart when nothing was (R-DISC-03)', () => {
    const cart = stack(sample, [percent(10, { effect: 'APPLY_TO_ITEMS' }), amountOff(5)])
    const next = startRedeemable(cart)
    expect(totalsOf(next)).toMatchObject({
      totalDiscountAmount: totalsOf(cart).totalDiscountAmount,
      totalAppliedDiscountAmount: 0,
    })
    expect(startRedeemable(next)).toBe(next)
  })
})
