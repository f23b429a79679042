import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { apply, offLines, ofLines, ok, redeemableOf, type Step, scopedTo } from './support.ts'

/* Scenarios 59 to 66 of units that are given away, and 69 to 76 of scopes, bundles and formulas. */
const t = useTestApp()

const amount = (amount_off: number, fields: object = {}): Step => ({
  discount: { type: 'AMOUNT', amount_off, ...fields },
})
const percent = (percent_off: number, fields: object = {}): Step => ({
  discount: { type: 'PERCENT', percent_off, ...fields },
})
const PRICES = { red: 2_900, blue: 3_100, mug: 1_000, bottle: 2_500, p: 2_000, other: 5_000 }
const ids: Record<string, string> = {}

beforeAll(async () => {
  for (const [source_id, price] of Object.entries(PRICES)) {
    ids[source_id] = (await ok(t, '/v1/products', { source_id, name: source_id, price })).id
  }
  ids['priceless'] = (await ok(t, '/v1/products', { source_id: 'priceless', name: 'x' })).id
})

type Name = keyof typeof PRICES
const cartOf = (...lines: (readonly [Name, number])[]) =>
  ofLines(...lines.map(([name, quantity]) => [name, PRICES[name], quantity] as const))
const give = (effect: string, name: string, unit_off: number): Step => ({
  discount: { type: 'UNIT', effect, unit_off, unit_type: ids[name] },
})

/** Validates and redeems one step; both must come to the same, and the order of it is returned. */
async function applyOne(order: object, step: Step) {
  const { validation, redemption } = await apply(t, order, step)
  const figures = ({ items, ...rest }: Record<string, unknown>) => ({
    amount: rest['amount'],
    total: rest['total_amount'],
    lines: (items as object[] | undefined)?.length,
  })
  expect(figures(redemption.order)).toEqual(figures(validation.order))
  return validation.order
}

describe('units that are given away', () => {
  it('are new ones, which join the line (scenario 59)', async () => {
    const order = await applyOne(cartOf(['red', 1]), give('ADD_NEW_ITEMS', 'red', 1))
    expect(order).toMatchObject({ amount: 5_800, initial_amount: 2_900, total_amount: 2_900 })
    expect(order.items).toMatchObject([
      {
        quantity: 2,
        initial_quantity: 1,
        discount_quantity: 1,
        amount: 5_800,
        initial_amount: 2_900,
        discount_amount: 2_900,
        subtotal_amount: 2_900,
      },
    ])
  })

  it('are missing ones, which are free where they are there (scenario 60)', async () => {
    const order = await applyOne(cartOf(['red', 1]), give('ADD_MISSING_ITEMS', 'red', 1))
    expect(order).toMatchObject({ amount: 2_900, total_amount: 0 })
    expect(order.items).toMatchObject([{ quantity: 1, discount_amount: 2_900 }])
  })

  it('are many, each in its own way (scenario 61)', async () => {
    const units = [
      { unit_off: 1, unit_type: ids['red'], effect: 'ADD_MISSING_ITEMS' },
      { unit_off: 1, unit_type: ids['blue'], effect: 'ADD_NEW_ITEMS' },
    ]
    const step = { discount: { type: 'UNIT', effect: 'ADD_MANY_ITEMS', units } }
    const order = await applyOne(cartOf(['red', 1], ['blue', 1]), step)
    expect(order).toMatchObject({
      amount: 9_100,
      initial_amount: 6_000,
      items_discount_amount: 6_000,
      total_amount: 3_100,
    })
    expect(order.items).toMatchObject([
      {
        quantity: 1,
        discount_quantity: 1,
        initial_quantity: 1,
        initial_amount: 2_900,
        amount: 2_900,
        discount_amount: 2_900,
        subtotal_amount: 0,
      },
      {
        quantity: 2,
        discount_quantity: 1,
        initial_quantity: 1,
        initial_amount: 3_100,
        amount: 6_200,
        discount_amount: 3_100,
        subtotal_amount: 3_100,
      },
    ])
  })

  it.each<[string, string, Name, number, (readonly [Name, number])[], number[]]>([
    [
      '62',
      'ADD_NEW_ITEMS',
      'mug',
      1,
      [
        ['mug', 1],
        ['bottle', 2],
      ],
      [7_000, 1_000, 6_000],
    ],
    ['63', 'ADD_MISSING_ITEMS', 'p', 2, [['p', 1]], [4_000, 4_000, 0]],
    ['63', 'ADD_MISSING_ITEMS', 'p', 2, [['p', 2]], [4_000, 4_000, 0]],
    ['63', 'ADD_MISSING_ITEMS', 'p', 2, [['p', 5]], [10_000, 4_000, 6_000]],
    ['64', 'ADD_NEW_ITEMS', 'p', 2, [['p', 5]], [14_000, 4_000, 10_000]],
    ['64', 'ADD_NEW_ITEMS', 'p', 2, [['other', 1]], [9_000, 4_000, 5_000]],
    ['65', 'ADD_MISSING_ITEMS', 'p', 3, [['p', 1]], [6_000, 6_000, 0]],
  ])('scenario %s: %s of %s, %i', async (_scenario, effect, name, count, cart, expected) => {
    const order = await applyOne(cartOf(...cart), give(effect, name, count))
    expect([order.amount, order.items_discount_amount, order.total_amount]).toEqual(expected)
  })

  it.each(['priceless', 'prod_5h1pp1ng'])(
    'are %s and change no total (scenario 66)',
    async (name) => {
      const unit_type = ids[name] ?? name
      const step = { discount: { type: 'UNIT', effect: 'ADD_NEW_ITEMS', unit_off: 1, unit_type } }
      const order = await applyOne(cartOf(['red', 1]), step)
      expect(order).toMatchObject({ amount: 2_900, total_amount: 2_900 })
      expect(order.items).toMatchObject([{}, { product_id: unit_type, quantity: 1 }])
    },
  )
})

