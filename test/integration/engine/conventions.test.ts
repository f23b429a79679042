import { describe, expect, it } from 'vitest'
import { aProgram } from '../../support/loyalty.ts'
import { useTestApp } from '../../support/test-app.ts'
import { aCouponCampaign, aMember, aReward, unique } from './rewards/support.ts'

const t = useTestApp()

/** What the tests of the published client send, whose fields nobody knows (W-1). */
const UNKNOWN = { currency: 'PLN', Name: 'Ann', country: 'PL', nested: { a: [1] } }
const discount = { type: 'AMOUNT', amount_off: 10 }

describe('fields that nobody knows', () => {
  it.each<[string, string, object]>([
    ['a customer', '/v1/customers', { source_id: 'unknown-fields' }],
    ['an order', '/v1/orders', { amount: 100, items: [{ price: 100, ...UNKNOWN }] }],
    ['an event', '/v1/events', { event: 'x', customer: { source_id: 'e', ...UNKNOWN } }],
    ['a product', '/v1/products', { name: 'P' }],
    ['a voucher', '/v1/vouchers', { discount: { ...discount, ...UNKNOWN } }],
    ['a validation', '/v1/validations', { redeemables: [{ object: 'voucher', id: 'x' }] }],
    ['a qualification', '/v1/qualifications', { order: { amount: 1, ...UNKNOWN } }],
  ])('are ignored in %s (W-1)', async (_name, url, body) => {
    const { status, body: answer } = await t.call('POST', url, { ...body, ...UNKNOWN })
    expect(status).toBe(200)
    for (const field of Object.keys(UNKNOWN)) expect(answer).not.toHaveProperty(field)
  })
})

describe('numbers', () => {
  it('may be written as texts (W-2)', async () => {
    const { body: order } = await t.call('POST', '/v1/orders', {
      amount: '300',
      items: [{ quantity: '3', price: '100' }],
    })
    expect(order).toMatchObject({ amount: 300, items: [{ quantity: 3, price: 100, amount: 300 }] })
    const { body: voucher } = await t.call('POST', '/v1/vouchers', {
      gift: { amount: '500' },
      redemption: { quantity: '2' },
    })
    expect(voucher).toMatchObject({ gift: { amount: 500 }, redemption: { quantity: 2 } })
    const change = await t.call('POST', `/v1/vouchers/${voucher.code}/balance`, { amount: '5' })
    expect(change.body).toMatchObject({ amount: 5, balance: 505 })
    expect(await t.call('POST', '/v1/orders', { amount: 'many' })).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload' },
    })
  })
})

describe('null', () => {
  it('is nothing where something is made, and clears where it is changed (W-3)', async () => {
    const made = await t.call('POST', '/v1/vouchers/NULLS', {
      discount,
      campaign: null,
      category: null,
      expiration_date: null,
      metadata: null,
    })
    expect(made).toMatchObject({ status: 200, body: { metadata: {}, expiration_date: null } })
    const publication = {
      voucher: 'NULLS',
      campaign: null,
      channel: null,
      metadata: null,
      customer: { source_id: 'nulls', name: null, metadata: null },
    }
    expect(await t.call('POST', '/v1/publications', publication)).toMatchObject({
      status: 200,
      body: { channel: 'API', metadata: {} },
    })
    const path = '/v1/vouchers/NULLS'
    const dated = await t.call('PUT', path, { expiration_date: '2030-01-01T00:00:00Z' })
    expect(dated.body.expiration_date).toBe('2030-01-01T00:00:00.000Z')
    expect((await t.call('PUT', path, { category: 'c' })).body).toMatchObject({
      expiration_date: '2030-01-01T00:00:00.000Z',
    })
    expect((await t.call('PUT', path, { expiration_date: null })).body.expiration_date).toBeNull()
  })
})

describe('things in a path', () => {
  const bodyOf = async (path: string) => {
    const { status, body } = await t.call('GET', path)
    expect(status).toBe(200)
    return body
  }

  it('are found by either of their names (W-4)', async () => {
    const campaign = await aCouponCampaign(t, { name: unique('a b/ü') })
    const program = await aProgram(t)
    const { name } = await bodyOf(`/v1/loyalties/${program}`)
    const { card } = await aMember(t, { id: program })
    const voucher = await bodyOf(`/v1/vouchers/${card}`)
    const customer = (await t.call('POST', '/v1/customers', { source_id: 'a c' })).body
    const order = (await t.call('POST', '/v1/orders', { source_id: 'a o', amount: 1 })).body
    const product = (await t.call('POST', '/v1/products', { source_id: 'a p' })).body
    const skus = `/v1/products/${product.id}/skus`
    const sku = (await t.call('POST', skus, { source_id: 'a s' })).body
    const reward = await aReward(t, { id: program }, { parameters: { product: product } }, 10)
    for (const [to, ...names] of [
      ['/v1/campaigns/%', campaign.id, campaign.name],
      ['/v1/campaigns/%/transactions', program, name],
      ['/v1/loyalties/%', program, name],
      ['/v1/loyalties/%/members', program, name],
      [`/v1/loyalties/%/reward-assignments/${reward.assignment.id}`, program, name],
      ['/v1/loyalties/members/%', card, voucher.id],
      [`/v1/loyalties/${program}/members/%/transactions`, card, voucher.id],
      ['/v1/vouchers/%', card, voucher.id],
      ['/v1/customers/%', customer.id, 'a c'],
      ['/v1/orders/%', order.id, 'a o'],
      ['/v1/products/%', product.id, 'a p'],
      [`${skus}/%`, sku.id, 'a s'],
      ['/v1/skus/%', sku.id, 'a s'],
    ] as const) {
      const [first, second] = await Promise.all(
        names.map((each) => bodyOf(to.replace('%', encodeURIComponent(each)))),
      )
      expect(second, to).toEqual(first)
    }
  })
})

describe('bodies', () => {
  it('are taken up to 10 MB, and not beyond (W-5)', async () => {
    const send = (bytes: number) =>
      t.app.http.inject({
        method: 'POST',
        url: '/v1/customers',
        headers: {
          'content-type': 'application/json',
          'x-app-id': t.keys.appId,
          'x-app-token': t.keys.appToken,
        },
        payload: '{}'.padEnd(bytes),
      })
    expect((await send(10_485_760)).statusCode).toBe(200)
    const refused = await send(10_485_761)
    expect(refused.statusCode).toBe(413)
    expect(refused.json()).toEqual({
      statusCode: 413,
      error: 'Request Entity Too Large',
      message: 'Payload content length greater than maximum allowed: 10485760',
    })
  })
})
