import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const URL = '/v1/product-collections'

const idOf = async (url: string, body: object): Promise<string> => {
  const answer = await t.call('POST', url, body)
  expect(answer).toMatchObject({ status: 200 })
  return answer.body.id
}
const makeProduct = (fields: object) => idOf('/v1/products', fields)
const makeFiltered = (name: string, filter: object) =>
  idOf(URL, { name, type: 'AUTO_UPDATE', filter: { junction: 'and', ...filter } })

/** The source ids of what is in a collection. */
async function contentOf(id: string): Promise<string[]> {
  const { body } = await t.call('GET', `${URL}/${id}/products?limit=100`)
  return body.data.map((item: { source_id: string }) => item.source_id).sort()
}

describe('a static collection (engine-programs §6.2)', () => {
  it('holds what it lists, products and SKUs, in that order', async () => {
    const product = await makeProduct({ source_id: 'listed', name: 'L' })
    const sku = await idOf('/v1/products/listed/skus', { source_id: 'listed-sku' })
    const { body } = await t.call('POST', URL, {
      name: 'By hand',
      type: 'STATIC',
      products: [
        { id: sku, product_id: product, object: 'sku' },
        { id: 'listed', object: 'product' },
      ],
    })
    expect(body).toEqual({
      id: expect.stringMatching(/^pc_/),
      name: 'By hand',
      type: 'STATIC',
      products: [
        { id: sku, product_id: product, object: 'sku' },
        { id: product, object: 'product' },
      ],
      created_at: t.clock.now().toISOString(),
      object: 'products_collection',
    })
    expect((await t.call('GET', `${URL}/${body.id}`)).body).toEqual(body)
    const content = await t.call('GET', `${URL}/${body.id}/products`)
    expect(content.body).toMatchObject({ object: 'list', data_ref: 'data', total: 2 })
    expect(content.body.data).toContainEqual(
      expect.objectContaining({ id: sku, product: expect.objectContaining({ id: product }) }),
    )
  })

  it('shows nothing that is in the bin', async () => {
    await makeProduct({ source_id: 'to-bin' })
    const id = await idOf(URL, { name: 'n', products: [{ id: 'to-bin', object: 'product' }] })
    await t.call('DELETE', '/v1/products/to-bin')
    expect(await contentOf(id)).toEqual([])
  })

  it('refuses what the catalogue does not have', async () => {
    const body = { name: 'n', products: [{ id: 'sku_none', object: 'sku' }] }
    expect(await t.call('POST', URL, body)).toMatchObject({
      status: 404,
      body: { details: 'Cannot find sku with id sku_none' },
    })
  })
})

