import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { ok, redeemableOf } from './support.ts'

/* Every name of a rule (engine-core §9.3), and scopes of discounts (§9.4), through HTTP. */
const t = useTestApp()
const ids: Record<string, string> = {}

const item = (source_id: string, price: number, quantity = 1, rest: object = {}) => ({
  source_id,
  related_object: 'product',
  price,
  quantity,
  ...rest,
})
const ofSku = (source_id: string, quantity = 1) => ({
  source_id,
  related_object: 'sku',
  quantity,
})
const cart = (...items: object[]) => ({ order: { items } })

beforeAll(async () => {
  const mug = { source_id: 'mug', name: 'Mug', price: 1_000, metadata: { color: 'red' } }
  ids['mug'] = (await ok(t, '/v1/products', mug)).id
  ids['shirt'] = (await ok(t, '/v1/products', { source_id: 'shirt', name: 'S', price: 2_000 })).id
  const sku = { source_id: 'shirt-m', sku: 'M', price: 2_500, metadata: { size: 'M' } }
  ids['shirt-m'] = (await ok(t, '/v1/products/shirt/skus', sku)).id
  const products = [{ id: ids['mug'], object: 'product' }]
  const collection = { type: 'STATIC', name: 'Mugs', products }
  ids['mugs'] = (await ok(t, '/v1/product-collections', collection)).id
})

type Rule = { name: string; conditions: object; property?: string; rules?: object }
const keyOf = async (redeemable: object, request: object): Promise<string> => {
  const body = await ok(t, '/v1/validations', { redeemables: [redeemable], ...request })
  return body.valid ? 'valid' : body.redeemables[0].result.error.key
}
const voucherWith = (rule: Rule | ((id: (name: string) => string) => Rule)) => {
  const given = typeof rule === 'function' ? rule((name) => ids[name] ?? name) : rule
  const discount = { type: 'PERCENT', percent_off: 10 }
  return redeemableOf(t, { discount, rule: { rules: { 1: given, logic: '1' } } })
}
const below = (name: string, conditions: object, rest: object = {}) => ({
  rules: { 1: { name, conditions, rules: {}, ...rest }, logic: '1' },
})