describe('a scope', () => {
  const cart = ofLines(
    ['t-shirt', 2_000, 3],
    ['poster', 1_500, 5],
    ['cup', 1_000, 2],
    ['socks', 500, 4],
    ['bottle', 2_500, 2],
  )
  const four = ['t-shirt', 'poster', 'cup', 'socks']
  const everySecond = { effect: 'APPLY_FROM_MOST_EXPENSIVE', skip_initially: 1, repeat: 2 }

  it('takes every second line, from the most expensive (scenario 69)', async () => {
    const step = amount(500, { effect: 'APPLY_TO_ITEMS' })
    const order = await applyOne(cart, {
      ...step,
      rule: scopedTo(four, { ...everySecond, target: 'ITEM' }),
    })
    expect(offLines(order)).toEqual([0, 500, 0, 500, 0])
    expect(order).toMatchObject({ amount: 22_500, total_amount: 21_500 })
  })

  it('takes every second unit, from the most expensive (scenario 70)', async () => {
    const step = amount(500, { effect: 'APPLY_TO_ITEMS_BY_QUANTITY' })
    const order = await applyOne(cart, {
      ...step,
      rule: scopedTo(four, { ...everySecond, target: 'UNIT' }),
    })
    expect(offLines(order)).toEqual([500, 1_500, 500, 1_000, 0])
    expect(order.total_amount).toBe(19_000)
  })

  it('tells the units that it takes (R-APPL-03, scenario 71)', async () => {
    const settings = { skip_initially: 1, repeat: 3, target: 'UNIT' }
    const step = { ...percent(10, { effect: 'APPLY_TO_ITEMS' }), rule: scopedTo(['a'], settings) }
    const { validation } = await apply(t, ofLines(['a', 1_000, 10]), step)
    expect(validation.redeemables[0].applicable_to.data).toMatchObject([
      { order_item_indices: [0], order_item_units: [{ index: 0, units: [2, 5, 8] }] },
    ])
    expect(validation.order.items).toMatchObject([{ discount_quantity: 3, discount_amount: 300 }])
  })

  it('keeps to a number of units, of a line or of all (scenario 72)', async () => {
    const ten = percent(10, { effect: 'APPLY_TO_ITEMS' })
    const three = { ...ten, rule: scopedTo(['a'], { quantity_limit: 3 }) }
    expect((await applyOne(ofLines(['a', 1_000, 5]), three)).items).toMatchObject([
      { discount_quantity: 3, discount_amount: 300 },
    ])
    const five = { ...ten, rule: scopedTo(['a', 'b'], { aggregated_quantity_limit: 5 }) }
    expect((await applyOne(ofLines(['a', 1_000, 2], ['b', 1_000, 4]), five)).items).toMatchObject([
      { discount_quantity: 2 },
      { discount_quantity: 3 },
    ])
  })

  it('takes the cheapest line, the first of equals (scenario 75)', async () => {
    const rule = scopedTo(['a', 'b', 'c'], { effect: 'APPLY_TO_CHEAPEST' })
    const step = { ...percent(50, { effect: 'APPLY_TO_ITEMS' }), rule }
    const order = await applyOne(ofLines(['a', 1_000, 1], ['b', 500, 1], ['c', 500, 1]), step)
    expect(offLines(order)).toEqual([0, 250, 0])
  })
})

