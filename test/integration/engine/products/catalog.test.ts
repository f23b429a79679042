import { beforeAll, describe, expect, it } from 'vitest'
import {
  type CatalogReference,
  findCatalogEntries,
  SHIPPING,
} from '../../../../src/engine/products/index.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()

let product: string
let sku: string
let collections: { product: string; sku: string }

const post = async (url: string, body: object): Promise<string> =>
  (await t.call('POST', url, body)).body.id

beforeAll(async () => {
  product = await post('/v1/products', { source_id: 'shirt', name: 'Shirt', price: 100 })
  sku = await post('/v1/products/shirt/skus', {
    source_id: 'red',
    sku: 'Red',
    price: 120,
    metadata: { hue: 1 },
  })
  await post('/v1/products', { source_id: 'gone' })
  await post('/v1/products/gone/skus', { source_id: 'gone-sku' })
  await t.call('DELETE', '/v1/products/gone')
  const collect = (object: string, id: string) =>
    post('/v1/product-collections', { name: object, products: [{ object, id }] })
  collections = { product: await collect('product', product), sku: await collect('sku', sku) }
})

const find = (...references: [CatalogReference['object'], string][]) =>
  findCatalogEntries(
    t.db,
    references.map(([object, id]) => ({ projectId: t.keys.projectId, object, id })),
  )

describe('findCatalogEntries', () => {
  it('answers each reference at its place, by id or source_id', async () => {
    const entries = await find(
      ['sku', 'red'],
      ['product', 'nobody'],
      ['product', 'shirt'],
      ['sku', sku],
      ['product', product],
      ['sku', 'shirt'],
    )
    expect(entries.map((entry) => entry && [entry.productId, entry.skuId])).toEqual([
      [product, sku],
      undefined,
      [product, null],
      [product, sku],
      [product, null],
      undefined,
    ])
    expect(entries[0]).toEqual({
      productId: product,
      productSourceId: 'shirt',
      productName: 'Shirt',
      productPrice: 100,
      productMetadata: {},
      skuId: sku,
      skuSourceId: 'red',
      skuName: 'Red',
      skuPrice: 120,
      skuMetadata: { hue: 1 },
      collectionIds: [...Object.values(collections).sort(), 'pc_a11pr0dUc75'],
    })
    expect(entries[2]?.collectionIds).toEqual([collections.product, 'pc_a11pr0dUc75'])
  })

  it('knows nothing of the bin, of other projects, and of texts nothing can be called', async () => {
    expect(await find(['product', 'gone'], ['sku', 'gone-sku'], ['product', '\0'])).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    const theirs = { projectId: 'proj_other', object: 'product', id: product } as const
    expect(await findCatalogEntries(t.db, [theirs])).toEqual([undefined])
  })

  it('prefers an id to a source_id that reads the same', async () => {
    await post('/v1/products', { source_id: product })
    expect((await find(['product', product]))[0]?.productId).toBe(product)
  })

  it('knows free shipping in every project (R-ID-02)', async () => {
    for (const id of [SHIPPING.id, SHIPPING.sourceId]) {
      expect((await find(['product', id]))[0]).toMatchObject({
        productId: SHIPPING.id,
        productName: 'Shipping',
        productPrice: null,
      })
    }
  })
})