describe('a collection with a filter', () => {
  it('holds what matches at once when something changes, and nothing else', async () => {
    await makeProduct({ source_id: 'before', metadata: { brand: 'Zen' } })
    const id = await makeFiltered('Zen', { 'metadata.brand': { conditions: { $is: ['Zen'] } } })
    expect(await contentOf(id)).toEqual(['before'])

    await makeProduct({ source_id: 'after', metadata: { brand: 'Zen' } })
    await makeProduct({ source_id: 'other', metadata: { brand: 'Yin' } })
    expect(await contentOf(id)).toEqual(['after', 'before'])

    await t.call('PUT', '/v1/products/other', { metadata: { brand: 'Zen' } })
    await t.call('PUT', '/v1/products/before', { metadata: { brand: 'Yin' } })
    expect(await contentOf(id)).toEqual(['after', 'other'])

    await t.call('DELETE', '/v1/products/after')
    expect(await contentOf(id)).toEqual(['other'])
  })

  it.each<[string, object, string[]]>([
    ['price', { price: { conditions: { $more_than_equal: [200] } } }, ['f-2', 'f-3']],
    ['name', { name: { conditions: { $starts_with: ['Fi'] } } }, ['f-1']],
    ['a name it is not', { name: { conditions: { $not_in: ['First', 'Third'] } } }, ['f-2']],
    ['a number in metadata', { 'metadata.size': { conditions: { $less_than: [20] } } }, ['f-1']],
    ['metadata it lacks', { 'metadata.size': { conditions: { $is_unknown: true } } }, ['f-3']],
    ['an attribute', { attributes: { conditions: { $contains: ['color'] } } }, ['f-2']],
    [
      'any of two fields',
      {
        junction: 'or',
        name: { conditions: { $is: 'First' } },
        price: { conditions: { $is: 300 } },
      },
      ['f-1', 'f-3'],
    ],
  ])('matches %s (R-LIST-07, PC-2)', async (name, filter, expected) => {
    await t.call('POST', '/v1/products', {
      source_id: 'f-1',
      name: 'First',
      price: 100,
      metadata: { size: 9 },
    })
    await t.call('POST', '/v1/products', {
      source_id: 'f-2',
      name: 'Second',
      price: 200,
      attributes: ['color'],
      metadata: { size: 30 },
    })
    await t.call('POST', '/v1/products', { source_id: 'f-3', name: 'Third', price: 300 })
    const only = { source_id: { conditions: { $starts_with: 'f-' } } }
    const isAny = 'junction' in filter
    const id = await makeFiltered(name, isAny ? filter : { ...filter, ...only })
    expect((await contentOf(id)).filter((source) => source.startsWith('f-'))).toEqual(expected)
  })

  it('matches ids, images and days (PC-2)', async () => {
    const image_url = 'https://example.com/k.png'
    const id = await makeProduct({ source_id: 'k-1', image_url })
    const sku = await idOf(`/v1/products/${id}/skus`, { source_id: 'k-2' })
    t.clock.advance(86_400_000)
    const today = t.clock.now().toISOString()
    await makeProduct({ source_id: 'k-3' })
    await t.call('PUT', '/v1/products/k-3', { name: 'K' })
    const own = { source_id: { conditions: { $starts_with: 'k-' } } }
    const found = async (name: string, filter: object) =>
      contentOf(await makeFiltered(name, { ...filter, ...own }))
    expect(await found('id', { id: { conditions: { $in: [id, sku] } } })).toEqual(['k-1', 'k-2'])
    expect(await found('of a product', { product_id: { conditions: { $is: [id] } } })).toEqual([
      'k-2',
    ])
    expect(await found('image', { image_url: { conditions: { $is: [image_url] } } })).toEqual([
      'k-1',
    ])
    const since = { conditions: { $after: [new Date(Date.parse(today) - 1).toISOString()] } }
    expect(await found('new', { created_at: since })).toEqual(['k-3'])
    expect(await found('changed', { updated_at: since })).toEqual(['k-3'])
  })

  it('tells products from SKUs, and a product that has SKUs from one that has none', async () => {
    await makeProduct({ source_id: 'parent' })
    const own = { source_id: { conditions: { $in: ['parent', 'child'] } } }
    const skus = await makeFiltered('skus', { ...own, object: { conditions: { $is: ['sku'] } } })
    const parents = await makeFiltered('parents', {
      ...own,
      skus: { conditions: { $has_value: true } },
    })
    expect(await contentOf(parents)).toEqual([])
    await t.call('POST', '/v1/products/parent/skus', { source_id: 'child' })
    expect(await contentOf(skus)).toEqual(['child'])
    expect(await contentOf(parents)).toEqual(['parent'])
    await t.call('DELETE', '/v1/products/parent/skus/child?force=true')
    expect([await contentOf(skus), await contentOf(parents)]).toEqual([[], []])
  })

  it('misses nothing that is created while the collection is', async () => {
    const filter = { 'metadata.race': { conditions: { $is: ['yes'] } } }
    const [ids] = await Promise.all([
      Promise.all([1, 2, 3].map((n) => makeFiltered(`race ${n}`, filter))),
      ...Array.from({ length: 20 }, (_, n) =>
        makeProduct({ source_id: `race-${n}`, metadata: { race: 'yes' } }),
      ),
    ])
    for (const id of ids) expect(await contentOf(id)).toHaveLength(20)
  })

  it.each<[string, object, string]>([
    ['no name', {}, "Payload should have required property 'name'"],
    ['a name that is none', { name: {} }, 'Property .name must be string'],
    [
      'no filter',
      { name: 'n', type: 'AUTO_UPDATE' },
      "'AUTO_UPDATE' collection must contain valid filter with 'junction' property",
    ],
    [
      'a wrong junction',
      { name: 'n', type: 'AUTO_UPDATE', filter: { junction: 'xor' } },
      'Property .filter has wrong `junction` property. It must be one of: and, or',
    ],
    [
      'an unknown field',
      {
        name: 'n',
        type: 'AUTO_UPDATE',
        filter: { junction: 'and', x: { conditions: { $is: 1 } } },
      },
      'Property .filter.x is not a field of this list',
    ],
    [
      'a condition on days that pass',
      {
        name: 'n',
        type: 'AUTO_UPDATE',
        filter: { junction: 'and', created_at: { conditions: { $more_than_ago: [3] } } },
      },
      'Property .filter.created_at does not know operator $more_than_ago',
    ],
  ])('refuses %s (PC-3)', async (_name, body, details) => {
    expect(await t.call('POST', URL, body)).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details },
    })
  })
})

describe('/v1/product-collections', () => {
  it('lists, changes and deletes collections', async () => {
    const id = await makeFiltered('changing', { name: { conditions: { $is: ['x'] } } })
    await makeProduct({ source_id: 'once-listed' })
    const { body } = await t.call('PUT', `${URL}/${id}`, {
      name: 'changed',
      type: 'STATIC',
      products: [{ id: 'once-listed', object: 'product' }],
    })
    expect(body).toMatchObject({ id, name: 'changed', type: 'STATIC' })
    expect(await contentOf(id)).toEqual(['once-listed'])

    const list = await t.call('GET', `${URL}?limit=1&order=-name`)
    expect(list.body).toMatchObject({ object: 'list', data_ref: 'data' })
    expect(list.body.data).toHaveLength(1)

    expect((await t.call('DELETE', `${URL}/${id}`)).status).toBe(204)
    expect((await t.call('GET', `${URL}/${id}`)).status).toBe(404)
  })

  it('keeps a collection that a validation rule names (PC-3)', async () => {
    const id = await makeFiltered('used', { name: { conditions: { $is: ['x'] } } })
    const { body: rule } = await t.call('POST', '/v1/validation-rules', {
      name: 'r',
      applicable_to: { included: [{ object: 'products_collection', id }] },
    })
    expect(await t.call('DELETE', `${URL}/${id}`)).toMatchObject({
      status: 400,
      body: {
        key: 'resource_in_use',
        details: `Resource products_collection with id ${id} is in use by validation_ruless with ids [${rule.id}]`,
      },
    })
  })

  it('never has more than 100 in a project, however many are made at once (PC-1)', async () => {
    const keys = await t.addProject()
    const answers = await Promise.all(
      Array.from({ length: 105 }, (_, n) => t.call('POST', URL, { name: `c${n}` }, { keys })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(100)
    expect(answers.find(({ status }) => status !== 200)?.body.key).toBe('collection_limit_reached')
  })
})
