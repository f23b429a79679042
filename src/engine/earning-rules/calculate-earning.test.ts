import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { money } from '../../kernel/money.ts'
import { type Cart, type CartLine, EMPTY_LINE } from '../discounts/index.ts'
import { calculateEarning, type EarningFacts } from './calculate-earning.ts'
import type { Calculation, ItemReference, Measure } from './earning-rule.ts'

const NOTHING: EarningFacts = {
  cart: undefined,
  orderMetadata: undefined,
  customerMetadata: undefined,
  eventMetadata: undefined,
  valueOf: () => undefined,
}

const cartOf = (amount: number, discount = 0, lines: readonly CartLine[] = []): Cart => ({
  amount: money(amount),
  initialAmount: undefined,
  discountAmount: money(discount),
  appliedDiscountAmount: money(0),
  lines,
})

const line = (fields: Partial<CartLine>): CartLine => ({ ...EMPTY_LINE, quantity: 1, ...fields })

const every = (
  measure: Measure,
  [size, points]: [number, number],
  more: { property?: string; applicableTo?: ItemReference[]; formula?: string } = {},
): Calculation => ({
  type: 'PROPORTIONAL',
  measure,
  every: size,
  points,
  formula: more.formula ?? null,
  property: more.property ?? null,
  applicableTo: more.applicableTo ?? [],
})

const FIXED_5: Calculation = { type: 'FIXED', points: 5, formula: null }

describe('a proportional rule (L-11)', () => {
  it.each([
    [45_000, 500, 10, 900],
    [999, 500, 10, 10],
    [499, 500, 10, 0],
    [4_500, 1, 1, 4_500],
  ])(
    'of an order of %i, every %i → %i points, gives %i (programs scenarios 44, 45)',
    (total, size, points, expected) => {
      const calculation = every('ORDER_TOTAL_AMOUNT', [size, points])
      expect(calculateEarning(calculation, { ...NOTHING, cart: cartOf(total) })).toBe(expected)
    },
  )

  it('looks at the order before or after its discounts', () => {
    const facts = { ...NOTHING, cart: cartOf(1_000, 300, [line({ discountAmount: money(100) })]) }
    expect(calculateEarning(every('ORDER_AMOUNT', [1, 1]), facts)).toBe(1_000)
    expect(calculateEarning(every('ORDER_TOTAL_AMOUNT', [1, 1]), facts)).toBe(600)
  })

  it.each([
    ['ORDER_METADATA', 'orderMetadata'],
    ['CUSTOMER_METADATA', 'customerMetadata'],
    ['CUSTOM_EVENT_METADATA', 'eventMetadata'],
  ] as const)('of %s measures a number of it (programs scenario 48)', (measure, where) => {
    const calculation = every(measure, [1, 10], { property: 'stars' })
    const earned = (metadata: object | undefined) =>
      calculateEarning(calculation, { ...NOTHING, [where]: metadata })
    expect(earned({ stars: 4 })).toBe(40)
    expect(earned({ stars: '4.5' })).toBe(40)
    for (const none of [{ stars: 'four' }, { stars: [4] }, { stars: -4 }, {}, undefined]) {
      expect(earned(none)).toBe(0)
    }
    expect(calculateEarning(every(measure, [1, 10], { property: 'constructor' }), NOTHING)).toBe(0)
  })

  it('of items counts those of a product, a SKU or a collection, each once (L-17)', () => {
    const lines = [
      line({ productId: 'prod_1', quantity: 2, amount: money(200), discountAmount: money(50) }),
      line({
        productId: 'prod_2',
        skuId: 'sku_1',
        quantity: 3,
        amount: money(300),
        collectionIds: ['pc_1', 'pc_2'],
      }),
      line({ productId: 'prod_3', quantity: 7, amount: money(700) }),
    ]
    const facts = { ...NOTHING, cart: cartOf(1_200, 0, lines) }
    const earned = (measure: Measure, ...applicableTo: ItemReference[]) =>
      calculateEarning(every(measure, [1, 1], { applicableTo }), facts)
    expect(earned('ORDER_ITEMS_QUANTITY', { object: 'product', id: 'prod_1' })).toBe(2)
    expect(earned('ORDER_ITEMS_QUANTITY', { object: 'product', id: 'prod_2' })).toBe(3)
    expect(earned('ORDER_ITEMS_AMOUNT', { object: 'product', id: 'prod_1' })).toBe(200)
    expect(earned('ORDER_ITEMS_SUBTOTAL_AMOUNT', { object: 'product', id: 'prod_1' })).toBe(150)
    const collections = ['pc_1', 'pc_2'].map((id) => ({
      object: 'products_collection' as const,
      id,
    }))
    expect(earned('ORDER_ITEMS_QUANTITY', ...collections, { object: 'sku', id: 'sku_1' })).toBe(3)
    expect(earned('ORDER_ITEMS_QUANTITY', { object: 'sku', id: 'prod_1' })).toBe(0)
    expect(earned('ORDER_ITEMS_QUANTITY')).toBe(0)
  })

  it('does not count units that a discount gave away (L-17)', () => {
    const product: ItemReference = { object: 'product', id: 'prod_1' }
    const lines = [
      line({ productId: 'prod_1', quantity: 3, initialQuantity: 2 }),
      line({ productId: 'prod_1', quantity: 1, initialQuantity: 0 }),
    ]
    const calculation = every('ORDER_ITEMS_QUANTITY', [1, 1], { applicableTo: [product] })
    expect(calculateEarning(calculation, { ...NOTHING, cart: cartOf(0, 0, lines) })).toBe(2)
  })
})

