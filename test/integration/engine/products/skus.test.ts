import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()

describe('SKUs of a product (engine-programs §6.1)', () => {
  it('are created, changed by source_id, listed and found by themselves', async () => {
    await t.call('POST', '/v1/products', { source_id: 'shirt' })
    const { status, body } = await t.call('POST', '/v1/products/shirt/skus', {
      source_id: 'shirt-red',
      price: 2000,
      attributes: { color: 'red' },
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.stringMatching(/^sku_/),
      product_id: expect.stringMatching(/^prod_/),
      source_id: 'shirt-red',
      sku: null,
      price: 2000,
      currency: null,
      attributes: { color: 'red' },
      image_url: null,
      metadata: {},
      created_at: t.clock.now().toISOString(),
      updated_at: null,
      object: 'sku',
    })
    const again = await t.call('POST', '/v1/products/shirt/skus', {
      source_id: 'shirt-red',
      sku: 'Red',
    })
    expect(again.body).toMatchObject({ id: body.id, price: 2000, sku: 'Red' })
    const put = await t.call('PUT', `/v1/products/shirt/skus/${body.id}`, { price: 1 })
    expect(put.body).toMatchObject({ sku: 'Red', price: 1 })

    expect((await t.call('GET', '/v1/skus/shirt-red')).body).toEqual(put.body)
    expect((await t.call('GET', '/v1/products/shirt/skus/shirt-red')).body).toEqual(put.body)
    expect((await t.call('GET', '/v1/products/shirt/skus')).body).toEqual({
      object: 'list',
      data_ref: 'skus',
      skus: [put.body],
      total: 1,
    })
  })

  it('have one source_id in the whole catalogue', async () => {
    await t.call('POST', '/v1/products', { source_id: 'a' })
    await t.call('POST', '/v1/products', { source_id: 'b' })
    await t.call('POST', '/v1/products/a/skus', { source_id: 'same' })
    expect(await t.call('POST', '/v1/products/b/skus', { source_id: 'same' })).toMatchObject({
      status: 409,
      body: { key: 'duplicate_found', details: 'Duplicated sku exists with id same' },
    })
    expect((await t.call('PUT', '/v1/products/b/skus/same', {})).status).toBe(404)
    expect((await t.call('DELETE', '/v1/products/b/skus/same')).status).toBe(404)
  })

  it('go to the bin or for good', async () => {
    await t.call('POST', '/v1/products', { source_id: 'p' })
    await t.call('POST', '/v1/products/p/skus', { source_id: 'gone' })
    expect((await t.call('DELETE', '/v1/products/p/skus/gone')).status).toBe(204)
    expect((await t.call('GET', '/v1/skus/gone')).status).toBe(404)
    expect((await t.call('POST', '/v1/products/p/skus', { source_id: 'gone' })).status).toBe(409)
    expect((await t.call('DELETE', '/v1/products/p/skus/gone?force=1')).status).toBe(204)
    expect((await t.call('POST', '/v1/products/p/skus', { source_id: 'gone' })).status).toBe(200)
  })

  it('can be of the shipping product, and of none that is unknown', async () => {
    const express = await t.call('POST', '/v1/products/5h1pp1ng/skus', { source_id: 'express' })
    expect(express).toMatchObject({ status: 200, body: { product_id: 'prod_5h1pp1ng' } })
    expect((await t.call('POST', '/v1/products/none/skus', {})).status).toBe(404)
  })
})