describe('bundles', () => {
  const bundleRule = (limit: number | null) => ({
    bundle_rules: {
      1: {
        name: 'order.items.any',
        conditions: { $is: [{ id: ids['mug'], type: 'product_or_sku', object: 'product' }] },
        rules: {
          1: { name: 'order.items.aggregated_quantity', conditions: { $is: [1] }, rules: {} },
          logic: '1',
        },
      },
      logic: '1',
      limit,
    },
  })

  it.each<[string, number, number | null, number, Step]>([
    ['$1', 5, 5, 500, amount(100)],
    ['5 %', 5, 5, 2_500, percent(5)],
    ['$20', 2, 2, 4_000, amount(2_000)],
    ['$20', 3, null, 6_000, amount(2_000)],
  ])('multiply %s by %i (limit %s, scenario 74)', async (_what, count, limit, off, step) => {
    const cart = { ...cartOf(['mug', count]), amount: 10_000 }
    const order = await applyOne(cart, { ...step, rule: bundleRule(limit) })
    expect(order.total_amount).toBe(10_000 - off)
  })

  it('that are not complete are no bundles (R-BUN-06)', async () => {
    const redeemable = await redeemableOf(t, { ...amount(100), rule: bundleRule(1) })
    const body = { redeemables: [redeemable], order: cartOf(['bottle', 1]) }
    expect(await ok(t, '/v1/validations', body)).toMatchObject({
      valid: false,
      redeemables: [{ result: { error: { key: 'order_rules_violated' } } }],
    })
  })
})

describe('formulas', () => {
  it('set the prices of the entries of a rule (R-FOR-06, scenario 76)', async () => {
    const priceOf = (factor: number) =>
      `IF(ORDER_AMOUNT > 300;ORDER_ITEM_PRICE * ${factor};ORDER_ITEM_PRICE)`
    const entry = (source_id: string, fields: object) => ({
      object: 'product',
      source_id,
      ...fields,
    })
    const included = [
      entry('a', { price_formula: priceOf(0.8) }),
      entry('b', { price_formula: priceOf(0.9) }),
      entry('c', { price_formula: 'ORDER_ITEM_METADATA("x")', price: 0 }),
      entry('d', { price_formula: priceOf(0.9) }),
      entry('e', { price_formula: priceOf(0.8) }),
    ]
    const step = {
      discount: { type: 'FIXED', effect: 'APPLY_TO_ITEMS' },
      rule: { applicable_to: { included } },
    }
    const cart = ofLines(
      ['a', 6_500, 1],
      ['b', 6_000, 1],
      ['c', 2_000, 1],
      ['d', 5_000, 2],
      ['e', 11_000, 2],
    )
    const order = await applyOne(cart, step)
    expect(offLines(order)).toEqual([1_300, 600, 2_000, 1_000, 4_400])
    expect(order).toMatchObject({
      amount: 46_500,
      total_discount_amount: 9_300,
      total_amount: 37_200,
    })
  })
})
