import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()

const PLAIN = {
  name: null,
  price: null,
  attributes: [],
  image_url: null,
  metadata: {},
  updated_at: null,
  object: 'product',
  skus: { object: 'list', data_ref: 'data', data: [], total: 0 },
}

async function make(fields: object = {}): Promise<{ id: string; source_id: string }> {
  const { status, body } = await t.call('POST', '/v1/products', fields)
  expect(status).toBe(200)
  return body
}

describe('POST /v1/products', () => {
  it('creates a product and tells what is unset as null (engine-programs §6.1)', async () => {
    const { status, body } = await t.call('POST', '/v1/products', {})
    expect(status).toBe(200)
    expect(body).toEqual({
      ...PLAIN,
      id: expect.stringMatching(/^prod_/),
      source_id: null,
      created_at: t.clock.now().toISOString(),
    })
  })

  it('changes the product that has the source_id, merging metadata (R-META-02)', async () => {
    const first = await make({
      source_id: 'mug',
      name: 'Mug',
      price: '1000',
      metadata: { a: 1, b: 2 },
    })
    t.clock.advance(1_000)
    const again = await make({ source_id: 'mug', price: 900, metadata: { b: 3 } })
    expect(again).toMatchObject({
      id: first.id,
      name: 'Mug',
      price: 900,
      metadata: { a: 1, b: 3 },
      updated_at: t.clock.now().toISOString(),
    })
    expect(await make({ id: first.id, name: 'Cup' })).toMatchObject({ id: first.id, name: 'Cup' })
  })

  it('answers 404 for an unknown id and 400 for a price that is none, by its name', async () => {
    expect(await t.call('POST', '/v1/products', { id: 'prod_none' })).toMatchObject({
      status: 404,
      body: { key: 'not_found', details: 'Cannot find product with id prod_none' },
    })
    expect(await t.call('POST', '/v1/products', { price: -1 })).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details: expect.stringContaining('.price') },
    })
  })

  it('makes one product of many calls with one source_id at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        t.call('POST', '/v1/products', { source_id: 'raced', metadata: { [`n${n}`]: n } }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    const { body } = await t.call('GET', '/v1/products/raced')
    expect(Object.keys(body.metadata)).toHaveLength(20)
  })
})

describe('/v1/products/{productId}', () => {
  it('finds a product by id and by source_id, encoded as it may be (W-4)', async () => {
    const product = await make({ source_id: 'a/b c%' })
    for (const reference of [product.id, 'a/b c%']) {
      const { body } = await t.call('GET', `/v1/products/${encodeURIComponent(reference)}`)
      expect(body.id).toBe(product.id)
    }
    expect((await t.call('GET', '/v1/products/nobody')).status).toBe(404)
  })

  it('changes what is given, clears what is null, and never the source_id', async () => {
    const { id } = await make({ source_id: 'kept', name: 'N', price: 5, attributes: ['color'] })
    const { body } = await t.call('PUT', `/v1/products/${id}`, { name: null, source_id: 'new' })
    expect(body).toMatchObject({ source_id: 'kept', name: null, price: 5, attributes: ['color'] })
  })

  it('puts a product with its SKUs into the bin, where its source_id stays taken', async () => {
    const { id } = await make({ source_id: 'binned' })
    const sku = await t.call('POST', `/v1/products/${id}/skus`, { source_id: 'binned-sku' })
    expect(await t.call('DELETE', `/v1/products/${id}?force=false`)).toMatchObject({
      status: 204,
      body: undefined,
    })
    expect((await t.call('GET', `/v1/products/${id}`)).status).toBe(404)
    expect((await t.call('GET', `/v1/skus/${sku.body.id}`)).status).toBe(404)
    expect(await t.call('POST', '/v1/products', { source_id: 'binned' })).toMatchObject({
      status: 409,
      body: { key: 'duplicate_found' },
    })
  })

  it('deletes for good with force, and frees the source_id', async () => {
    const { id } = await make({ source_id: 'forced' })
    expect((await t.call('DELETE', '/v1/products/forced?force=true')).status).toBe(204)
    expect((await make({ source_id: 'forced' })).id).not.toBe(id)
  })

  it('keeps a product that a validation rule names (resource_in_use)', async () => {
    const { id } = await make()
    await t.db.kysely
      .insertInto('validation_rule')
      .values({
        id: 'val_products',
        project_id: t.keys.projectId,
        name: 'r',
        applicable_to: JSON.stringify({ included: [{ object: 'product', id }] }),
        created_at: t.clock.now(),
      })
      .execute()
    expect(await t.call('DELETE', `/v1/products/${id}`)).toMatchObject({
      status: 400,
      body: { key: 'resource_in_use', details: expect.stringContaining('[val_products]') },
    })
  })

  it('belongs to its project', async () => {
    const { id } = await make({ source_id: 'mine' })
    const keys = await t.addProject()
    for (const reference of [id, 'mine']) {
      expect((await t.call('GET', `/v1/products/${reference}`, undefined, { keys })).status).toBe(
        404,
      )
    }
    const theirs = await t.call('POST', '/v1/products', { source_id: 'mine' }, { keys })
    expect(theirs.body.id).not.toBe(id)
  })
})

