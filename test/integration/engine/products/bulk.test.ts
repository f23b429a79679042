import { describe, expect, it } from 'vitest'
import { fetchReport, runAsyncActions } from '../../../support/async-actions.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()

/** Does everything that is enqueued, and answers what came of the action. */
async function resultOf(answer: { body: { async_action_id: string } }) {
  await runAsyncActions(t)
  const { body } = await t.call('GET', `/v1/async-actions/${answer.body.async_action_id}`)
  expect(body.status).toBe('DONE')
  return body
}

async function upload(url: string, csv: string) {
  const boundary = 'line-of-the-test'
  const payload = [
    `--${boundary}`,
    'content-disposition: form-data; name="file"; filename="x.csv"',
    'content-type: text/csv',
    '',
    csv,
    `--${boundary}--`,
    '',
  ].join('\r\n')
  const response = await t.app.http.inject({
    method: 'POST',
    url,
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'x-app-id': t.keys.appId,
      'x-app-token': t.keys.appToken,
    },
    payload,
  })
  return { status: response.statusCode, body: response.json() }
}

describe('bulk changes of products (engine-programs §6.1)', () => {
  it('create and change products by source_id', async () => {
    await t.call('POST', '/v1/products', { source_id: 'known', name: 'N', metadata: { a: 1 } })
    const answer = await t.call('POST', '/v1/products/bulk/async', [
      { source_id: 'known', price: 5, metadata: { b: 2 } },
      { source_id: 'new', name: 'New' },
    ])
    expect(answer.status).toBe(202)
    expect(await resultOf(answer)).toMatchObject({
      type: 'PRODUCTS.BULK_UPDATE',
      operation_status: 'SUCCESS',
      result: { done_count: 2, failed_count: 0 },
    })
    const { body } = await t.call('GET', '/v1/products/known')
    expect(body).toMatchObject({ name: 'N', price: 5, metadata: { a: 1, b: 2 } })
    expect((await t.call('GET', '/v1/products/new')).status).toBe(200)
  })

  it('reach everybody in steps, and tell who could not be changed', async () => {
    await t.call('POST', '/v1/products', { source_id: 'in-bin' })
    await t.call('DELETE', '/v1/products/in-bin')
    const many = Array.from({ length: 1_050 }, (_, n) => ({ source_id: `many-${n}`, price: n }))
    const answer = await t.call('POST', '/v1/products/bulk/async', [
      ...many,
      { source_id: 'in-bin' },
    ])
    expect((await resultOf(answer)).result).toMatchObject({
      done_count: 1_050,
      failed_count: 1,
      errors: [
        {
          source_id: 'in-bin',
          key: 'duplicate_found',
          details: 'Duplicated product exists with id in-bin',
        },
      ],
    })
    const list = await t.call(
      'GET',
      '/v1/products?filters[source_id][conditions][$starts_with]=many-',
    )
    expect(list.body.total).toBe(1_050)
  })

  it('have a report that says which products were there, and which were changed (C-30)', async () => {
    await t.call('POST', '/v1/products', { source_id: 'there' })
    await t.call('POST', '/v1/products', { source_id: 'binned' })
    await t.call('DELETE', '/v1/products/binned')
    const answer = await t.call('POST', '/v1/products/bulk/async', [
      { source_id: 'there', price: 1 },
      { source_id: 'made' },
      { source_id: 'made', price: 2 },
      { source_id: 'binned' },
      { source_id: 'there', id: 'prod_unknown' },
    ])
    const { result } = await resultOf(answer)
    expect(Date.parse(result.reports_available_till)).toBeGreaterThan(t.clock.now().getTime())
    expect((await fetchReport(t, result)).payload.split('\r\n')).toEqual([
      'source_id,found,updated',
      'there,true,true',
      'made,false,true',
      'made,true,true',
      'binned,false,false',
      'there,true,false',
      '',
    ])
  })

  it('set metadata of known products, and create none (C-31)', async () => {
    await t.call('POST', '/v1/products', { source_id: 'meta', metadata: { a: 1, b: 1 } })
    const answer = await t.call('POST', '/v1/products/metadata/async', {
      source_ids: ['meta', 'unknown'],
      metadata: { b: 2 },
    })
    expect(answer.status).toBe(202)
    const { type, result } = await resultOf(answer)
    expect(type).toBe('PRODUCTS.METADATA_UPDATE')
    expect(result).toMatchObject({
      done_count: 1,
      errors: [
        {
          source_id: 'unknown',
          key: 'not_found',
          message: 'Resource not found',
          details: 'Cannot find product with id unknown',
        },
      ],
    })
    expect((await fetchReport(t, result)).payload).toBe(
      'source_id,found,updated\r\nmeta,true,true\r\nunknown,false,false\r\n',
    )
    expect((await t.call('GET', '/v1/products/meta')).body.metadata).toEqual({ a: 1, b: 2 })
    expect((await t.call('GET', '/v1/products/unknown')).status).toBe(404)
  })

  it.each([{ body: {} }, { body: [] }, { body: [{ name: 'no source_id' }] }])(
    'refuse $body',
    async ({ body }) => {
      expect(await t.call('POST', '/v1/products/bulk/async', body)).toMatchObject({
        status: 400,
        body: { key: 'invalid_payload' },
      })
    },
  )
})

