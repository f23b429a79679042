import { describe, expect, it } from 'vitest'
import { money } from '../../kernel/money.ts'
import { totalsOf } from './cart.ts'
import { compileScope } from './compile-scope.ts'
import {
  aCart,
  aLine,
  amountOff,
  apply,
  fixed,
  offLines,
  percent,
  scopeOf,
  totalOf,
} from './discounts.fixture.ts'

describe('discounts on the order as a whole', () => {
  it.each([
    ['scenario 1: AMOUNT 1000 of 20000', amountOff(1000), 20_000, 1000],
    ['scenario 2: AMOUNT 1000 of 30000', amountOff(1000), 30_000, 1000],
    ['scenario 3: 10 % of 20050', percent(10), 20_050, 2005],
    ['scenario 4: 10 % of 9999', percent(10), 9999, 1000],
    ['scenario 4: 10 % of 9995, half-up', percent(10), 9995, 1000],
    ['scenario 5: 33 % of 4999', percent(33), 4999, 1650],
    ['scenario 5: 12.5 % of 12345', percent(12.5), 12_345, 1543],
    ['scenario 6: 50 % of 99', percent(50), 99, 50],
    ['scenario 6: 50 % of 1', percent(50), 1, 1],
    ['scenario 6: 50 % of 0', percent(50), 0, 0],
    [
      'scenario 7: a limit that is reached',
      percent(20, { amountLimit: money(5000) }),
      100_000,
      5000,
    ],
    ['scenario 7: one that is not', percent(20, { amountLimit: money(5000) }), 20_000, 4000],
    ['scenario 8: AMOUNT 1000 of 500 (R-DISC-04)', amountOff(1000), 500, 500],
    ['scenario 9: AMOUNT 8000 of 159920', amountOff(8000), 159_920, 8000],
    ['scenario 10: FIXED 1000 of 2500 (R-DISC-06)', fixed(1000), 2500, 1500],
    ['scenario 10: FIXED 2500 of 2000', fixed(2500), 2000, 0],
    ['FIXED without a price', fixed(null), 2000, 0],
    ['an aggregated limit', amountOff(1000, { aggregatedAmountLimit: money(300) }), 2000, 300],
  ])('%s', (_scenario, discount, amount, off) => {
    const { cart } = apply(aCart(amount), discount)
    expect(cart.discountAmount).toBe(off)
    expect(cart.appliedDiscountAmount).toBe(off)
    expect(totalOf(cart)).toBe(amount - off)
  })

  it('takes nothing off an order without an amount', () => {
    const cart = aCart(0, { amount: undefined })
    expect(apply(cart, percent(10)).cart).toEqual(cart)
    expect(apply(cart, amountOff(10, { effect: 'APPLY_TO_ITEMS' })).cart).toEqual(cart)
  })

  it('leaves an order without lines as it is when the discount is for lines (recorded of the reference)', () => {
    const { cart, discount } = apply(aCart(20_000), amountOff(1000), { scope: scopeOf(['mug']) })
    expect(discount.effect).toBe('APPLY_TO_ITEMS')
    expect(totalOf(cart)).toBe(20_000)
  })
})

const sample = aCart([
  aLine('mug', 1000, 2),
  aLine('poster', 1500, 3),
  aLine('tshirt', 2000, 3),
  aLine('bottle', 2500, 2),
])
const three = ['mug', 'poster', 'tshirt']