describe('a rule on the order', () => {
  it.each<[string, Parameters<typeof voucherWith>[0], object, object]>([
    [
      'order.amount',
      { name: 'order.amount', conditions: { $more_than: [999] } },
      { order: { amount: 1_000 } },
      { order: { amount: 999 } },
    ],
    [
      'order.initial_amount',
      { name: 'order.initial_amount', conditions: { $more_than: [999] } },
      { order: { amount: 1_000 } },
      { order: { amount: 999 } },
    ],
    [
      'order.total_amount',
      { name: 'order.total_amount', conditions: { $more_than: [899] } },
      { order: { amount: 1_000 } },
      { order: { amount: 998 } },
    ],
    [
      'order.metadata',
      { name: 'order.metadata', property: 'gift', conditions: { $is: [true] } },
      { order: { amount: 1, metadata: { gift: true } } },
      { order: { amount: 1, metadata: { gift: false } } },
    ],
    [
      'order.items.count',
      { name: 'order.items.count', conditions: { $more_than: [1] } },
      cart(item('mug', 1), item('shirt', 1)),
      cart(item('mug', 1, 2)),
    ],
    [
      'order.items.price_any',
      { name: 'order.items.price_any', conditions: { $more_than: [500] } },
      cart(item('mug', 100), item('shirt', 501)),
      cart(item('mug', 100), item('shirt', 500)),
    ],
    [
      'order.items.price_each',
      { name: 'order.items.price_each', conditions: { $more_than: [500] } },
      cart(item('mug', 600), item('shirt', 501)),
      cart(item('mug', 600), item('shirt', 500)),
    ],
    [
      'order.items.metadata_any',
      { name: 'order.items.metadata_any', property: 'x', conditions: { $is: [1] } },
      cart(item('mug', 1, 1, { metadata: { x: 1 } }), item('shirt', 1)),
      cart(item('mug', 1, 1, { metadata: { x: 2 } }), item('shirt', 1)),
    ],
    [
      'order.items.metadata_each',
      { name: 'order.items.metadata_each', property: 'x', conditions: { $is: [1] } },
      cart(item('mug', 1, 1, { metadata: { x: 1 } })),
      cart(item('mug', 1, 1, { metadata: { x: 1 } }), item('shirt', 1)),
    ],
    [
      'order.items.any',
      (id) => ({ name: 'order.items.any', conditions: { $is: [id('mug')] } }),
      cart(item('mug', 1), item('shirt', 1)),
      cart(item('shirt', 1)),
    ],
    [
      'order.items.every',
      (id) => ({ name: 'order.items.every', conditions: { $is: [id('mug')] } }),
      cart(item('mug', 1)),
      cart(item('mug', 1), item('shirt', 1)),
    ],
    [
      'order.items.none',
      (id) => ({ name: 'order.items.none', conditions: { $is: [id('mug')] } }),
      cart(item('shirt', 1)),
      cart(item('mug', 1), item('shirt', 1)),
    ],
    [
      'order.items.cheapest',
      (id) => ({ name: 'order.items.cheapest', conditions: { $is: [id('mug')] } }),
      cart(item('mug', 1), item('shirt', 2)),
      cart(item('mug', 3), item('shirt', 2)),
    ],
    [
      'order.items.most_expensive',
      (id) => ({ name: 'order.items.most_expensive', conditions: { $is: [id('mug')] } }),
      cart(item('mug', 3), item('shirt', 2)),
      cart(item('mug', 1), item('shirt', 2)),
    ],
    [
      'order.items.any of a collection',
      (id) => ({
        name: 'order.items.any',
        conditions: { $is: [{ id: id('mugs'), object: 'products_collection' }] },
      }),
      cart(item('mug', 1)),
      cart(item('shirt', 1)),
    ],
    [
      'order.items.quantity',
      (id) => ({
        name: 'order.items.any',
        conditions: { $is: [id('mug')] },
        ...below('order.items.quantity', { $more_than: [2] }),
      }),
      cart(item('mug', 1, 3)),
      cart(item('mug', 1, 2), item('mug', 1, 2)),
    ],
    [
      'order.items.aggregated_quantity',
      (id) => ({
        name: 'order.items.any',
        conditions: { $is: [id('mug')] },
        ...below('order.items.aggregated_quantity', { $more_than: [2] }),
      }),
      cart(item('mug', 1, 2), item('mug', 1, 2)),
      cart(item('mug', 1, 2), item('shirt', 1, 2)),
    ],
    [
      'order.items.aggregated_amount',
      (id) => ({
        name: 'order.items.any',
        conditions: { $is: [id('mug')] },
        ...below('order.items.aggregated_amount', { $more_than: [299] }),
      }),
      cart(item('mug', 100), item('mug', 200)),
      cart(item('mug', 299), item('shirt', 1)),
    ],
    [
      'order.items.price',
      (id) => ({
        name: 'order.items.any',
        conditions: { $is: [id('mug')] },
        ...below('order.items.price', { $more_than: [299] }),
      }),
      cart(item('mug', 300)),
      cart(item('mug', 299), item('shirt', 300)),
    ],
    [
      'order.items.metadata',
      (id) => ({
        name: 'order.items.any',
        conditions: { $is: [id('mug')] },
        ...below('order.items.metadata', { $is: ['y'] }, { property: 'x' }),
      }),
      cart(item('mug', 1, 1, { metadata: { x: 'y' } })),
      cart(item('mug', 1), item('shirt', 1, 1, { metadata: { x: 'y' } })),
    ],
    [
      'product.id',
      (id) => ({ name: 'product.id', conditions: { $is: [id('shirt')] } }),
      cart(ofSku('shirt-m')),
      cart(item('mug', 1)),
    ],
    [
      'product.price',
      { name: 'product.price', conditions: { $more_than: [500] } },
      cart(item('mug', 501)),
      cart(item('mug', 500)),
    ],
    [
      'product.quantity',
      { name: 'product.quantity', conditions: { $more_than: [2] } },
      cart(item('mug', 1, 3)),
      cart(item('mug', 1, 2)),
    ],
    [
      'product.metadata',
      { name: 'product.metadata', property: 'color', conditions: { $is: ['red'] } },
      cart(item('mug', 1)),
      cart(item('mug', 1, 1, { product: { metadata: { color: 'blue' } } })),
    ],
    [
      'product.aggregated_quantity',
      (id) => ({
        name: 'product.id',
        conditions: { $is: [id('mug')] },
        ...below('product.aggregated_quantity', { $more_than: [2] }),
      }),
      cart(item('mug', 1, 2), item('mug', 1)),
      cart(item('mug', 1, 2), item('shirt', 1)),
    ],
    [
      'product.aggregated_amount',
      (id) => ({
        name: 'product.id',
        conditions: { $is: [id('mug')] },
        ...below('product.aggregated_amount', { $more_than: [299] }),
      }),
      cart(item('mug', 200), item('mug', 100)),
      cart(item('mug', 200), item('shirt', 100)),
    ],
    [
      'sku.id',
      (id) => ({ name: 'sku.id', conditions: { $is: [id('shirt-m')] } }),
      cart(ofSku('shirt-m')),
      cart(item('shirt', 2_000)),
    ],
  ])('knows %s', async (_name, rule, passing, failing) => {
    const redeemable = await voucherWith(rule)
    expect(await keyOf(redeemable, passing)).toBe('valid')
    expect(await keyOf(redeemable, failing)).toBe('order_rules_violated')
  })

  it.each([
    ['order.amount', {}, 'missing_order'],
    ['order.amount', { order: {} }, 'missing_amount'],
    ['order.items.count', { order: { amount: 1 } }, 'missing_order_items'],
    ['customer.metadata', { order: { amount: 1 } }, 'missing_customer'],
  ])('on %s says what %j lacks (R-RULE-05)', async (name, request, key) => {
    const property = name.endsWith('metadata') ? { property: 'x' } : {}
    const redeemable = await voucherWith({ name, conditions: { $more_than: [0] }, ...property })
    expect(await keyOf(redeemable, request)).toBe(key)
  })
})

