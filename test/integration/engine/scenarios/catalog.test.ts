import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { createVoucher, redeeming } from '../redemptions/support.ts'
import { ok, redeemableOf } from './support.ts'

/* Bundles, the collection of all products and the time zone of a project, through HTTP. */
const t = useTestApp()
const line = (source_id: string, price: number, quantity = 1) => ({
  source_id,
  related_object: 'product',
  price,
  quantity,
})

describe('the collection of all products (R-ID-02)', () => {
  it('scopes a discount to what is stored', async () => {
    await ok(t, '/v1/products', { source_id: 'stored', name: 'x', price: 1_000 })
    const included = [{ object: 'products_collection', id: 'pc_a11pr0dUc75' }]
    const redeemable = await redeemableOf(t, {
      discount: { type: 'PERCENT', percent_off: 10, effect: 'APPLY_TO_ITEMS' },
      rule: { applicable_to: { included } },
    })
    const order = { items: [line('stored', 1_000), line('ad hoc', 1_000)] }
    const body = await ok(t, '/v1/validations', { redeemables: [redeemable], order })
    expect(body).toMatchObject({ valid: true, order: { total_discount_amount: 100 } })
    expect(body.redeemables[0].applicable_to.data).toMatchObject([
      { id: 'pc_a11pr0dUc75', order_item_indices: [0] },
    ])
  })
})

describe('a bundle', () => {
  const bundleRule = async (limit: number | null) => {
    const ids = []
    for (const [source_id, price] of [
      ['keyboard', 6_000],
      ['screen', 4_000],
    ] as const) {
      ids.push((await ok(t, '/v1/products', { source_id, name: source_id, price })).id)
    }
    const part = (id: string, count: number) => ({
      name: 'order.items.any',
      conditions: { $is: [{ id, type: 'product_or_sku', object: 'product' }] },
      rules: {
        1: { name: 'order.items.aggregated_quantity', conditions: { $is: [count] }, rules: {} },
        logic: '1',
      },
    })
    const [keyboard = '', screen = ''] = ids
    const bundle_rules = { 1: part(keyboard, 1), 2: part(screen, 2), logic: '1 and 2', limit }
    return { ids: { keyboard, screen }, rule: { bundle_rules } }
  }

  it('tells what makes it up, as often as it is there (R-BUN-01, R-BUN-02)', async () => {
    const { ids, rule } = await bundleRule(5)
    const redeemable = await redeemableOf(t, {
      discount: { type: 'AMOUNT', amount_off: 100 },
      rule,
    })
    const items = [line('keyboard', 6_000, 3), line('screen', 4_000, 5)]
    const body = await ok(t, '/v1/validations', { redeemables: [redeemable], order: { items } })
    expect(body.order.total_discount_amount).toBe(200)
    expect(body.redeemables[0].result.bundle).toMatchObject({
      quantity: 2,
      limit: 5,
      identified: [
        { id: ids.keyboard, object: 'product', item_index: 0, item_quantity: 2 },
        { id: ids.screen, object: 'product', item_index: 1, item_quantity: 4 },
      ],
    })
  })

  it('splits its discount over lines (R-BUN-04)', async () => {
    const { rule } = await bundleRule(1)
    const effect = 'APPLY_TO_ITEMS_PROPORTIONALLY'
    const discount = { type: 'AMOUNT', amount_off: 2_000, effect }
    const redeemable = await redeemableOf(t, { discount, rule })
    const items = [line('keyboard', 6_000), line('screen', 2_000, 2)]
    const body = await ok(t, '/v1/validations', { redeemables: [redeemable], order: { items } })
    expect(body.order.items).toMatchObject([{ discount_amount: 1_200 }, { discount_amount: 800 }])
  })

  it('does not multiply a price (R-BUN-03)', async () => {
    const { rule } = await bundleRule(null)
    const discount = { type: 'FIXED', fixed_amount: 9_000, effect: 'APPLY_TO_ORDER' }
    const redeemable = await redeemableOf(t, { discount, rule })
    const items = [line('keyboard', 6_000, 2), line('screen', 4_000, 4)]
    const body = await ok(t, '/v1/validations', { redeemables: [redeemable], order: { items } })
    expect(body).toMatchObject({ order: { total_amount: 9_000 } })
    expect(body.redeemables[0].result.bundle.quantity).toBe(2)
  })
})

describe('the time zone of the project (R-TIME-02)', () => {
  const setZone = async (time_zone: string) => {
    const response = await t.app.http.inject({
      method: 'PUT',
      url: '/api/v1/project-settings',
      headers: {
        authorization: `Bearer ${t.keys.adminToken}`,
        'content-type': 'application/json',
      },
      payload: JSON.stringify({ time_zone }),
    })
    expect(response.statusCode).toBe(200)
  }
  const isValid = async (code: string): Promise<boolean> =>
    (await ok(t, '/v1/validations', redeeming(code))).valid

  it('decides on days of the week and hours (R-VALID-04)', async () => {
    // A Sunday in UTC, already Monday in Warsaw.
    t.clock.set('2026-06-07T22:30:00Z')
    const monday = await createVoucher(t, { validity_day_of_week: [1] })
    const daily = [{ start_time: '00:00', expiration_time: '01:00', days_of_week: [1] }]
    const night = await createVoucher(t, { validity_hours: { daily } })
    expect([await isValid(monday), await isValid(night)]).toEqual([false, false])
    await setZone('Europe/Warsaw')
    expect([await isValid(monday), await isValid(night)]).toEqual([true, true])
    t.clock.advance(3_600_000)
    expect([await isValid(monday), await isValid(night)]).toEqual([true, false])
  })

  it('decides on rules of days and hours', async () => {
    await setZone('Europe/Warsaw')
    t.clock.set('2026-06-14T22:30:00Z')
    const hours = { $timeframe_daily_hours: ['00:00;01:00;1'] }
    for (const conditions of [{ $dow: [1] }, hours]) {
      const rule = { rules: { 1: { name: 'order.amount', conditions } } }
      const { id } = await redeemableOf(t, { discount: { type: 'PERCENT', percent_off: 5 }, rule })
      expect(await isValid(id)).toBe(true)
      await setZone('UTC')
      expect(await isValid(id)).toBe(false)
      await setZone('Europe/Warsaw')
    }
  })

  it('decides on the day that a limit counts in (R-RULE-07)', async () => {
    await setZone('Europe/Warsaw')
    t.clock.set('2026-06-17T21:30:00Z')
    const conditions = { $less_than_or_equal: [1] }
    const { id } = await redeemableOf(t, {
      discount: { type: 'PERCENT', percent_off: 5 },
      rule: { rules: { 1: { name: 'redemption.count.daily', conditions } } },
    })
    const redeem = async () => (await t.call('POST', '/v1/redemptions', redeeming(id))).status
    expect([await redeem(), await redeem()]).toEqual([200, 400])
    // Past midnight in Warsaw, the same day in UTC.
    t.clock.set('2026-06-17T22:30:00Z')
    expect([await redeem(), await redeem()]).toEqual([200, 400])
  })
})
