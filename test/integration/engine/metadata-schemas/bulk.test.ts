import { beforeAll, describe, expect, it } from 'vitest'
import { runAsyncActions } from '../../../support/async-actions.ts'
import { defineMetadata } from '../../../support/metadata-schemas.ts'
import { type CallAnswer, useTestApp } from '../../../support/test-app.ts'
import { uploadCsv } from '../../../support/upload-csv.ts'
import { unique } from '../loyalties/support.ts'

const t = useTestApp()
const VOUCHER = { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 100 } }

beforeAll(async () => {
  for (const of of ['customer', 'order', 'order_item', 'product', 'voucher'])
    await defineMetadata(t, of, {
      n: { type: 'number', optional: false },
      tags: { type: 'string', array: true },
    })
})

const read = async (path: string) => (await t.call('GET', path)).body.metadata

/** Does what was asked for, and answers what came of it. */
async function resultOf(answer: CallAnswer | Promise<CallAnswer>) {
  const { body } = await answer
  await runAsyncActions(t)
  return (await t.call('GET', `/v1/async-actions/${body.async_action_id}`)).body.result
}

const post = (path: string, body: unknown) => resultOf(t.call('POST', path, body))
const upload = (path: string, csv: string) => resultOf(uploadCsv(t, path, csv))

const wrong = (actual: string) =>
  `n: must be a number, property is required (actual value is '${actual}')`
/** One of two was done, and the other was refused for its metadata. */
const halfOf = (list: 'failed' | 'errors', failure: object) => ({
  done_count: 1,
  failed_count: 1,
  [list]: [failure],
})