describe('discounts on lines', () => {
  const byQuantity = amountOff(1000, { effect: 'APPLY_TO_ITEMS_BY_QUANTITY' })
  it.each([
    ['17: AMOUNT 1000 (R-DISC-08)', amountOff(1000), {}, [1000, 1000, 1000, 0]],
    ['18: by quantity (R-DISC-09)', byQuantity, {}, [2000, 3000, 3000, 0]],
    [
      '19: proportionally',
      amountOff(1000, { effect: 'APPLY_TO_ITEMS_PROPORTIONALLY' }),
      {},
      [160, 360, 480, 0],
    ],
    [
      '20: proportionally by quantity',
      amountOff(1000, { effect: 'APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY' }),
      {},
      [250, 375, 375, 0],
    ],
    ['21: 10 % (R-DISC-07)', percent(10), {}, [200, 450, 600, 0]],
    ['22: FIXED 1000 (R-DISC-13)', fixed(1000), {}, [0, 1500, 3000, 0]],
    ['23: 10 %, 500 a line', percent(10, { amountLimit: money(500) }), {}, [200, 450, 500, 0]],
    ['23: the same in the rule', percent(10), { amount_limit: 500 }, [200, 450, 500, 0]],
    [
      '24: 10 %, 1000 in all',
      percent(10, { aggregatedAmountLimit: money(1000) }),
      {},
      [200, 450, 350, 0],
    ],
    [
      '24: the same in the rule',
      percent(10),
      { aggregated_amount_limit: 1000 },
      [200, 450, 350, 0],
    ],
    [
      '25: AMOUNT 1000, 2500 in all',
      amountOff(1000, { aggregatedAmountLimit: money(2500) }),
      {},
      [1000, 1000, 500, 0],
    ],
    [
      '26: by quantity, 4500 in all',
      { ...byQuantity, aggregatedAmountLimit: money(4500) },
      {},
      [2000, 2500, 0, 0],
    ],
    ['27: by quantity, 2 units a line', byQuantity, { quantity_limit: 2 }, [2000, 2000, 2000, 0]],
    ['28: FIXED 1000, 2 units a line', fixed(1000), { quantity_limit: 2 }, [0, 1000, 2000, 0]],
    [
      '31: 999 proportionally',
      amountOff(999, { effect: 'APPLY_TO_ITEMS_PROPORTIONALLY' }),
      {},
      [160, 360, 479, 0],
    ],
    [
      '31: 1001 proportionally by quantity',
      amountOff(1001, { effect: 'APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY' }),
      {},
      [250, 376, 375, 0],
    ],
  ])('scenario %s', (_scenario, discount, settings, off) => {
    const { cart } = apply(sample, discount as typeof byQuantity, {
      scope: scopeOf(three, settings),
    })
    expect(offLines(cart)).toEqual(off)
    expect(totalOf(cart)).toBe(17_500 - off.reduce((a, b) => a + b, 0))
  })

  const proportionally = 'APPLY_TO_ITEMS_PROPORTIONALLY'
  it.each([
    ['30: 1000 on 2000 and 8000', [2000, 8000], 1000, [200, 800]],
    ['30: 1000 on three equal lines', [500, 500, 500], 1000, [334, 333, 333]],
    ['30: 100 on three times 100', [100, 100, 100], 100, [34, 33, 33]],
    ['32: 2000 on 100 and 900', [100, 900], 2000, [100, 900]],
  ])('scenario %s', (_scenario, prices, amount, off) => {
    const cart = aCart(prices.map((price, index) => aLine(`p${index}`, price)))
    const done = apply(cart, amountOff(amount, { effect: proportionally })).cart
    expect(offLines(done)).toEqual(off)
    const sum = (amounts: readonly number[]) => amounts.reduce((a, b) => a + b, 0)
    expect(totalOf(done)).toBe(sum(prices) - sum(off))
  })

  it('scenario 29: splits by the lines, of an order whose own amount is lower (R-DISC-15)', () => {
    const cart = aCart([aLine('a', 3300), aLine('b', 3400)], { amount: money(6000) })
    const done = apply(cart, amountOff(300, { effect: proportionally })).cart
    expect(offLines(done)).toEqual([148, 152])
    expect(totalOf(done)).toBe(5700)
  })

  it('scenario 33: takes the amount off each line, at most what the line costs', () => {
    const done = apply(
      aCart([aLine('a', 2000), aLine('b', 700)]),
      amountOff(1000, { effect: 'APPLY_TO_ITEMS' }),
    ).cart
    expect(offLines(done)).toEqual([1000, 700])
    expect(totalOf(done)).toBe(1000)
  })

  it('scenario 34: takes the amount off each unit', () => {
    const discount = amountOff(700, { effect: 'APPLY_TO_ITEMS_BY_QUANTITY' })
    const cheap = apply(aCart([aLine('a', 5000), aLine('b', 300, 2)]), discount).cart
    expect([offLines(cheap), totalOf(cheap)]).toEqual([[700, 600], 4300])
    const limited = { ...discount, aggregatedAmountLimit: money(1500) }
    const dear = apply(
      aCart([aLine('a', 5000), aLine('b', 3000, 2)]),
      limited as typeof discount,
    ).cart
    expect([offLines(dear), totalOf(dear)]).toEqual([[700, 800], 9500])
  })

  it('scenario 35: gives six lines one price', () => {
    const prices = [2900, 3100, 2900, 1700, 1500, 60_000]
    const cart = aCart(prices.map((price, index) => aLine(`p${index}`, price)))
    const done = apply(cart, fixed(800, { effect: 'APPLY_TO_ITEMS' })).cart
    expect(offLines(done)).toEqual([2100, 2300, 2100, 900, 700, 59_200])
    expect(totalsOf(done)).toMatchObject({ itemsDiscountAmount: 67_300, totalAmount: 4800 })
  })

  it('scenario 36: rounds a percentage for the line, not for the unit', () => {
    const done = apply(aCart([aLine('a', 3333, 3)]), percent(10, { effect: 'APPLY_TO_ITEMS' })).cart
    expect([offLines(done), totalOf(done)]).toEqual([[1000], 8999])
  })

  it('scenario 37: gives some units of a line the price that the rule has for them', () => {
    const scope = scopeOf(['a'], { price: 1500, quantity_limit: 3 })
    const { cart } = apply(aCart([aLine('a', 2000, 5)]), fixed(null), { scope })
    expect(offLines(cart)).toEqual([1500])
    expect(totalOf(cart)).toBe(8500)
  })

  it('shares the amount of a line out over its units where it has no price (R-DISC-14)', () => {
    const line = aLine('a', 0, 3, { price: null, amount: money(1000) })
    const done = apply(aCart([line]), fixed(300, { effect: 'APPLY_TO_ITEMS' })).cart
    expect(offLines(done)).toEqual([100])
    const one = scopeOf(['a'], { quantity_limit: 1 })
    expect(offLines(apply(aCart([line]), fixed(300), { scope: one }).cart)).toEqual([33])
  })

  it('leaves out what a rule excludes, and takes everything else (R-APPL-01)', () => {
    const scope = compileScope({
      included_all: true,
      excluded: [{ object: 'product', source_id: 'poster' }],
    })
    expect(offLines(apply(sample, percent(10), { scope }).cart)).toEqual([200, 0, 600, 500])
  })

  it('prefers what a rule says of the SKU to what it says of the product and of the collection', () => {
    const line = aLine('a', 1000, 1, { skuId: 'sku_1', collectionIds: ['pc_1'] })
    const scope = compileScope({
      included: [
        { object: 'products_collection', id: 'pc_1', price: 700 },
        { object: 'product', id: 'prod_a', price: 800 },
        { object: 'sku', id: 'sku_1', price: 900 },
      ],
    })
    const others = [aLine('a', 1000), aLine('b', 1000, 1, { collectionIds: ['pc_0', 'pc_1'] })]
    const { cart } = apply(aCart([line, ...others]), fixed(null), { scope })
    expect(offLines(cart)).toEqual([100, 200, 300])
  })

  it('cuts a part that does not fit its line and gives the rest to the others', () => {
    const cart = aCart([aLine('a', 10, 9), aLine('b', 1000, 1)])
    const effect = 'APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY'
    expect(offLines(apply(cart, amountOff(500, { effect })).cart)).toEqual([90, 410])
  })
})
