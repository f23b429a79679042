import { describe, expect, it } from 'vitest'
import { ApiError } from '../../kernel/api-error.ts'
import { compileBodyCheck } from '../api/index.ts'
import { DISCOUNT_SCHEMA, type DiscountInput, parseDiscount } from './discount.schema.ts'
import { toDiscount, toDiscountView, toStoredDiscount } from './discount.ts'
import { scopeOf } from './discounts.fixture.ts'

const check = compileBodyCheck<{ discount: DiscountInput }>({
  type: 'object',
  properties: { discount: DISCOUNT_SCHEMA },
})
const parse = (discount: object, current?: Parameters<typeof parseDiscount>[1]) =>
  parseDiscount(check({ discount: structuredClone(discount) }).discount, current)

function detailsOf(action: () => unknown): string | undefined {
  try {
    action()
  } catch (error) {
    if (error instanceof ApiError) return `${error.key}: ${error.context.details}`
    throw error
  }
  return undefined
}

const product = { id: 'prod_1', source_id: 'mug', name: 'Mug' }
const sku = { id: 'sku_1', source_id: 'red', sku: 'Red' }

describe('parseDiscount', () => {
  it.each([
    { type: 'PERCENT', percent_off: 12.5 },
    { type: 'PERCENT', percent_off: 5, percent_off_formula: 'ORDER_AMOUNT / 100', amount_limit: 7 },
    { type: 'PERCENT', percent_off: 5, aggregated_amount_limit: 9, effect: 'APPLY_TO_ITEMS' },
    { type: 'AMOUNT', amount_off: 100 },
    { type: 'AMOUNT', amount_off: 1, amount_off_formula: '1', aggregated_amount_limit: 5 },
    { type: 'AMOUNT', amount_off: 1, effect: 'APPLY_TO_ITEMS_PROPORTIONALLY_BY_QUANTITY' },
    { type: 'FIXED', fixed_amount: 100, effect: 'APPLY_TO_ORDER' },
    {
      type: 'FIXED',
      fixed_amount: 1,
      fixed_amount_formula: 'ORDER_AMOUNT',
      effect: 'APPLY_TO_ITEMS',
    },
    { type: 'FIXED', effect: 'APPLY_TO_ITEMS' },
    { type: 'UNIT', unit_off: 1, unit_type: 'prod_1', product },
    {
      type: 'UNIT',
      unit_off: 1,
      unit_off_formula: '2',
      unit_type: 'sku_1',
      sku,
      effect: 'ADD_NEW_ITEMS',
    },
    { type: 'UNIT', unit_off: 1, unit_type: 'prod_1', effect: 'ADD_SAME_ITEMS' },
    {
      type: 'UNIT',
      units: [
        { unit_off: 1, unit_type: 'prod_1', product, effect: 'ADD_NEW_ITEMS' },
        { unit_off: 2, unit_type: 'sku_1', sku, unit_off_formula: 'ORDER_ITEMS_QUANTITY' },
      ],
      effect: 'ADD_MANY_ITEMS',
    },
  ])('keeps what was given of %j, and nothing else', (given) => {
    const discount = parse(given)
    expect(toStoredDiscount(discount)).toEqual(given)
    expect(toDiscount(toStoredDiscount(discount))).toEqual(discount)
    expect(toDiscount(toDiscountView(discount))).toEqual({
      ...discount,
      effect: toDiscountView(discount).effect,
    })
  })

  it('shows an effect that was not given as what it means (R-DISC-00, C-04)', () => {
    const discount = parse({ type: 'AMOUNT', amount_off: 100, effect: null, amount_limit: null })
    const view = { type: 'AMOUNT', amount_off: 100, effect: 'APPLY_TO_ORDER' }
    expect(toDiscountView(discount)).toEqual(view)
    expect(toDiscountView(discount, scopeOf(['mug'])).effect).toBe('APPLY_TO_ITEMS')
    const unit = parse({ type: 'UNIT', unit_off: 1, unit_type: 'prod_1' })
    expect(toDiscountView(unit).effect).toBe('ADD_MISSING_ITEMS')
  })

  it('gives free shipping once, where nobody says how often (R-DISC-19)', () => {
    expect(parse({ type: 'UNIT', unit_type: 'prod_5h1pp1ng' })).toMatchObject({
      units: [{ unitOff: 1 }],
    })
  })

  it('changes what is named, clears what is null, and keeps the rest', () => {
    const current = parse({
      type: 'PERCENT',
      percent_off: 5,
      amount_limit: 100,
      effect: 'APPLY_TO_ITEMS',
    })
    expect(toStoredDiscount(parse({ percent_off: 7, amount_limit: null }, current))).toEqual({
      type: 'PERCENT',
      percent_off: 7,
      effect: 'APPLY_TO_ITEMS',
    })
    const many = parse({ type: 'UNIT', units: [{ unit_off: 1, unit_type: 'prod_1' }] })
    expect(toStoredDiscount(parse({ unit_off: 2, unit_type: 'prod_2' }, many))).toEqual({
      type: 'UNIT',
      unit_off: 2,
      unit_type: 'prod_2',
    })
    const one = parse({ type: 'UNIT', unit_off: 2, unit_type: 'prod_2', effect: 'ADD_NEW_ITEMS' })
    expect(toStoredDiscount(parse({ units: [{ unit_off: 1, unit_type: 'prod_1' }] }, one))).toEqual(
      {
        type: 'UNIT',
        units: [{ unit_off: 1, unit_type: 'prod_1' }],
        effect: 'ADD_MANY_ITEMS',
      },
    )
  })

  it.each([
    [{}, "Property .discount should have required property 'type'"],
    [{ type: 'PERCENT' }, "Property .discount should have required property 'percent_off'"],
    [{ type: 'AMOUNT' }, "Property .discount should have required property 'amount_off'"],
    [{ type: 'PERCENT', percent_off: 101 }, 'Property .discount.percent_off must be <= 100'],
    [{ type: 'AMOUNT', amount_off: -1 }, 'Property .discount.amount_off must be >= 0'],
    [
      { type: 'PERCENT', percent_off: 1, effect: 'APPLY_TO_ITEMS_BY_QUANTITY' },
      'Property .discount.effect should be equal to one of the allowed values: APPLY_TO_ORDER, APPLY_TO_ITEMS',
    ],
    [
      { type: 'AMOUNT', amount_off: 1, amount_off_formula: '1 +' },
      'Property .discount.amount_off_formula is not a formula: expected a value, found the end at character 4',
    ],
    [
      { type: 'FIXED', effect: 'APPLY_TO_ORDER' },
      "Property .discount should have required property 'fixed_amount'",
    ],
    [{ type: 'UNIT', unit_off: 1 }, "Property .discount should have required property 'unit_type'"],
    [
      { type: 'UNIT', unit_type: 'prod_1' },
      "Property .discount should have required property 'unit_off'",
    ],
    [
      { type: 'UNIT', effect: 'ADD_MANY_ITEMS', unit_off: 1, unit_type: 'prod_1' },
      "Property .discount should have required property 'units'",
    ],
    [{ type: 'UNIT', units: [] }, 'Property .discount.units must NOT have fewer than 1 items'],
    [
      { type: 'UNIT', units: [{ unit_off: 1 }] },
      "Property .discount.units[0] should have required property 'unit_type'",
    ],
    [
      { type: 'UNIT', units: [{ unit_off: 1, unit_type: 'prod_1', effect: 'ADD_MANY_ITEMS' }] },
      'Property .discount.units[0].effect should be equal to one of the allowed values: ADD_MISSING_ITEMS, ADD_NEW_ITEMS, ADD_SAME_ITEMS',
    ],
    [
      { type: 'UNIT', units: [{ unit_off: 1, unit_type: 'prod_1' }], effect: 'ADD_NEW_ITEMS' },
      'Property .discount.effect should be ADD_MANY_ITEMS where there are units',
    ],
  ])('refuses %j, naming the field (C-36)', (given, details) => {
    expect(detailsOf(() => parse(given))).toBe(`invalid_payload: ${details}`)
  })

  it('refuses another type than the current one (R-VOU-09)', () => {
    const current = parse({ type: 'PERCENT', percent_off: 5 })
    expect(detailsOf(() => parse({ type: 'AMOUNT', amount_off: 1 }, current))).toBe(
      'invalid_voucher: It is not possible to change Voucher discount type',
    )
  })
})
