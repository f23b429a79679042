import { describe, expect, it } from 'vitest'
import { runAsyncActions } from '../../../support/async-actions.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()

async function make(body: object) {
  const answer = await t.call('POST', '/v1/orders', body)
  expect(answer).toMatchObject({ status: 200 })
  return answer.body
}

/** What the call with this answer announced, in order. */
async function announced(headers: Record<string, unknown>) {
  const rows = await t.db.kysely
    .selectFrom('occurrence')
    .select(['type', 'customer_id', 'data'])
    .where('group_id', '=', String(headers['x-request-id']))
    .orderBy('id')
    .execute()
  return rows
}

describe('POST /v1/orders', () => {
  it('creates the order of the specification (engine-core §8)', async () => {
    const mug = await t.call('POST', '/v1/products', { source_id: 'mug' })
    const order = await make({
      source_id: 'o-1',
      amount: 20_000,
      items: [{ source_id: 'mug', related_object: 'product', quantity: 2, price: 10_000 }],
      customer: { source_id: 'alice' },
      currency: 'USD',
    })
    const alice = (await t.call('GET', '/v1/customers/alice')).body.id
    expect(order).toMatchObject({
      id: expect.stringMatching(/^ord_/),
      source_id: 'o-1',
      created_at: t.clock.now().toISOString(),
      updated_at: null,
      status: 'CREATED',
      amount: 20_000,
      total_amount: 20_000,
      items: [
        {
          object: 'order_item',
          id: expect.stringMatching(/^ordli_/),
          source_id: 'mug',
          related_object: 'product',
          product_id: mug.body.id,
          quantity: 2,
          price: 10_000,
          amount: 20_000,
          subtotal_amount: 20_000,
        },
      ],
      customer: { id: alice, object: 'customer' },
      customer_id: alice,
      referrer_id: null,
      object: 'order',
      redemptions: {},
    })
    expect(order).not.toHaveProperty('discount_amount')
    expect((await t.call('GET', '/v1/orders/o-1')).body).toEqual(order)
    expect((await t.call('GET', `/v1/orders/${order.id}`)).body).toEqual(order)
  })

  it('changes the order that has the source_id (scenario 115)', async () => {
    const first = await make({ source_id: 'again', amount: 100, metadata: { a: 1 } })
    const second = await make({ source_id: 'again', status: 'PAID', metadata: { b: 2 } })
    expect(second).toMatchObject({
      id: first.id,
      status: 'PAID',
      amount: 100,
      metadata: { a: 1, b: 2 },
    })
    expect((await make({ id: first.id, amount: 50 })).amount).toBe(50)
  })

  it.each<[string, object, number | undefined]>([
    ['price × quantity', { items: [{ price: 1000, quantity: '3' }] }, 3000],
    ['a given amount of an item', { items: [{ price: 1000, quantity: 3, amount: 2500 }] }, 2500],
    ['a given amount of the order', { amount: 6000, items: [{ amount: 6700 }] }, 6000],
    ['nothing', {}, undefined],
  ])('counts %s (scenario 116, R-ORD-01, R-ORD-02)', async (_name, body, amount) => {
    expect((await make(body)).amount).toBe(amount)
  })

  it('takes prices from the catalogue, of the SKU before the product (R-ORD-01)', async () => {
    await t.call('POST', '/v1/products', { source_id: 'priced', price: 300 })
    await t.call('POST', '/v1/products/priced/skus', { source_id: 'priced-sku', price: 350 })
    const items = [
      { source_id: 'priced', related_object: 'product', quantity: 2 },
      { source_id: 'priced-sku', related_object: 'sku' },
    ]
    expect((await make({ items })).amount).toBe(950)
  })

  it('keeps what it does not know of the catalogue inline (PR-2)', async () => {
    const { items } = await make({
      items: [{ product_id: 'p1', quantity: 1, price: 7, product: { name: 'Ad hoc' } }],
    })
    expect(items[0]).toMatchObject({ product_id: 'p1', product: { name: 'Ad hoc' }, amount: 7 })
    expect((await t.call('GET', '/v1/products/p1')).status).toBe(404)
  })

  it('stores products and SKUs with override, and only those (PR-1)', async () => {
    await make({
      items: [
        {
          source_id: 'over-p',
          related_object: 'product',
          price: 9,
          product: { name: 'Over', price: 10, metadata: { a: 1 }, override: true },
        },
        {
          source_id: 'over-s',
          related_object: 'sku',
          product: { source_id: 'over-p' },
          sku: { sku: 'Blue', price: 12, override: true },
        },
        { source_id: 'plain', related_object: 'product', product: { name: 'Not stored' } },
      ],
    })
    expect((await t.call('GET', '/v1/products/over-p')).body).toMatchObject({
      name: 'Over',
      price: 10,
      metadata: { a: 1 },
      skus: { data: [{ source_id: 'over-s', sku: 'Blue', price: 12 }] },
    })
    expect((await t.call('GET', '/v1/products/plain')).status).toBe(404)
  })

  it('knows customer and referrer by object, id or source_id', async () => {
    const order = await make({ amount: 1, customer: 'buyer', referrer: { source_id: 'friend' } })
    const buyer = (await t.call('GET', '/v1/customers/buyer')).body.id
    const friend = (await t.call('GET', '/v1/customers/friend')).body.id
    expect(order).toMatchObject({ customer_id: buyer, referrer_id: friend })
    const byId = await make({ amount: 1, customer_id: buyer })
    expect(byId.customer_id).toBe(buyer)
    const nobody = await t.call('POST', '/v1/orders', { amount: 1, customer: { id: 'cust_none' } })
    expect(nobody.status).toBe(404)
  })

  it('takes off what was discounted elsewhere, and never more than there is', async () => {
    const order = await make({ amount: 1000, discount_amount: 300 })
    expect(order).toMatchObject({ discount_amount: 300, total_amount: 700 })
    expect(await make({ amount: 1000, discount_amount: 3000 })).toMatchObject({ total_amount: 0 })
  })

  it('makes one order of many calls with one source_id at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, n) =>
        t.call('POST', '/v1/orders', { source_id: 'raced', amount: 5, metadata: { [`n${n}`]: n } }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    const { body } = await t.call('GET', '/v1/orders/raced')
    expect(Object.keys(body.metadata)).toHaveLength(16)
  })

  it.each<[object, string]>([
    [{ amount: -1 }, '.amount'],
    [{ status: 'LOST' }, '.status'],
    [{ items: [{ price: 'much' }] }, '.items[0].price'],
  ])('refuses %j by the name of the field', async (body, field) => {
    expect(await t.call('POST', '/v1/orders', body)).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details: expect.stringContaining(field) },
    })
  })
})

