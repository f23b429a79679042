import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { createVoucher } from '../redemptions/support.ts'
import { ok } from './support.ts'

/* What formulas may ask about (R-FOR-04), each through a voucher or tier, an order and a customer of the API. */
const t = useTestApp()
const customer = { source_id: 'ann', birthdate: '1990-05-04', metadata: { level: 3 } }
const order = {
  metadata: { points: 7 },
  items: [
    {
      source_id: 'cheap',
      related_object: 'product',
      price: 500,
      quantity: 4,
      metadata: { weight: 2 },
      product: { metadata: { size: 6 } },
    },
    {
      source_id: 'dear',
      related_object: 'product',
      price: 9_000,
      quantity: 2,
      metadata: { weight: 8 },
      product: { metadata: { size: 9 } },
    },
  ],
}
const AMOUNT = 20_000

/** What `formula` comes to in cents, as what it takes off the order. */
async function offBy(redeemable: object): Promise<number> {
  const redeemables = [redeemable]
  const metadata = { till: 5 }
  const body = await ok(t, '/v1/validations', { redeemables, order, customer, metadata })
  expect(body).toMatchObject({ valid: true, order: { amount: AMOUNT } })
  const [{ order: after, result }] = body.redeemables
  return result.discount.is_dynamic ? (after.total_applied_discount_amount ?? 0) : -1
}
const discountOf = (amount_off_formula: string) => ({
  type: 'AMOUNT',
  amount_off: 1,
  amount_off_formula,
})
const tierBy = async (formula: string) => {
  const tier = { name: 'x', action: { discount: discountOf(formula) }, metadata: { grade: 2 } }
  const fields = { start_date: '2026-05-30', expiration_date: '2026-07-02' }
  const { id } = await ok(t, '/v1/promotions/Formulas/tiers', { ...tier, ...fields })
  return { object: 'promotion_tier', id }
}

