import { describe, expect, it } from 'vitest'
import { money } from '../../kernel/money.ts'
import { compileBundle } from '../bundles/index.ts'
import { applyDiscount } from './apply-discount.ts'
import { compileScope, EVERYTHING } from './compile-scope.ts'
import { resolveEffect } from './discount.ts'
import {
  aCart,
  aContext,
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
import { countDiscountedUnits, toScopeViews } from './scope-view.ts'

const cart = aCart([
  aLine('tshirt', 2000, 3),
  aLine('poster', 1500, 5),
  aLine('mug', 1000, 2),
  aLine('socks', 500, 4),
  aLine('bottle', 2500, 2),
])
const four = ['tshirt', 'poster', 'mug', 'socks']
const everySecond = { effect: 'APPLY_FROM_MOST_EXPENSIVE', skip_initially: 1, repeat: 2 }

describe('which lines and units are discounted', () => {
  it('scenario 69: every second line, from the most expensive (R-APR-03)', () => {
    const scope = scopeOf(four, everySecond)
    const done = apply(cart, amountOff(500, { effect: 'APPLY_TO_ITEMS' }), { scope }).cart
    expect(offLines(done)).toEqual([0, 500, 0, 500, 0])
    expect([cart.amount, totalOf(done)]).toEqual([22_500, 21_500])
  })

  it('scenario 70: every second unit, from the most expensive (R-APR-04)', () => {
    const scope = scopeOf(four, { ...everySecond, target: 'UNIT' })
    const discount = amountOff(500, { effect: 'APPLY_TO_ITEMS_BY_QUANTITY' })
    const done = apply(cart, discount, { scope }).cart
    expect(offLines(done)).toEqual([500, 1500, 500, 1000, 0])
    expect(totalOf(done)).toBe(19_000)
    expect(
      toScopeViews(scope, cart).applicable_to.data.map((entry) => entry.order_item_units),
    ).toEqual([
      [{ index: 0, units: [2] }],
      [{ index: 1, units: [1, 3, 5] }],
      [{ index: 2, units: [2] }],
      [{ index: 3, units: [2, 4] }],
    ])
  })

  it('scenario 71: of ten units, skipping one, every third (R-APR-02)', () => {
    const settings = { skip_initially: 1, repeat: 3, target: 'UNIT' }
    const views = toScopeViews(scopeOf(['a'], settings), aCart([aLine('a', 100, 10)]))
    expect(views.applicable_to.data[0]).toMatchObject({
      ...settings,
      order_item_indices: [0],
      order_item_units: [{ index: 0, units: [2, 5, 8] }],
    })
  })

  it('scenario 72: at most three of five units, or five of two and four (R-APR-06)', () => {
    const five = apply(aCart([aLine('a', 1000, 5)]), percent(10), {
      scope: scopeOf(['a'], { quantity_limit: 3 }),
    })
    expect(five.cart.lines[0]).toMatchObject({ discountAmount: 300, discountQuantity: 3 })
    const two = apply(aCart([aLine('a', 1000, 2), aLine('b', 1000, 4)]), percent(10), {
      scope: scopeOf(['a', 'b'], { aggregated_quantity_limit: 5 }),
    })
    expect(two.cart.lines.map((line) => line.discountQuantity)).toEqual([2, 3])
  })

  it('keeps to an amount for each line, and for all lines of entries that share a limit (R-APR-05)', () => {
    const lines = aCart([aLine('a', 5000, 2), aLine('b', 9000)])
    const perLine = scopeOf(['a', 'b'], { amount_limit: 2500 })
    expect(offLines(apply(lines, percent(50), { scope: perLine }).cart)).toEqual([2500, 2500])
    const inAll = scopeOf(['a', 'b'], { aggregated_amount_limit: 6000 })
    expect(offLines(apply(lines, percent(50), { scope: inAll }).cart)).toEqual([5000, 1000])
  })

  it('scenario 73: leaves the units of a campaign that its counter has left (R-APR-07)', () => {
    const scope = scopeOf(['a'])
    let used = 0
    const bought = [5, 4, 3].map((quantity) => {
      const done = apply(aCart([aLine('a', 1000, quantity)]), percent(10), {
        scope,
        unitsLeft: () => 10 - used,
      })
      const [units = 0] = countDiscountedUnits(scope, done.cart).values()
      used += units
      return units
    })
    expect(bought).toEqual([5, 4, 1])
  })

  it('scenario 75: only the cheapest line, the first of equals (R-APR-01)', () => {
    const lines = aCart([aLine('a', 1000), aLine('b', 500), aLine('c', 500)])
    const cheapest = scopeOf(['a', 'b', 'c'], { effect: 'APPLY_TO_CHEAPEST' })
    expect(offLines(apply(lines, percent(50), { scope: cheapest }).cart)).toEqual([0, 250, 0])
    const dearest = scopeOf(['a', 'b', 'c'], { effect: 'APPLY_TO_MOST_EXPENSIVE' })
    expect(offLines(apply(lines, percent(50), { scope: dearest }).cart)).toEqual([500, 0, 0])
  })

  it('takes one unit where only the cheapest unit counts', () => {
    const settings = { effect: 'APPLY_TO_CHEAPEST', target: 'UNIT' }
    const lines = aCart([aLine('a', 1000, 2), aLine('b', 400, 3)])
    const done = apply(lines, percent(50), { scope: scopeOf(['a', 'b'], settings) }).cart
    expect(done.lines.map((line) => [line.discountAmount, line.discountQuantity])).toEqual([
      [0, 0],
      [200, 1],
    ])
  })
})

describe('scopes', () => {
  const included = [{ object: 'product', id: 'prod_a' }] as const
  it.each([
    ['no rule', null, 'APPLY_TO_ORDER'],
    [
      'a rule without products',
      { included: [], excluded: [], included_all: true },
      'APPLY_TO_ORDER',
    ],
    ['products', { included }, 'APPLY_TO_ITEMS'],
    ['all but some products', { excluded: included }, 'APPLY_TO_ITEMS'],
  ])('%s: an effect that was not given (R-DISC-00, C-04)', (_case, applicableTo, effect) => {
    expect(resolveEffect(percent(10), compileScope(applicableTo))).toBe(effect)
  })

  it('takes every line where nothing is named (R-APPL-02, C-05)', () => {
    const done = apply(cart, percent(10, { effect: 'APPLY_TO_ITEMS' })).cart
    expect(offLines(done)).toEqual([600, 750, 200, 200, 500])
  })

  it('shows the entries with the lines they match, and the excluded ones (R-APPL-03)', () => {
    const scope = compileScope({
      included: [{ object: 'product', id: 'prod_mug', strict: false, quantity_limit: null }],
      excluded: [{ object: 'product', id: 'prod_bottle' }],
      included_all: true,
    })
    expect(toScopeViews(scope, cart)).toEqual({
      applicable_to: {
        data: [
          {
            object: 'product',
            id: 'prod_mug',
            strict: false,
            effect: 'APPLY_TO_EVERY',
            skip_initially: 0,
            repeat: 1,
            target: 'ITEM',
            order_item_indices: [2],
          },
        ],
        total: 1,
        data_ref: 'data',
        object: 'list',
      },
      inapplicable_to: {
        data: [{ object: 'product', id: 'prod_bottle', order_item_indices: [4] }],
        total: 1,
        data_ref: 'data',
        object: 'list',
      },
    })
    expect(toScopeViews(EVERYTHING, cart).applicable_to.data).toEqual([])
  })

  it('shows at most 1000 units and says so', () => {
    const scope = scopeOf(['a', 'b'], { target: 'UNIT' })
    const [a, b] = toScopeViews(scope, aCart([aLine('a', 1, 1500), aLine('b', 1, 1000)]))
      .applicable_to.data
    expect(a?.order_item_units?.[0]?.units).toHaveLength(1000)
    expect([a?.units_limit_exceeded, b?.units_limit_exceeded]).toEqual([true, undefined])
  })
})

describe('bundles', () => {
  const bundleOf = (quantity: number, limit: number | null) =>
    compileBundle({
      1: {
        name: 'order.items.any',
        conditions: { $is: [{ id: 'prod_mouse', type: 'product_or_sku', object: 'product' }] },
        rules: {
          1: { name: 'order.items.aggregated_quantity', conditions: { $is: [quantity] } },
          logic: '1',
        },
      },
      limit,
    })

  it.each([
    ['$1 × 5', amountOff(100), 5, 10, 500],
    ['5 % × 5 of 10000', percent(5), 5, 5, 2500],
    ['$20 × 2', amountOff(2000), 2, 2, 4000],
    ['$20 × 3, without limit', amountOff(2000), 3, null, 6000],
    ['$20, one at most', amountOff(2000), 3, 1, 2000],
    ['a price, which is not multiplied', fixed(9000), 2, 2, 1000],
    ['more than 100 %', percent(60), 2, 2, 10_000],
  ])('scenario 74: %s (R-BUN-03, R-BUN-04)', (_scenario, discount, mice, limit, off) => {
    const lines = [aLine('mouse', 1000, mice)]
    const done = apply(aCart(lines, { amount: money(10_000) }), discount, {
      bundle: bundleOf(1, limit),
    })
    expect(done.cart.discountAmount).toBe(off)
    expect(done.bundle?.quantity).toBe(Math.min(mice, limit ?? mice))
  })

  it('multiplies the units that are given away, and the limits of units', () => {
    const mice = aCart([aLine('mouse', 1000, 5)])
    const bundle = bundleOf(2, 10)
    const given = apply(mice, units('ADD_NEW_ITEMS', aUnit('prod_mouse', 1)), { bundle })
    expect(given.cart.lines[0]).toMatchObject({ quantity: 7, discountQuantity: 2 })
    expect(given.discount).toMatchObject({ units: [{ unitOff: 2 }] })
    const scope = scopeOf(['mouse'], { quantity_limit: 1 })
    expect(apply(mice, percent(10), { bundle, scope }).cart.lines[0]?.discountQuantity).toBe(2)
  })

  it('refuses an order without a complete bundle (R-BUN-06)', () => {
    const context = aContext({ bundle: bundleOf(3, 1) })
    const refused = applyDiscount(aCart([aLine('mouse', 1, 2)]), amountOff(1), context)
    expect(refused).toMatchObject({ key: 'order_rules_violated' })
  })
})
