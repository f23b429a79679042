import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { announcedOf, typesOf } from './support.ts'

const t = useTestApp()

const post = (body: unknown) => t.call('POST', '/v1/customers', body)
const get = (reference: string) => t.call('GET', `/v1/customers/${encodeURIComponent(reference)}`)

describe('POST /v1/customers', () => {
  it('creates a customer of whom everything is told (C-1, programs scenario 1)', async () => {
    const { status, body } = await post({
      source_id: 'a1',
      name: 'Ann',
      email: 'a@x.io',
      birthdate: '1990-12-03T10:00:00Z',
      address: { city: 'Oslo', planet: 'Earth' },
      metadata: { lang: 'en', nested: { deep: [1, null] } },
      currency: 'EUR',
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.stringMatching(/^cust_[0-9a-f]{24}$/),
      source_id: 'a1',
      name: 'Ann',
      email: 'a@x.io',
      birthdate: '1990-12-03',
      address: { city: 'Oslo' },
      summary: {
        redemptions: {
          total_redeemed: 0,
          total_failed: 0,
          total_succeeded: 0,
          total_rolled_back: 0,
          total_rollback_failed: 0,
          total_rollback_succeeded: 0,
          gift: { redeemed_amount: 0, amount_to_go: 0 },
          loyalty_card: { redeemed_points: 0, points_to_go: 0 },
        },
        orders: { total_amount: 0, total_count: 0, average_amount: 0, last_order_amount: 0 },
      },
      loyalty: { points: 0, referred_customers: 0, campaigns: {} },
      referrals: { total: 0, campaigns: [] },
      metadata: { lang: 'en', nested: { deep: [1, null] } },
      system_metadata: {},
      created_at: '2026-06-01T12:00:00.000Z',
      updated_at: null,
      object: 'customer',
    })
    expect(await announcedOf(t, 'a1')).toMatchObject([
      { type: 'customer.created', data: { customer: body } },
    ])
  })

  it('changes whom it finds, announces that, and keeps the rest (programs scenario 2, C-17)', async () => {
    const created = (await post({ source_id: 'a2', name: 'Ann', metadata: { a: 1 } })).body
    t.clock.advance(1_000)
    const { status, body } = await post({ source_id: 'a2', phone: '+1', metadata: { b: 2 } })
    expect(status).toBe(200)
    expect(body).toEqual({
      ...created,
      phone: '+1',
      metadata: { a: 1, b: 2 },
      updated_at: t.clock.now().toISOString(),
    })
    expect(await announcedOf(t, 'a2')).toMatchObject([
      { type: 'customer.created' },
      { type: 'customer.updated', data: { customer: body } },
    ])
    expect((await get('a2')).body).toEqual(body)
  })

  it('announces nothing when nothing changes (programs scenario 3)', async () => {
    const body = { source_id: 'a3', name: 'Ann', metadata: { list: [{ x: 1.5, y: 1e21 }] } }
    const first = await post(body)
    expect((await post(body)).body).toEqual(first.body)
    expect(await typesOf(t, 'a3')).toEqual(['customer.created'])
  })

  it('creates somebody new for everyone without an identity (programs scenario 4, C-10)', async () => {
    const [one, two, three] = [
      await post({ name: 'No Id', email: 'n@x.io' }),
      await post({ name: 'No Id', email: 'n@x.io', source_id: null }),
      await post(undefined),
    ]
    expect(new Set([one, two, three].map(({ body }) => body.id)).size).toBe(3)
    expect([one, two, three]).toMatchObject(
      Array.from({ length: 3 }, () => ({ status: 200, body: { source_id: null } })),
    )
  })

  it('finds by id before source_id, which never changes (programs scenarios 5 and 6, C-15)', async () => {
    const { id } = (await post({ source_id: 'a5' })).body
    expect((await post({ id, source_id: 'zzz', name: 'Ann B' })).body).toMatchObject({
      id,
      source_id: 'a5',
      name: 'Ann B',
    })
    expect(await post({ id: 'cust_unknown', source_id: 'a5' })).toMatchObject({
      status: 404,
      body: {
        key: 'not_found',
        details: 'Cannot find customer with id cust_unknown',
        resource_type: 'customer',
        resource_id: 'cust_unknown',
      },
    })
  })

  it.each<[string, unknown]>([
    ['Payload must be object', []],
    ['Payload must be object', 'text'],
    ['Property .name must be string,null', { name: {} }],
    ['Property .metadata must be object,null', { metadata: [] }],
    ['Property .address must be object,null', { address: 'Oslo' }],
    ['Property .address.city must be string,null', { address: { city: ['Oslo'] } }],
    ['.source_id must NOT have more than 512 characters', { source_id: 'x'.repeat(513) }],
    ['.name must NOT have more than 10000 characters', { name: 'x'.repeat(10_001) }],
    ['.birthdate cannot be recognized as a ISO-8601 compliant date', { birthdate: '3 May' }],
    ['Property .birthdate must match pattern "^(?!0000)"', { birthdate: '0000-01-01' }],
    ['Property .name must not contain U+0000 or an unpaired surrogate', { name: 'a\0b' }],
    ['.metadata.a[0].b must not contain U+0000', { metadata: { a: [{ b: '\ud800' }] } }],
    ['A name in Property .metadata must not contain U+0000', { metadata: { 'k\0': 1 } }],
  ])('refuses with %s', async (details, body) => {
    const answer = await post(body)
    expect(answer).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    expect(answer.body.details).toContain(details)
  })

  it('stores what is long but allowed, of characters of four bytes', async () => {
    const [sourceId, email] = ['😀'.repeat(500), '🙂'.repeat(512)]
    expect((await post({ source_id: sourceId, email, name: 5 })).status).toBe(200)
    expect((await get(sourceId)).body).toMatchObject({ source_id: sourceId, email, name: '5' })
  })

  it('creates once under one Idempotency-Key (D-17)', async () => {
    const headers = { 'idempotency-key': 'customer-1' }
    const [one, two] = [
      await t.call('POST', '/v1/customers', { name: 'once' }, { headers }),
      await t.call('POST', '/v1/customers', { name: 'once' }, { headers }),
    ]
    expect(two).toMatchObject({ status: 200, body: one.body })
  })

  it('refuses under an Idempotency-Key, as without one, what is nested too deep to be stored', async () => {
    const payload = '['.repeat(20_000) + ']'.repeat(20_000)
    for (const key of [undefined, 'deep']) {
      const { statusCode } = await t.app.http.inject({
        method: 'POST',
        url: '/v1/customers',
        headers: {
          'x-app-id': t.keys.appId,
          'x-app-token': t.keys.appToken,
          ...(key !== undefined && { 'idempotency-key': key }),
        },
        payload,
      })
      expect(statusCode).toBe(400)
    }
  })
})

