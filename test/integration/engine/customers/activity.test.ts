import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const at = (minute: number): string => `2026-06-01T12:0${minute}:00.000Z`

const activity = (query = '') => t.call('GET', `/v1/customers/act/activity?${query}`)
const typesIn = async (query: string): Promise<string[]> =>
  (await activity(query)).body.data.map(({ type }: { type: string }) => type)

// One occurrence a minute: created at 12:00, three events, updated at 12:04.
beforeAll(async () => {
  await t.call('POST', '/v1/customers', { source_id: 'act', name: 'A' })
  for (const event of ['one', 'two', 'three']) {
    t.clock.advance(60_000)
    await t.call('POST', '/v1/events', { event, customer: { source_id: 'act' } })
  }
  t.clock.advance(60_000)
  await t.call('PUT', '/v1/customers/act', { name: 'B' })
  await t.call('POST', '/v1/customers', { source_id: 'other' })
})

describe('GET /v1/customers/:id/activity', () => {
  it('tells the newest first, with where it came from (§2.8, C-50)', async () => {
    const { status, body } = await activity()
    expect(status).toBe(200)
    expect(body).toMatchObject({
      object: 'list',
      data_ref: 'data',
      has_more: false,
      more_starting_after: null,
    })
    expect(body.data).toHaveLength(5)
    expect(body.data[0]).toEqual({
      id: expect.stringMatching(/^evcus_[0-9a-f]{24}$/),
      type: 'customer.updated',
      data: {
        customer: (await t.call('GET', '/v1/customers/act')).body,
        event_source: { channel: 'API', api_key: { app_id: t.keys.appId } },
      },
      created_at: at(4),
      group_id: expect.stringMatching(/^v-[0-9a-f]{18}$/),
    })
  })

  it('goes on after an occurrence, in either direction (R-LIST-05)', async () => {
    for (const order of ['created_at', '-created_at']) {
      const seen: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const after: string = cursor === '' ? '' : `&starting_after_id=${cursor}`
        const { body } = await activity(`limit=2&order=${order}${after}`)
        seen.push(...body.data.map(({ created_at }: { created_at: string }) => created_at))
        expect(body.has_more).toBe(body.more_starting_after !== null)
        cursor = body.more_starting_after
      }
      const moments = [0, 1, 2, 3, 4].map(at)
      expect(seen).toEqual(order === 'created_at' ? moments : moments.toReversed())
    }
  })

  it('is narrowed to one type, page after page, with what is an effect of what somebody did (EV-6, programs scenario 19)', async () => {
    const customer = { source_id: 'payer' }
    for (const source_id of ['p-1', 'p-2']) {
      await t.call('POST', '/v1/orders', { source_id, amount: 100, status: 'PAID', customer })
      t.clock.advance(1_000)
    }
    const paid = async (more: string) =>
      (await t.call('GET', `/v1/customers/payer/activity?type=customer.order.paid${more}`)).body
    const whole = await paid('')
    const sources = whole.data.map(
      (each: { type: string; data: { order: { source_id: string } } }) => [
        each.type,
        each.data.order.source_id,
      ],
    )
    expect(sources).toEqual([
      ['customer.order.paid', 'p-2'],
      ['customer.order.paid', 'p-1'],
    ])
    const first = await paid('&limit=1')
    expect(first).toMatchObject({ has_more: true, more_starting_after: first.data[0].id })
    const second = await paid(`&limit=1&starting_after_id=${first.more_starting_after}`)
    expect(second).toMatchObject({ has_more: false, more_starting_after: null })
    expect([...first.data, ...second.data]).toEqual(whole.data)

    expect(await paid('&category=EFFECT')).toEqual(whole)
    expect((await paid('&category=ACTION')).data).toEqual([])
    const { rows } = await t.db.pool.query(
      `select distinct customer_id as id, category from occurrence where type = 'customer.order.paid'`,
    )
    const { id } = (await t.call('GET', '/v1/customers/payer')).body
    expect(rows).toEqual([{ id, category: 'EFFECT' }])
  })

  it.each([
    ['type=customer.created', ['customer.created']],
    ['type=customer.order.paid', []],
    ['type=customer.custom_event&limit=1', ['customer.custom_event']],
    ['category=EFFECT', []],
    ['category=ACTION&limit=1', ['customer.updated']],
    ['campaign_id=camp_1', []],
    ['campaign_type=GIFT_VOUCHERS', []],
    [`start_date=${at(4)}`, ['customer.updated']],
    [`end_date=${at(0)}`, ['customer.created']],
  ])('narrows by %s', async (query, types) => {
    expect(await typesIn(query)).toEqual(types)
  })

  it.each([
    ['type=customer.cake', 'invalid_query_params'],
    ['category=CAUSE', 'invalid_query_params'],
    ['order=id', 'invalid_query_params'],
    ['limit=101', 'invalid_query_params'],
    ['start_date=monday', 'invalid_query_params'],
    ['campaign_id=%00', 'invalid_query_params'],
    ['starting_after_id=v_1', 'invalid_or_expired_cursor'],
  ])('refuses %s', async (query, key) => {
    expect(await activity(query)).toMatchObject({ status: 400, body: { key } })
  })

  it('answers 404 for nobody and for the customers of others', async () => {
    expect((await t.call('GET', '/v1/customers/ghost/activity')).status).toBe(404)
    const keys = await t.addProject()
    const answer = await t.call('GET', '/v1/customers/act/activity', undefined, { keys })
    expect(answer.status).toBe(404)
  })
})

describe('GET /v1/customers/:id/activities', () => {
  it('is the older list: with a total, going on after a moment', async () => {
    const all = await t.call('GET', '/v1/customers/act/activities?limit=2')
    expect(all.body).toMatchObject({ object: 'list', data_ref: 'data', total: 5, has_more: true })
    expect(all.body.data).toEqual((await activity('limit=2')).body.data)

    const rest = await t.call('GET', `/v1/customers/act/activities?starting_after=${at(1)}`)
    expect(rest.body).toMatchObject({
      total: 5,
      has_more: false,
      data: [{ type: 'customer.created' }],
    })
  })

  it('can be narrowed to orders of a product (§2.4)', async () => {
    const customer = { source_id: 'buyer' }
    const ids: string[] = []
    for (const source_id of ['mug', 'pen']) {
      const product = await t.call('POST', '/v1/products', { source_id, name: source_id })
      ids.push(product.body.id)
      const items = [{ product_id: product.body.id, quantity: 1, price: 100 }]
      await t.call('POST', '/v1/orders', { source_id: `o-${source_id}`, items, customer })
    }
    const { body } = await t.call('GET', `/v1/customers/buyer/activities?product_id=${ids[0]}`)
    expect(body.total).toBe(1)
    expect(body.data[0]).toMatchObject({
      type: 'customer.order.created',
      data: { order: { source_id: 'o-mug' } },
    })
  })
})