describe('PUT /v1/orders/{orderId}', () => {
  it('changes status, items and metadata, by id or source_id', async () => {
    await make({ source_id: 'put', items: [{ price: 5 }], metadata: { a: 1 } })
    const { status, body } = await t.call('PUT', '/v1/orders/put', {
      status: 'FULFILLED',
      items: [{ price: 7, quantity: 2 }],
      metadata: { b: 2 },
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'FULFILLED', amount: 14, metadata: { a: 1, b: 2 } })
    expect((await t.call('PUT', '/v1/orders/nobody', {})).status).toBe(404)
  })

  it('belongs to its project', async () => {
    const { id } = await make({ source_id: 'ours', amount: 1 })
    const keys = await t.addProject()
    for (const name of [id, 'ours']) {
      expect((await t.call('GET', `/v1/orders/${name}`, undefined, { keys })).status).toBe(404)
      expect((await t.call('PUT', `/v1/orders/${name}`, {}, { keys })).status).toBe(404)
    }
  })
})

describe('what orders announce (engine-programs §13.3, §13.6)', () => {
  it('tells of creation, change and each status once, to the feed of the customer', async () => {
    const created = await t.call('POST', '/v1/orders', {
      source_id: 'told',
      amount: 10,
      status: 'PAID',
      customer: { source_id: 'listener' },
    })
    const types = async (headers: Record<string, unknown>) =>
      (await announced(headers)).map(({ type }) => type)
    expect(await types(created.headers)).toEqual([
      'customer.created',
      'customer.order.created',
      'customer.order.paid',
    ])
    const [, first] = await announced(created.headers)
    expect(first).toMatchObject({
      customer_id: created.body.customer_id,
      data: {
        customer: { source_id: 'listener' },
        referrer: null,
        order: { id: created.body.id, status: 'PAID' },
        redemption: null,
      },
    })
    const same = await t.call('PUT', '/v1/orders/told', { status: 'PAID', amount: 11 })
    expect(await types(same.headers)).toEqual(['customer.order.updated'])
    const canceled = await t.call('PUT', '/v1/orders/told', { status: 'CANCELED' })
    expect(await types(canceled.headers)).toEqual([
      'customer.order.updated',
      'customer.order.canceled',
    ])
  })
})