describe('the shipping product (R-ID-02)', () => {
  it('is in every project, can be given a price, and cannot be deleted', async () => {
    const path = '/v1/products/prod_5h1pp1ng'
    expect((await t.call('GET', path)).body).toMatchObject({
      id: 'prod_5h1pp1ng',
      source_id: '5h1pp1ng',
      name: 'Shipping',
      price: null,
    })
    await t.call('PUT', path, { price: 499 })
    expect((await t.call('GET', '/v1/products/5h1pp1ng')).body.price).toBe(499)
    expect(await t.call('DELETE', path)).toMatchObject({
      status: 400,
      body: { key: 'resource_protected' },
    })
    const keys = await t.addProject()
    expect((await t.call('GET', path, undefined, { keys })).body.price).toBeNull()
  })
})

describe('GET /v1/products', () => {
  it('pages, sorts and filters, with the SKUs of each (R-LIST-01 to R-LIST-08)', async () => {
    const keys = await t.addProject()
    const call = (method: 'GET' | 'POST', url: string, body?: unknown) =>
      t.call(method, url, body, { keys })
    for (const [n, name] of ['one', 'two', 'three'].entries()) {
      await call('POST', '/v1/products', {
        source_id: `p${n}`,
        name,
        price: n * 100,
        metadata: { n, day: `2026-0${n + 1}-01` },
      })
      t.clock.advance(1_000)
    }
    await call('POST', '/v1/products/p1/skus', { source_id: 's1' })

    const names = async (query: string) => {
      const { status, body } = await call('GET', `/v1/products?${query}`)
      expect(status).toBe(200)
      return body.products.map((product: { name: string }) => product.name)
    }
    expect(await names('')).toEqual(['three', 'two', 'one'])
    expect(await names('order=created_at&limit=2')).toEqual(['one', 'two'])
    expect(await names('limit=2&page=2')).toEqual(['one'])
    expect(await names('order=name')).toEqual(['one', 'three', 'two'])
    expect(await names('filters[name][conditions][$contains]=o')).toEqual(['two', 'one'])
    expect(await names('filters[price][conditions][$more_than]=99')).toEqual(['three', 'two'])
    expect(await names('filters[metadata.n][conditions][$less_than]=1')).toEqual(['one'])
    expect(await names('filters[metadata.n][conditions][$is]=2')).toEqual(['three'])
    expect(await names('filters[metadata.day][conditions][$after]=2026-02-01')).toEqual(['three'])
    expect(await names('filters[skus][conditions][$has_value]=true')).toEqual(['two'])
    expect(
      await names(
        'filters[name][conditions][$is]=one&filters[price][conditions][$is]=100&filters[junction]=OR',
      ),
    ).toEqual(['two', 'one'])

    const { body } = await call('GET', '/v1/products?limit=2')
    expect(body).toMatchObject({ object: 'list', data_ref: 'products', total: 3 })
    expect(body.products[1].skus.data[0].source_id).toBe('s1')
    expect(await call('GET', '/v1/products?filters[nope][conditions][$is]=1')).toMatchObject({
      status: 400,
      body: { key: 'invalid_query_params', details: expect.stringContaining('.filters.nope') },
    })
  })
})