describe('GET /v1/customers/:id', () => {
  it('finds by id and by source_id, however it is written (W-4, programs scenario 7, trap 5)', async () => {
    const { id } = (await post({ source_id: 'a b/ü+%' })).body
    const byId = await get(id)
    expect(byId.body.source_id).toBe('a b/ü+%')
    expect((await t.call('GET', '/v1/customers/a%20b%2F%C3%BC%2B%25')).body).toEqual(byId.body)
  })

  it('prefers an id when somebody has it as source_id', async () => {
    const { id } = (await post({ source_id: 'victim' })).body
    await post({ source_id: id, name: 'impostor' })
    expect((await get(id)).body.source_id).toBe('victim')
  })

  it.each(['nobody', 'cust_unknown'])('answers 404 for %j', async (reference) => {
    expect(await get(reference)).toMatchObject({
      status: 404,
      body: { details: `Cannot find customer with id ${reference}`, resource_type: 'customer' },
    })
  })

  it('shows nobody to another project', async () => {
    const { id } = (await post({ source_id: 'ours' })).body
    const keys = await t.addProject()
    for (const reference of [id, 'ours']) {
      expect((await t.call('GET', `/v1/customers/${reference}`, undefined, { keys })).status).toBe(
        404,
      )
    }
    const theirs = await t.call('POST', '/v1/customers', { source_id: 'ours' }, { keys })
    expect(theirs.body.id).not.toBe(id)
  })
})

describe('PUT /v1/customers/:id', () => {
  it('merges metadata and clears what is null (programs scenario 8, D-05)', async () => {
    await post({ source_id: 'p1', name: 'P', email: 'p@x.io', address: { city: 'X' } })
    await t.call('PUT', '/v1/customers/p1', { metadata: { vip: true, old: 1 } })
    const { body } = await t.call('PUT', '/v1/customers/p1', {
      metadata: { city: 'X', old: null },
      email: null,
      address: { city: null },
    })
    expect(body).toMatchObject({ name: 'P', metadata: { vip: true, city: 'X' }, address: null })
    expect(body).not.toHaveProperty('email')
    expect(body.metadata).not.toHaveProperty('old')
  })

  it('ignores id and source_id in the body (C-12, trap 7)', async () => {
    const { id } = (await post({ source_id: 'p2' })).body
    for (const reference of [id, 'p2']) {
      const answer = await t.call('PUT', `/v1/customers/${reference}`, {
        id: 'cust_other',
        source_id: 'other',
        name: `by ${reference}`,
      })
      expect(answer).toMatchObject({
        status: 200,
        body: { id, source_id: 'p2', name: `by ${reference}` },
      })
    }
  })

  it('answers 404 for nobody, and creates nobody', async () => {
    expect((await t.call('PUT', '/v1/customers/ghost', { name: 'G' })).status).toBe(404)
    expect((await get('ghost')).status).toBe(404)
  })
})

describe('DELETE /v1/customers/:id', () => {
  it('deletes, and announces who it was (programs scenario 10)', async () => {
    const { body } = await post({ source_id: 'd1', name: 'D' })
    expect(await t.call('DELETE', '/v1/customers/d1')).toMatchObject({
      status: 204,
      body: undefined,
    })
    expect((await get('d1')).status).toBe(404)
    expect((await t.call('DELETE', '/v1/customers/d1')).status).toBe(404)
    expect(await announcedOf(t, 'd1')).toMatchObject([
      { type: 'customer.created' },
      { type: 'customer.deleted', data: { customer: body } },
    ])
    expect((await post({ source_id: 'd1' })).body.id).not.toBe(body.id)
  })
})
