import { describe, expect, it } from 'vitest'
import { runAsyncActions } from '../../../support/async-actions.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const BIN = '/v1/trash-bin'
const discount = { type: 'AMOUNT', amount_off: 1 }

/** A voucher, a campaign with two codes, a SKU, and a product with a SKU: all in the bin of a new project, in turn. */
async function fillBin() {
  const keys = await t.addProject()
  const call = (method: 'GET' | 'POST' | 'DELETE', url: string, body?: unknown) =>
    t.call(method, url, body, { keys })
  const bin = async (url: string) => {
    t.clock.advance(1_000)
    expect((await call('DELETE', url)).status).toBeLessThan(300)
    await runAsyncActions(t)
  }
  await call('POST', '/v1/vouchers/BINNED', { discount })
  await call('POST', '/v1/campaigns', {
    name: 'Binned',
    vouchers_count: 2,
    voucher: { type: 'DISCOUNT_VOUCHER', discount },
  })
  await runAsyncActions(t)
  await call('POST', '/v1/products', { source_id: 'p', name: 'P' })
  await call('POST', '/v1/products/p/skus', { source_id: 'lone', sku: 'Lone' })
  await call('POST', '/v1/products', { source_id: 'q', name: 'Q' })
  await call('POST', '/v1/products/q/skus', { source_id: 'q-sku' })
  await bin('/v1/vouchers/BINNED')
  await bin('/v1/campaigns/Binned')
  await bin('/v1/products/p/skus/lone')
  await bin('/v1/products/q')
  return { keys, call }
}

const names = (body: { data: { resource_name: string }[] }) =>
  body.data.map(({ resource_name }) => resource_name)

describe('GET /v1/trash-bin (engine-programs §14.3)', () => {
  it('lists what was deleted, the latest first, with what went along left out', async () => {
    const { call } = await fillBin()
    const { body } = await call('GET', BIN)
    expect(body).toMatchObject({ object: 'list', data_ref: 'data', total: 4, has_more: false })
    expect(names(body)).toEqual(['Q', 'Lone', 'Binned', 'BINNED'])
    expect(body.data[1]).toEqual({
      id: expect.stringMatching(/^tbe_/),
      created_at: expect.any(String),
      resource_id: expect.stringMatching(/^sku_/),
      resource_type: 'sku',
      resource_name: 'Lone',
      resource_parent_id: expect.stringMatching(/^prod_/),
      object: 'sku',
    })
  })

  it('pages by id in both directions, filters, and knows a cursor that is none', async () => {
    const { call } = await fillBin()
    const first = await call('GET', `${BIN}?limit=3`)
    expect(first.body).toMatchObject({ has_more: true, more_starting_after: first.body.data[2].id })
    const rest = await call(
      'GET',
      `${BIN}?limit=3&starting_after_id=${first.body.more_starting_after}`,
    )
    expect(names(rest.body)).toEqual(['BINNED'])
    expect(rest.body.has_more).toBe(false)
    expect(names((await call('GET', `${BIN}?order=id&limit=1`)).body)).toEqual(['BINNED'])

    const products = `${BIN}?filters[resource_type][conditions][$in][0]=product&filters[resource_type][conditions][$in][1]=sku`
    expect((await call('GET', products)).body).toMatchObject({ total: 2 })
    expect(await call('GET', `${BIN}?starting_after_id=x`)).toMatchObject({
      status: 400,
      body: { key: 'invalid_or_expired_cursor' },
    })
  })
})

describe('DELETE /v1/trash-bin/{binEntryId}', () => {
  it('deletes for good, so that codes and ids are free again', async () => {
    const { call } = await fillBin()
    expect((await call('POST', '/v1/vouchers/BINNED', { discount })).status).toBe(409)
    for (const { id } of (await call('GET', BIN)).body.data) {
      expect(await call('DELETE', `${BIN}/${id}`)).toMatchObject({ status: 204, body: undefined })
      await runAsyncActions(t)
      expect((await call('DELETE', `${BIN}/${id}`)).status).toBe(404)
    }
    expect((await call('GET', BIN)).body.total).toBe(0)
    expect((await call('POST', '/v1/vouchers/BINNED', { discount })).status).toBe(200)
    for (const source_id of ['q', 'p']) {
      expect((await call('POST', '/v1/products', { source_id })).status).toBe(200)
    }
    expect((await call('POST', '/v1/products/p/skus', { source_id: 'q-sku' })).status).toBe(200)
  })

  it('reaches nothing of another project', async () => {
    const { call } = await fillBin()
    const [entry] = (await call('GET', BIN)).body.data
    expect((await t.call('DELETE', `${BIN}/${entry.id}`)).status).toBe(404)
    expect((await t.call('GET', BIN)).body.total).toBe(0)
  })
})

describe('DELETE /v1/trash-bin/{id}', () => {
  it('deletes the voucher in the bin, and not another whose code looks like its id', async () => {
    const { body: binned } = await t.call('POST', '/v1/vouchers/GONE', { discount })
    await t.call('POST', `/v1/vouchers/${binned.id}`, { discount })
    await t.call('DELETE', '/v1/vouchers/GONE')
    const { body } = await t.call('GET', BIN)
    const entry = body.data.find((each: { resource_id: string }) => each.resource_id === binned.id)
    expect((await t.call('DELETE', `${BIN}/${entry.id}`)).status).toBe(204)
    const rest = await t.db.pool.query('select code from voucher where id = $1 or code = $1', [
      binned.id,
    ])
    expect(rest.rows).toEqual([{ code: binned.id }])
  })
})
