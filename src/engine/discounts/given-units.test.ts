import { describe, expect, it } from 'vitest'
import { money } from '../../kernel/money.ts'
import type { StoredItem } from './calculate-added-units.ts'
import { calculateReplacedUnits } from './calculate-replaced-units.ts'
import { totalsOf } from './cart.ts'
import { aCart, aLine, apply, aUnit, totalOf, units } from './discounts.fixture.ts'

const item = (name: string, price: number | null): StoredItem => ({
  id: `prod_${name}`,
  sourceId: name,
  name,
  price: price === null ? null : money(price),
})
const catalog = new Map(
  [
    item('red', 2900),
    item('blue', 3100),
    item('mug', 1000),
    item('p', 2000),
    item('free', null),
  ].map((stored) => [stored.id, stored]),
)
const productOf = (id: string) => catalog.get(id)
const give = (
  effect: 'ADD_NEW_ITEMS' | 'ADD_MISSING_ITEMS' | 'ADD_SAME_ITEMS',
  id: string,
  n: number,
) => units(effect, aUnit(id, n))

describe('units that are given away', () => {
  it('scenario 59: new ones join the line, and only they are free (R-UNIT-01, R-UNIT-03, R-UNIT-04)', () => {
    const { cart } = apply(aCart([aLine('red', 2900)]), give('ADD_NEW_ITEMS', 'prod_red', 1), {
      productOf,
    })
    expect(cart.lines).toMatchObject([
      {
        quantity: 2,
        amount: 5800,
        discountAmount: 2900,
        discountQuantity: 1,
        initialQuantity: 1,
        initialAmount: 2900,
        appliedQuantity: 1,
      },
    ])
    expect(totalOf(cart)).toBe(2900)
  })

  it('scenario 60: missing ones are not added when they are there, but are free (R-UNIT-02)', () => {
    const { cart } = apply(aCart([aLine('red', 2900)]), give('ADD_MISSING_ITEMS', 'prod_red', 1), {
      productOf,
    })
    expect(cart.lines).toMatchObject([{ quantity: 1, amount: 2900, discountAmount: 2900 }])
    expect(cart.initialAmount).toBeUndefined()
  })

  it('scenario 61: many are given one after another, each in its own way (R-UNIT-05, R-UNIT-11)', () => {
    const discount = units(
      'ADD_MANY_ITEMS',
      aUnit('prod_red', 1, { effect: 'ADD_MISSING_ITEMS' }),
      aUnit('prod_blue', 1, { effect: 'ADD_NEW_ITEMS' }),
    )
    const before = aCart([aLine('red', 2900), aLine('blue', 3100)])
    const { cart } = apply(before, discount, { productOf })
    expect(cart).toMatchObject({ amount: 9100, initialAmount: 6000 })
    expect(totalsOf(cart)).toMatchObject({ itemsDiscountAmount: 6000, totalAmount: 3100 })
    const blue = { initialAmount: 3100, initialQuantity: 1, discountAmount: 3100 }
    expect(cart.lines).toMatchObject([
      { quantity: 1, discountQuantity: 1, initialQuantity: 1, initialAmount: 2900, amount: 2900 },
      { quantity: 2, discountQuantity: 1, amount: 6200, ...blue },
    ])
  })

  it('scenario 62: the price of the line counts (R-UNIT-09)', () => {
    const before = aCart([aLine('mug', 1000), aLine('bottle', 2500, 2)])
    const { cart } = apply(before, give('ADD_NEW_ITEMS', 'prod_mug', 1), { productOf })
    expect([cart.amount, totalsOf(cart).itemsDiscountAmount, totalOf(cart)]).toEqual([
      7000, 1000, 6000,
    ])
  })

  it.each([
    ['63', 'ADD_MISSING_ITEMS', 2, 1, 4000, 4000],
    ['63', 'ADD_MISSING_ITEMS', 2, 2, 4000, 4000],
    ['63 (C-34)', 'ADD_MISSING_ITEMS', 2, 5, 10_000, 4000],
    ['64', 'ADD_NEW_ITEMS', 2, 5, 14_000, 4000],
    ['65', 'ADD_MISSING_ITEMS', 3, 1, 6000, 6000],
    ['of the same, which are there', 'ADD_SAME_ITEMS', 1, 1, 4000, 2000],
    ['of the same, which are not', 'ADD_SAME_ITEMS', 1, 0, 0, 0],
    ['of none', 'ADD_NEW_ITEMS', 0, 1, 2000, 0],
  ] as const)(
    'scenario %s: %s of %i with %i in the cart',
    (_scenario, effect, n, inCart, amount, off) => {
      const before = aCart(inCart === 0 ? [] : [aLine('p', 2000, inCart)])
      const { cart } = apply(before, give(effect, 'prod_p', n), { productOf })
      const { itemsDiscountAmount, totalAmount } = totalsOf(cart)
      expect([cart.amount, itemsDiscountAmount, totalAmount]).toEqual([amount, off, amount - off])
    },
  )

  it('scenario 64: what is not in the cart becomes a line (R-UNIT-06)', () => {
    const before = aCart([aLine('other', 5000)])
    const { cart } = apply(before, give('ADD_NEW_ITEMS', 'prod_p', 2), { productOf })
    expect([cart.amount, totalOf(cart)]).toEqual([9000, 5000])
    expect(cart.lines[1]).toMatchObject({
      productId: 'prod_p',
      productSourceId: 'p',
      skuId: null,
      quantity: 2,
      price: 2000,
      amount: 4000,
      initialQuantity: 0,
      initialAmount: 0,
      discountQuantity: 2,
      discountAmount: 4000,
    })
  })

  it('adds up units of several products on top of an earlier discount (R-UNIT-07)', () => {
    const stored: StoredItem = { ...item('x', 29_900), id: 'prod_x' }
    const other: StoredItem = { ...item('y', 29_900), id: 'prod_y' }
    const before = aCart([aLine('a', 28_000)], { discountAmount: money(8400) })
    const discount = units(
      'ADD_MANY_ITEMS',
      aUnit('prod_x', 3, { effect: 'ADD_NEW_ITEMS' }),
      aUnit('prod_y', 4, { effect: 'ADD_NEW_ITEMS' }),
    )
    const of = (id: string) => (id === 'prod_x' ? stored : other)
    const { cart } = apply(before, discount, { productOf: of })
    expect(cart.amount).toBe(237_300)
    expect(totalsOf(cart)).toMatchObject({
      itemsDiscountAmount: 209_300,
      totalDiscountAmount: 217_700,
      totalAmount: 19_600,
    })
  })

  it.each(['prod_free', 'prod_5h1pp1ng', 'prod_unknown'])(
    'scenario 66: %s has no price and changes no total (R-UNIT-08, R-DISC-19)',
    (id) => {
      const before = aCart([aLine('a', 1000)])
      const { cart } = apply(before, give('ADD_NEW_ITEMS', id, 1), { productOf })
      expect(totalsOf(cart)).toEqual(totalsOf(before))
      expect(cart.lines[1]).toMatchObject({ productId: id, quantity: 1, amount: null })
    },
  )

  it('makes a SKU a line with its product', () => {
    const sku: StoredItem = {
      id: 'sku_1',
      sourceId: 'p-red',
      name: null,
      price: money(500),
      product: { id: 'prod_p', sourceId: 'p' },
    }
    const { cart } = apply(aCart([aLine('p', 2000)]), give('ADD_MISSING_ITEMS', 'sku_1', 1), {
      productOf: () => sku,
    })
    expect(cart.lines[1]).toMatchObject({
      skuId: 'sku_1',
      productId: 'prod_p',
      amount: 500,
      discountAmount: 500,
    })
  })

  it('frees missing units on all lines of the product, first the line that grew', () => {
    const lines = [aLine('p', 2000), aLine('a', 100), aLine('p', 2000, 2)]
    const { cart } = apply(aCart(lines), give('ADD_MISSING_ITEMS', 'prod_p', 5), { productOf })
    expect(cart.lines).toMatchObject([
      { quantity: 3, discountQuantity: 3, discountAmount: 6000 },
      { discountAmount: 0 },
      { quantity: 2, discountQuantity: 2, discountAmount: 4000 },
    ])
  })

  it('refuses units that would make the order too large to be counted', async () => {
    const { applyDiscount } = await import('./apply-discount.ts')
    const { aContext } = await import('./discounts.fixture.ts')
    const dear = item('dear', Number.MAX_SAFE_INTEGER - 1)
    const refused = applyDiscount(
      aCart(10),
      give('ADD_NEW_ITEMS', 'prod_dear', 2),
      aContext({ productOf: () => dear }),
    )
    expect(refused).toMatchObject({ key: 'invalid_amount' })
  })
})