describe('a formula (L-13)', () => {
  const withValue = (value: number | undefined): EarningFacts => ({
    ...NOTHING,
    cart: cartOf(1_000),
    valueOf: () => value,
  })
  const formula: Calculation = { type: 'FIXED', points: 7, formula: 'f' }

  it.each([
    [12.4, 12],
    [12.5, 13],
    [0.4, 0],
    [0, 0],
    [-5, 0],
    [undefined, 7],
  ])('that is %s gives %i points', (value, expected) => {
    expect(calculateEarning(formula, withValue(value))).toBe(expected)
  })

  it('of a proportional rule gives the points of a block', () => {
    const calculation = every('ORDER_AMOUNT', [500, 3], { formula: 'f' })
    expect(calculateEarning(calculation, withValue(1.25))).toBe(3)
    expect(calculateEarning(calculation, withValue(undefined))).toBe(6)
  })
})

describe('a tier (L-12, A-28, programs scenario 46)', () => {
  it('multiplies the result, or replaces the points', () => {
    const facts = { ...NOTHING, cart: cartOf(45_000) }
    const proportional = every('ORDER_TOTAL_AMOUNT', [500, 10])
    expect(calculateEarning(FIXED_5, facts, { type: 'CUSTOM', points: 200 })).toBe(200)
    expect(calculateEarning(proportional, facts, { type: 'MULTIPLY', multiplier: 3 })).toBe(2_700)
    expect(calculateEarning(proportional, facts, { type: 'CUSTOM', points: 1 })).toBe(90)
  })
})

describe('calculateEarning, whatever is measured', () => {
  it('gives whole points, never less for a larger order, and none for less than one block', () => {
    const NUMBER = fc.integer({ min: 1, max: 1_000_000 })
    fc.assert(
      fc.property(NUMBER, NUMBER, NUMBER, NUMBER, (amount, more, size, points) => {
        const calculation = every('ORDER_AMOUNT', [size, points])
        const earned = (of: number) =>
          calculateEarning(calculation, { ...NOTHING, cart: cartOf(of) })
        expect(earned(amount)).toBe(Math.floor(amount / size) * points)
        expect(earned(amount + more)).toBeGreaterThanOrEqual(earned(amount))
        expect(earned(size - 1)).toBe(0)
      }),
    )
  })
})
