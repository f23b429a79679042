import { describe, expect, it } from 'vitest'
import { NO_OPERANDS } from '../formulas/index.ts'
import { compileScope } from './compile-scope.ts'
import {
  aCart,
  aLine,
  amountOff,
  apply,
  aUnit,
  fixed,
  offLines,
  percent,
  scopeOf,
  totalOf,
  units,
} from './discounts.fixture.ts'

describe('values that formulas make', () => {
  it('scenario 76: prices for the entries of a rule (R-FOR-06)', () => {
    const cart = aCart([
      aLine('a', 6500),
      aLine('b', 6000),
      aLine('c', 2000),
      aLine('d', 5000, 2),
      aLine('e', 11_000, 2),
    ])
    const priceOf = (factor: number) =>
      `IF(ORDER_AMOUNT > 300;ORDER_ITEM_PRICE * ${factor};ORDER_ITEM_PRICE)`
    const scope = compileScope({
      included: [
        { object: 'product', id: 'prod_a', price_formula: priceOf(0.8) },
        { object: 'product', id: 'prod_b', price_formula: priceOf(0.9) },
        { object: 'product', id: 'prod_c', price_formula: 'ORDER_ITEM_METADATA("x")', price: 0 },
        { object: 'product', id: 'prod_d', price_formula: priceOf(0.9) },
        { object: 'product', id: 'prod_e', price_formula: priceOf(0.8) },
      ],
    })
    const done = apply(cart, fixed(null), { scope }).cart
    expect(offLines(done)).toEqual([1300, 600, 2000, 1000, 4400])
    expect([cart.amount, totalOf(done)]).toEqual([46_500, 37_200])
  })

  it('work in major units and are rounded to the minor unit (R-FOR-01, R-FOR-05)', () => {
    const formula = 'ORDER_ITEM_PRICE*0.01+1'
    const discount = amountOff(0, { formula, effect: 'APPLY_TO_ITEMS' })
    const cart = aCart([aLine('a', 600), aLine('b', 1000)])
    expect(offLines(apply(cart, discount).cart)).toEqual([106, 110])
  })

  it('replace what the discount says, and tell that they did', () => {
    const done = apply(aCart(50_000), percent(5, { formula: 'IF(ORDER_AMOUNT > 400;20;10)' }))
    expect(done).toMatchObject({ isDynamic: true, discount: { percentOff: 20 } })
    expect(totalOf(done.cart)).toBe(40_000)
  })

  it('leave what the discount says where an operand is missing (R-FOR-02)', () => {
    const done = apply(aCart(10_000), amountOff(700, { formula: 'CUSTOMER_METADATA("x")' }))
    expect([done.isDynamic, totalOf(done.cart)]).toEqual([false, 9300])
    const without = apply(aCart(10_000), fixed(null, { formula: 'CUSTOMER_METADATA("x")' }))
    expect(totalOf(without.cart)).toBe(10_000)
  })

  it('never take off less than nothing or more than everything', () => {
    const cart = aCart(1000)
    expect(totalOf(apply(cart, amountOff(5, { formula: '0 - 3' })).cart)).toBe(1000)
    expect(totalOf(apply(cart, percent(5, { formula: '250' })).cart)).toBe(0)
    expect(totalOf(apply(cart, amountOff(5, { formula: 'POW(10;300)' })).cart)).toBe(0)
  })

  it('speak of the cheapest and the most expensive line, ties going to the lowest subtotal', () => {
    const cart = aCart([aLine('a', 500, 4), aLine('b', 500, 2), aLine('c', 900, 1)])
    const of = (formula: string) => totalOf(apply(cart, amountOff(0, { formula })).cart)
    expect(of('CHEAPEST_ORDER_ITEM_UNITS_QUANTITY')).toBe(3900 - 200)
    expect(of('MOST_EXPENSIVE_ORDER_ITEM_PRICE + ORDER_ITEMS_QUANTITY')).toBe(3900 - 1200)
  })

  it('say how many units are given away, and see what the caller knows', () => {
    const unit = aUnit('prod_a', 1, { formula: 'VOUCHER_REDEEMED_QUANTITY + 0.9' })
    const operands = { ...NO_OPERANDS, values: { VOUCHER_REDEEMED_QUANTITY: 3 } }
    const done = apply(aCart([aLine('a', 100)]), units('ADD_NEW_ITEMS', unit), { operands })
    expect(done.cart.lines[0]).toMatchObject({ quantity: 4, discountQuantity: 3 })
    expect(done.isDynamic).toBe(true)
  })

  it('reach prices of entries in a scope with caps as well', () => {
    const scope = scopeOf(['a'], { price_formula: 'ORDER_ITEM_PRICE / 2', quantity_limit: 1 })
    expect(offLines(apply(aCart([aLine('a', 300, 2)]), fixed(null), { scope }).cart)).toEqual([150])
  })
})