describe('units that are replaced', () => {
  const replace = (
    lines: Parameters<typeof aCart>[0],
    sourceUnits: number,
    to: StoredItem,
    n: number,
  ) => {
    const done = calculateReplacedUnits(aCart(lines), {
      sourceIndex: 0,
      sourceUnits,
      item: to,
      units: n,
    })
    if (done === 'too_large') throw new Error(done)
    return done
  }

  it.each([
    [
      '67: one by a dearer one (R-UNIT-10)',
      [aLine('p', 2000, 3)],
      item('q', 2500),
      1,
      6500,
      500,
      6000,
    ],
    ['68: one by a cheaper one', [aLine('bottle', 2500, 3)], item('mug', 1000), 1, 6000, 0, 6000],
    ['68: one by three', [aLine('bottle', 2500, 3)], item('mug', 1000), 3, 8000, 500, 7500],
  ])('scenario %s', (_scenario, lines, to, n, amount, off, total) => {
    const { cart, details } = replace(lines, 1, to, n)
    expect([cart.amount, totalsOf(cart).itemsDiscountAmount, totalOf(cart)]).toEqual([
      amount,
      off,
      total,
    ])
    expect(details).toMatchObject({
      sourceIndex: 0,
      sourceAppliedQuantity: -1,
      sourceAppliedQuantityAmount: -(lines[0]?.price ?? 0),
      targetIndex: 1,
      targetAppliedQuantity: n,
      targetAppliedDiscountAmount: off,
    })
  })

  it('takes no more units than there are', () => {
    const { cart, details } = replace([aLine('p', 2000)], 5, item('q', 2500), 1)
    expect(details.sourceAppliedQuantity).toBe(-1)
    expect([cart.lines[0]?.quantity, totalOf(cart)]).toEqual([0, 2000])
  })
})