describe('GET /v1/orders', () => {
  it('lists the oldest first, filters and pages (§2.3, R-LIST-03)', async () => {
    const keys = await t.addProject()
    for (const n of [1, 2, 3]) {
      await t.call(
        'POST',
        '/v1/orders',
        { source_id: `l-${n}`, amount: n * 100, ...(n === 2 && { status: 'PAID' }) },
        { keys },
      )
      t.clock.advance(60_000)
    }
    const sources = async (query: string) => {
      const { status, body } = await t.call('GET', `/v1/orders?${query}`, undefined, { keys })
      expect(status).toBe(200)
      return body.orders.map((order: { source_id: string }) => order.source_id)
    }
    expect(await sources('')).toEqual(['l-1', 'l-2', 'l-3'])
    expect(await sources('order=-created_at&limit=2')).toEqual(['l-3', 'l-2'])
    expect(await sources('filters[status][conditions][$is]=PAID')).toEqual(['l-2'])
    expect(await sources('filters[total_amount][conditions][$more_than]=100')).toEqual([
      'l-2',
      'l-3',
    ])
    const { body } = await t.call('GET', '/v1/orders?limit=1', undefined, { keys })
    expect(body).toMatchObject({ object: 'list', data_ref: 'orders', total: 3 })
  })
})

describe('POST /v1/orders/import (R-ORD-09)', () => {
  it('stores orders in the background and tells nobody', async () => {
    const answer = await t.call('POST', '/v1/orders/import', [
      ...Array.from({ length: 120 }, (_, n) => ({
        source_id: `i-${n}`,
        amount: n,
        status: 'PAID',
      })),
      { source_id: 'i-0', metadata: { twice: true } },
      { id: 'ord_none' },
    ])
    expect(answer.status).toBe(200)
    await runAsyncActions(t)
    const action = await t.call('GET', `/v1/async-actions/${answer.body.async_action_id}`)
    expect(action.body).toMatchObject({
      type: 'ORDERS.IMPORT',
      status: 'DONE',
      operation_status: 'SUCCESS',
      result: { done_count: 121, failed_count: 1 },
    })
    expect((await t.call('GET', '/v1/orders/i-0')).body.metadata).toEqual({ twice: true })
    const told = await t.db.kysely
      .selectFrom('occurrence')
      .select('id')
      .where('group_id', '=', String(answer.headers['x-request-id']))
      .execute()
    expect(told).toEqual([])
  })

  it('takes at most 2000 (X-4)', async () => {
    const many = Array.from({ length: 2001 }, () => ({ amount: 1 }))
    expect((await t.call('POST', '/v1/orders/import', many)).status).toBe(400)
  })
})