describe('CSV imports', () => {
  it('read products, other columns as metadata, and report bad lines by their row', async () => {
    const answer = await upload(
      '/v1/products/importCSV',
      [
        'Name,Source_id,Price,Attributes,image_url,Brand',
        'Mug,csv-mug,1500,"color, size",https://x.test/m.png,Zen',
        ',csv-nameless,1,,,',
        'Cup,csv-cup,much,,,',
      ].join('\n'),
    )
    expect(answer.status).toBe(200)
    expect(await resultOf(answer)).toMatchObject({
      type: 'PRODUCTS.IMPORT_CSV',
      result: {
        done_count: 1,
        failed_count: 2,
        failed: [
          { row: 2, reason: "Row should have required column 'name'" },
          { row: 3, reason: expect.stringContaining('.price') },
        ],
      },
    })
    expect((await t.call('GET', '/v1/products/csv-mug')).body).toMatchObject({
      name: 'Mug',
      price: 1500,
      attributes: ['color', 'size'],
      metadata: { Brand: 'Zen' },
    })
  })

  it('read SKUs of products by id or source_id', async () => {
    const product = await t.call('POST', '/v1/products', { source_id: 'csv-shirt' })
    const answer = await upload(
      '/v1/skus/importCSV',
      [
        'product_id,sku,source_id,price,image_url,attributes,Fit',
        `${product.body.id},Red,csv-red,2000,,"{'color':'red'}",slim`,
        'csv-shirt,Blue,csv-blue,2100,,,',
        'nobody,Lost,csv-lost,1,,,',
      ].join('\n'),
    )
    expect(answer.status).toBe(200)
    expect((await resultOf(answer)).result).toMatchObject({
      done_count: 2,
      failed: [{ row: 3, source_id: 'csv-lost', reason: 'Cannot find product with id nobody' }],
    })
    expect((await t.call('GET', '/v1/skus/csv-red')).body).toMatchObject({
      product_id: product.body.id,
      price: 2000,
      attributes: { color: 'red' },
      metadata: { Fit: 'slim' },
    })
  })

  it('need a file', async () => {
    const response = await t.app.http.inject({
      method: 'POST',
      url: '/v1/products/importCSV',
      headers: {
        'content-type': 'multipart/form-data; boundary=x',
        'x-app-id': t.keys.appId,
        'x-app-token': t.keys.appToken,
      },
      payload: '--x--\r\n',
    })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({
      key: 'invalid_payload',
      details: "Payload should have required property 'file'",
    })
  })
})