describe('a rule on the redemption', () => {
  it('knows its metadata, the application and the credits', async () => {
    const order = { order: { amount: 1_000 } }
    const till = { name: 'redemption.metadata', property: 'till', conditions: { $is: [7] } }
    const ofTill = await voucherWith(till)
    expect(await keyOf(ofTill, { ...order, metadata: { till: 7 } })).toBe('valid')
    expect(await keyOf(ofTill, { ...order, metadata: { till: 8 } })).toBe(
      'redemption_rules_violated',
    )
    const { appId } = t.keys
    const byKey = (conditions: object) => voucherWith({ name: 'redemption.api_key', conditions })
    expect(await keyOf(await byKey({ $is: [appId] }), order)).toBe('valid')
    expect(await keyOf(await byKey({ $is_not: [appId] }), order)).toBe('redemption_rules_violated')
    const rules = {
      1: { name: 'redemption.gift.amount', conditions: { $less_than: [501] }, rules: {} },
    }
    const card = await redeemableOf(t, { gift: { balance: 900 }, rule: { rules } })
    const spending = (credits: number) => ({ ...card, gift: { credits } })
    expect(await keyOf(spending(500), order)).toBe('valid')
    expect(await keyOf(spending(501), order)).toBe('redemption_rules_violated')
  })

  it.each([
    'redemption.count.daily',
    'redemption.count.weekly',
    'redemption.count.monthly',
    'redemption.count.per_customer',
    'redemption.count.per_customer.daily',
    'redemption.count.per_customer.weekly',
    'redemption.count.per_customer.monthly',
    'redemption.count.per_api_key',
    'campaign.redemptions.count',
    'campaign.redemptions.count.daily',
    'campaign.redemptions.customers_count',
    'campaign.redemptions.customers_count.daily',
  ])('counts for %s with the one at hand (R-RULE-07)', async (name) => {
    const voucher = { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 1 } }
    const unlimited = { ...voucher, redemption: { quantity: null } }
    const campaign = await ok(t, '/v1/campaigns', { name: `Counted ${name}`, voucher: unlimited })
    const { code } = await ok(t, `/v1/campaigns/${campaign.id}/vouchers`, {})
    const conditions = { $less_than_or_equal: [3] }
    const rules = { 1: { name, conditions, rules: {} }, logic: '1' }
    const { id } = await ok(t, '/v1/validation-rules', { name, rules })
    const related_object_id = code
    await ok(t, `/v1/validation-rules/${id}/assignments`, { related_object_id })
    const redeemables = [{ object: 'voucher', id: code }]
    const body = { redeemables, order: { amount: 10 }, customer: { source_id: 'counted' } }
    const statuses = []
    for (let use = 0; use < 4; use += 1) {
      statuses.push((await t.call('POST', '/v1/redemptions', body)).status)
    }
    expect(statuses).toEqual([200, 200, 200, 400])
  })
})