describe('a formula of a voucher', () => {
  it.each([
    ['ORDER_AMOUNT', 20_000],
    ['ORDER_ITEMS_QUANTITY', 200],
    ['ORDER_UNITS_QUANTITY', 600],
    ['ORDER_METADATA("points")', 700],
    ['REDEEMABLE_METADATA("rank")', 400],
    ['CUSTOMER_METADATA("level")', 300],
    ['REDEMPTION_METADATA("till")', 500],
    ['CHEAPEST_ORDER_ITEM_PRICE', 500],
    ['CHEAPEST_ORDER_ITEM_AMOUNT', 2_000],
    ['CHEAPEST_ORDER_ITEM_SUBTOTAL', 2_000],
    ['CHEAPEST_ORDER_ITEM_UNITS_QUANTITY', 400],
    ['CHEAPEST_ORDER_ITEM_METADATA("weight")', 200],
    ['CHEAPEST_ORDER_ITEM_PRODUCT_METADATA("size")', 600],
    ['MOST_EXPENSIVE_ORDER_ITEM_PRICE', 9_000],
    ['MOST_EXPENSIVE_ORDER_ITEM_METADATA("weight")', 800],
    ['MOST_EXPENSIVE_ORDER_ITEM_PRODUCT_METADATA("size")', 900],
    ['VOUCHER_REDEMPTION_QUANTITY', 900],
    ['VOUCHER_REDEEMED_QUANTITY + 1', 200],
    ['VOUCHER_PUBLISH_COUNT', 100],
    ['DAYS_SINCE(VOUCHER_START_DATE)', 300],
    ['DAYS_SINCE(VOUCHER_EXPIRATION_DATE) + 100', 6_900],
    ['YEAR(CUSTOMER_BIRTHDATE) - 1900', 9_000],
    ['DAY_OF_MONTH + MONTH', 700],
    ['YEAR - 2000', 2_600],
    ['DAYS_SINCE(DATE("2026-05-31"))', 100],
    ['IF(TODAY DATE_IS DATE("2026-06-01");2;1)', 200],
    ['IF(NOW IS_AFTER DATE_TIME("2026-06-01T11:00:00Z");2;1)', 200],
  ])('knows %s', async (formula, off) => {
    const code = await createVoucher(t, {
      discount: discountOf(formula),
      metadata: { rank: 4 },
      redemption: { quantity: 9 },
      start_date: '2026-05-29',
      expiration_date: '2026-07-02',
    })
    await ok(t, '/v1/publications', { voucher: code, customer })
    const redeemables = [{ object: 'voucher', id: code }]
    await ok(t, '/v1/redemptions', { redeemables, order, customer, metadata: { till: 5 } })
    expect(await offBy({ object: 'voucher', id: code })).toBe(off)
  })

  it.each([
    ['ORDER_ITEM_PRICE', [500, 9_000]],
    ['ORDER_ITEM_UNITS_QUANTITY', [400, 200]],
    ['ORDER_ITEM_AMOUNT / 10', [200, 1_800]],
    ['ORDER_ITEM_SUBTOTAL / 10', [200, 1_800]],
    ['ORDER_ITEM_METADATA("weight")', [200, 800]],
    ['ORDER_ITEM_PRODUCT_METADATA("size")', [600, 900]],
  ])('knows of each line %s', async (formula, off) => {
    const discount = { ...discountOf(formula), effect: 'APPLY_TO_ITEMS' }
    const id = await createVoucher(t, { discount })
    const redeemables = [{ object: 'voucher', id }]
    const body = await ok(t, '/v1/validations', { redeemables, order, customer })
    expect(
      body.order.items.map((item: { discount_amount: number }) => item.discount_amount),
    ).toEqual(off)
  })

  it('falls back to the fixed value where an operand is missing (R-FOR-02)', async () => {
    const id = await createVoucher(t, { discount: discountOf('ORDER_METADATA("none")') })
    const redeemables = [{ object: 'voucher', id }]
    const body = await ok(t, '/v1/validations', { redeemables, order })
    expect(body.redeemables[0].result.discount.is_dynamic).toBe(false)
    expect(body.order.total_discount_amount).toBe(1)
  })

  it('sets percentages and units as they are, and amounts in major units (R-FOR-01)', async () => {
    const percent = await createVoucher(t, {
      discount: {
        type: 'PERCENT',
        percent_off: 1,
        percent_off_formula: 'ORDER_METADATA("points")',
      },
    })
    expect(await offBy({ object: 'voucher', id: percent })).toBe(1_400)
    const { id } = await ok(t, '/v1/products', { source_id: 'given', name: 'x', price: 300 })
    const discount = {
      type: 'UNIT',
      effect: 'ADD_NEW_ITEMS',
      unit_off: 1,
      unit_off_formula: 'ORDER_METADATA("points") - 4',
      unit_type: id,
    }
    const unit = await createVoucher(t, { discount })
    const redeemables = [{ object: 'voucher', id: unit }]
    const body = await ok(t, '/v1/validations', { redeemables, order })
    expect(body.order).toMatchObject({ amount: 20_900, total_discount_amount: 900 })
    const price = await createVoucher(t, {
      discount: { type: 'FIXED', fixed_amount: 1, fixed_amount_formula: 'ORDER_AMOUNT - 50' },
    })
    expect(await offBy({ object: 'voucher', id: price })).toBe(5_000)
  })
})

describe('a formula of a tier', () => {
  beforeAll(async () => {
    await ok(t, '/v1/campaigns', { name: 'Formulas', campaign_type: 'PROMOTION' })
  })

  it.each([
    ['PROMOTION_TIER_REDEEMED_QUANTITY + 1', 100],
    ['DAYS_SINCE(PROMOTION_TIER_START_DATE)', 200],
    ['DAYS_SINCE(PROMOTION_TIER_EXPIRATION_DATE) + 100', 6_900],
    ['REDEEMABLE_METADATA("grade")', 200],
  ])('knows %s', async (formula, off) => {
    expect(await offBy(await tierBy(formula))).toBe(off)
  })
})