describe('bad metadata fails its own row alone (M-3, R-META-03)', () => {
  it('in changes of customers, whether they are made or changed', async () => {
    await t.call('POST', '/v1/customers', { source_id: 'known', metadata: { n: 1 } })
    const changes = [
      { source_id: 'known', metadata: { tags: ['a'] } },
      { source_id: 'new', metadata: { tags: ['a'] } },
    ]
    const error = { key: 'metadata_validation_failed', message: 'Metadata validation failed' }
    expect(await post('/v1/customers/bulk/async', changes)).toMatchObject(
      halfOf('errors', { ...error, source_id: 'new', details: wrong('undefined') }),
    )
    expect(await read('/v1/customers/known')).toEqual({ n: 1, tags: ['a'] })
    const forAll = (metadata: object) =>
      post('/v1/customers/metadata/async', { source_ids: ['known'], metadata })
    expect(await forAll({ n: 'x' })).toMatchObject({ done_count: 0, failed_count: 1 })
    expect(await forAll({ n: 2 })).toMatchObject({ done_count: 1, failed_count: 0 })
    expect(await read('/v1/customers/known')).toEqual({ n: 2, tags: ['a'] })
  })

  it('is told although the telling cuts through a character', async () => {
    const n = `${'x'.repeat(199)}🎁 and more`
    const changes = [{ source_id: 'wordy', metadata: { n } }]
    expect(await post('/v1/customers/bulk/async', changes)).toMatchObject({
      errors: [{ source_id: 'wordy', details: wrong(`${'x'.repeat(199)}\uFFFD`) }],
    })
  })

  it('in files of customers, whose texts are read as what they should be', async () => {
    const csv = 'Source_id,n,tags,Other\ncsv-1,5,"a, b",7\ncsv-2,five,,\n'
    expect(await upload('/v1/customers/importCSV', csv)).toMatchObject(
      halfOf('failed', { source_id: 'csv-2', row: 2, reason: wrong('five') }),
    )
    expect(await read('/v1/customers/csv-1')).toEqual({ n: 5, tags: ['a', 'b'], Other: '7' })
    // Who is replaced has what the line says, and must have what is required.
    expect(await upload('/v1/customers/importCSV', 'Source_id,tags\ncsv-1,c\n')).toMatchObject({
      failed: [{ reason: wrong('undefined') }],
    })
  })

  it('in imports of vouchers, and in their files', async () => {
    const [a, b] = [unique('A'), unique('B')]
    const rows = [
      { ...VOUCHER, code: a, metadata: { n: 1 } },
      { ...VOUCHER, code: b, metadata: { n: '1' } },
    ]
    expect(await post('/v1/vouchers/import', rows)).toMatchObject(
      halfOf('failed', { code: b, reason: wrong('1') }),
    )
    // One that is there is changed, and asked only for what the row says.
    expect(
      await post('/v1/vouchers/import', [{ ...VOUCHER, code: a, metadata: { tags: ['x'] } }]),
    ).toMatchObject({ done_count: 1 })
    expect(await read(`/v1/vouchers/${a}`)).toEqual({ n: 1, tags: ['x'] })

    const [c, d] = [unique('C'), unique('D')]
    const line = 'DISCOUNT_VOUCHER,100,AMOUNT'
    const csv = `Code,Voucher Type,Value,Discount Type,n,tags\n${c},${line},3,"x,y"\n${d},${line},,\n`
    expect(await upload('/v1/vouchers/importCSV', csv)).toMatchObject(
      halfOf('failed', { code: d, reason: wrong('undefined') }),
    )
    expect(await read(`/v1/vouchers/${c}`)).toEqual({ n: 3, tags: ['x', 'y'] })
  })

  it('in changes of vouchers', async () => {
    const code = unique('V')
    await t.call('POST', `/v1/vouchers/${code}`, { ...VOUCHER, metadata: { n: 1 } })
    const changes = [
      { code, metadata: { n: 2 } },
      { code, metadata: { n: 'x' } },
    ]
    const error = { code, key: 'metadata_validation_failed', details: wrong('x') }
    expect(await post('/v1/vouchers/bulk/async', changes)).toMatchObject(halfOf('errors', error))
    const forAll = { codes: [code, 'unknown'], metadata: { n: 3 } }
    expect(await post('/v1/vouchers/metadata/async', forAll)).toMatchObject(
      halfOf('errors', { code: 'unknown', key: 'not_found' }),
    )
    expect(await read(`/v1/vouchers/${code}`)).toEqual({ n: 3 })
  })

  it('in imports of codes into a campaign, and in their files', async () => {
    const { body } = await t.call('POST', '/v1/campaigns', {
      name: unique('Codes'),
      type: 'AUTO_UPDATE',
      campaign_type: 'DISCOUNT_COUPONS',
      voucher: VOUCHER,
      metadata: { n: 1 },
    })
    const [a, b, c, d] = ['A', 'B', 'C', 'D'].map(unique)
    const rows = [
      { code: a, metadata: { n: 1 } },
      { code: b, metadata: {} },
    ]
    expect(await post(`/v1/campaigns/${body.id}/import`, rows)).toMatchObject(
      halfOf('failed', { code: b, reason: wrong('undefined') }),
    )
    const csv = `Code,n\n${c},4\n${d},four\n`
    expect(await upload(`/v1/campaigns/${body.id}/importCSV`, csv)).toMatchObject(
      halfOf('failed', { code: d, reason: wrong('four') }),
    )
    expect(await read(`/v1/vouchers/${c}`)).toEqual({ n: 4 })
  })

  it('in changes and files of products and SKUs', async () => {
    const changes = [
      { source_id: 'p-1', metadata: { n: 1 } },
      { source_id: 'p-2', metadata: {} },
    ]
    expect(await post('/v1/products/bulk/async', changes)).toMatchObject(
      halfOf('errors', {
        source_id: 'p-2',
        key: 'metadata_validation_failed',
        details: wrong('undefined'),
      }),
    )
    const forAll = { source_ids: ['p-1'], metadata: { n: 'x' } }
    expect(await post('/v1/products/metadata/async', forAll)).toMatchObject({
      errors: [{ source_id: 'p-1', key: 'metadata_validation_failed', details: wrong('x') }],
    })
    const products = 'name,source_id,n,tags\nP,p-3,3,"a,b"\nP,p-4,x,\n'
    expect(await upload('/v1/products/importCSV', products)).toMatchObject(
      halfOf('failed', { row: 2, source_id: 'p-4', reason: wrong('x') }),
    )
    expect(await read('/v1/products/p-3')).toEqual({ n: 3, tags: ['a', 'b'] })
    const skus = 'product_id,source_id,n\np-3,s-1,3\np-3,s-2,x\n'
    expect(await upload('/v1/skus/importCSV', skus)).toMatchObject(
      halfOf('failed', { row: 2, source_id: 's-2', reason: wrong('x') }),
    )
    expect(await read('/v1/skus/s-1')).toEqual({ n: 3 })
  })

  it('in imports of orders, of their items and of their customers', async () => {
    const fits = { amount: 1, metadata: { n: 1 } }
    const orders = [
      { ...fits, source_id: 'o-1', items: [{ price: 1, metadata: { n: 1 } }] },
      { ...fits, source_id: 'o-2', metadata: {} },
      { ...fits, source_id: 'o-3', items: [{ price: 1 }] },
      { ...fits, source_id: 'o-4', customer: { source_id: 'of-o-4', metadata: { n: 'x' } } },
    ]
    expect(await post('/v1/orders/import', orders)).toMatchObject({
      done_count: 1,
      failed: [
        { source_id: 'o-2', reason: wrong('undefined') },
        { source_id: 'o-3', reason: wrong('undefined') },
        { source_id: 'o-4', reason: wrong('x') },
      ],
    })
    expect(await read('/v1/orders/o-1')).toEqual({ n: 1 })
    expect((await t.call('GET', '/v1/orders/o-4')).status).toBe(404)
  })
})