describe('the scope of a discount (R-APPL-01)', () => {
  const takes = async (applicable_to: object, ...items: object[]) => {
    const discount = { type: 'PERCENT', percent_off: 10, effect: 'APPLY_TO_ITEMS' }
    const redeemable = await redeemableOf(t, { discount, rule: { applicable_to } })
    const { order } = await ok(t, '/v1/validations', {
      redeemables: [redeemable],
      order: { items },
    })
    return order.items.map((one: { discount_amount?: number }) => one.discount_amount ?? 0)
  }

  it('is of products, with all their SKUs, by id or source_id', async () => {
    const lines = [item('mug', 1_000), item('shirt', 2_000), ofSku('shirt-m')]
    const product = (rest: object) => ({ included: [{ object: 'product', ...rest }] })
    expect(await takes(product({ id: ids['shirt'] }), ...lines)).toEqual([0, 200, 250])
    expect(await takes(product({ source_id: 'shirt' }), ...lines)).toEqual([0, 200, 250])
  })

  it('is of SKUs alone, and of collections', async () => {
    const lines = [item('mug', 1_000), item('shirt', 2_000), ofSku('shirt-m')]
    const sku = { object: 'sku', source_id: 'shirt-m', product_source_id: 'shirt' }
    expect(await takes({ included: [sku] }, ...lines)).toEqual([0, 0, 250])
    const mugs = { object: 'products_collection', id: ids['mugs'] }
    expect(await takes({ included: [mugs] }, ...lines)).toEqual([100, 0, 0])
    expect(await takes({ included: [mugs, sku] }, ...lines)).toEqual([100, 0, 250])
  })

  it('leaves out what is excluded', async () => {
    const lines = [item('mug', 1_000), item('shirt', 2_000), ofSku('shirt-m')]
    const excluded = [{ object: 'product', source_id: 'shirt' }]
    expect(await takes({ included_all: true, excluded }, ...lines)).toEqual([100, 0, 0])
    expect(await takes({ included: [], excluded }, ...lines)).toEqual([100, 0, 0])
    const one = [{ object: 'sku', source_id: 'shirt-m' }]
    const included = [{ object: 'product', source_id: 'shirt' }]
    expect(await takes({ included, excluded: one }, ...lines)).toEqual([0, 200, 0])
  })
})
