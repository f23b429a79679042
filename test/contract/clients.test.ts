import type { InjectOptions } from 'fastify'
import { beforeAll, describe, expect, it } from 'vitest'
import { useTestApp } from '../support/test-app.ts'

const t = useTestApp()

/** A request exactly as a published client writes it: nothing is added but the keys. */
async function send(
  method: InjectOptions['method'],
  url: string,
  { type, payload }: { type?: string; payload?: string } = {},
) {
  const { appId, appToken } = t.keys
  const response = await t.app.http.inject({
    method: method ?? 'GET',
    url,
    headers: {
      'x-app-id': appId,
      'x-app-token': appToken,
      'x-voucherify-channel': 'Node.js-v20.20.2-SDK-v2.9.0',
      ...(type !== undefined && { 'content-type': type }),
    },
    ...(payload !== undefined && { payload }),
  })
  const text = response.payload
  return { status: response.statusCode, body: text === '' ? undefined : JSON.parse(text) }
}

const json = (payload?: unknown) => ({
  type: 'application/json',
  ...(payload !== undefined && { payload: JSON.stringify(payload) }),
})
const DISCOUNT = { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 100 } }

beforeAll(async () => {
  for (const code of ['TRAP', 'TRAP-2', 'code/1 2'])
    await send('POST', `/v1/vouchers/${encodeURIComponent(code)}`, json(DISCOUNT))
})

describe('what published clients send', () => {
  it('a trailing slash makes a voucher with a generated code (trap 1)', async () => {
    const { status, body } = await send('POST', '/v1/vouchers/', json(DISCOUNT))
    expect(status).toBe(200)
    expect(body.code).toMatch(/^[0-9a-zA-Z]{8}$/)
  })

  it('a JSON content type without a body is no error on GET and DELETE (trap 2)', async () => {
    expect((await send('GET', '/v1/vouchers/TRAP', json())).status).toBe(200)
    await send('POST', '/v1/vouchers/GONE', json(DISCOUNT))
    expect((await send('DELETE', '/v1/vouchers/GONE?force=true', json())).status).toBe(204)
  })

  it('an empty body is an empty object on POST, with and without a content type (trap 3)', async () => {
    expect((await send('POST', '/v1/vouchers/TRAP/disable', json())).status).toBe(200)
    expect((await send('POST', '/v1/vouchers/TRAP/enable')).body).toMatchObject({ active: true })
    const empty = { type: 'application/json', payload: '' }
    expect(await send('POST', '/v1/vouchers', empty)).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload' },
    })
  })

  it('bodies that are no objects are read, and refused where they mean nothing (trap 4)', async () => {
    expect((await send('POST', '/v1/vouchers/TRAP/enable', json(null))).status).toBe(200)
    const tracked = await send(
      'POST',
      '/v1/vouchers/TRAP/redemption?tracking_id=track%2520id',
      json('track id'),
    )
    expect(tracked).toMatchObject({ status: 200, body: { result: 'SUCCESS' } })
    expect(tracked.body.tracking_id).toMatch(/^track_/)
    for (const body of [5, 'text', [1]])
      expect(await send('POST', '/v1/customers', json(body))).toMatchObject({
        status: 400,
        body: { key: 'invalid_payload' },
      })
  })

  it('codes and source ids arrive percent-encoded (trap 5)', async () => {
    expect((await send('GET', '/v1/vouchers/code%2F1%202')).body.code).toBe('code/1 2')
    await send('POST', '/v1/customers', json({ source_id: 'a b/ü+%' }))
    expect((await send('GET', '/v1/customers/a%20b%2F%C3%BC%2B%25')).body.source_id).toBe('a b/ü+%')
  })

  it('PHP writes booleans as numbers and lists as scalars (trap 6)', async () => {
    await send('POST', '/v1/vouchers/PHP', json(DISCOUNT))
    const filtered = await send('GET', '/v1/vouchers?filters[code][conditions][$in]=PHP&order=1')
    expect(filtered.body.vouchers.map(({ code }: { code: string }) => code)).toEqual(['PHP'])
    expect((await send('DELETE', '/v1/vouchers/PHP?force=1')).status).toBe(204)
    const validated = await send(
      'POST',
      '/v1/validations',
      json({
        redeemables: [{ object: 'voucher', id: 'TRAP' }],
        order: { object: 'order', amount: '20000' },
      }),
    )
    expect(validated.body).toMatchObject({ valid: true, order: { amount: 20_000 } })
  })

  it('PUT repeats what names the object, which changes nothing (trap 7)', async () => {
    const changed = await send(
      'PUT',
      '/v1/vouchers/TRAP-2',
      json({ code: 'OTHER', category: 'z', active: false }),
    )
    expect(changed.body).toMatchObject({ code: 'TRAP-2', category: 'z', active: false })
    await send('POST', '/v1/customers', json({ source_id: 's1' }))
    const customer = await send('PUT', '/v1/customers/s1', json({ source_id: 'other', name: 'M' }))
    expect(customer.body).toMatchObject({ source_id: 's1', name: 'M' })
  })

  it('old endpoints are told apart from vouchers of that name (trap 8)', async () => {
    expect(await send('POST', '/v1/vouchers/publish', json({ codes: ['TRAP'] }))).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload' },
    })
    await send('POST', '/v1/vouchers/SWITCHED', json(DISCOUNT))
    for (const [verb, active] of [
      ['disable', false],
      ['enable', true],
    ]) {
      const switched = await send('POST', `/v1/vouchers/${verb}`, json({ codes: ['SWITCHED'] }))
      expect(switched.status).toBe(200)
      expect((await send('GET', '/v1/vouchers/SWITCHED')).body.active).toBe(active)
    }
    expect((await send('GET', '/v1/vouchers/enable')).status).toBe(404)
    await send('POST', '/v1/vouchers/KEPT', json(DISCOUNT))
    expect((await send('DELETE', '/v1/vouchers/KEPT?force=false')).status).toBe(204)
    expect((await send('POST', '/v1/vouchers/KEPT', json(DISCOUNT))).status).toBe(409)
  })

  it('multipart uploads are taken (trap 9, R-HTTP-08, R-SDK-08)', async () => {
    const upload = {
      type: 'multipart/form-data; boundary=x',
      payload:
        '--x\r\ncontent-disposition: form-data; name="file"; filename="x.csv"\r\ncontent-type: text/csv\r\n\r\nCode\r\n--x--\r\n',
    }
    for (const [url, status] of [
      ['/v1/vouchers/importCSV', 202],
      ['/v1/customers/importCSV', 202],
      ['/v1/products/importCSV', 200],
    ] as const)
      expect(await send('POST', url, upload)).toMatchObject({
        status,
        body: { async_action_id: expect.stringMatching(/^aa_/) },
      })
  })

  it('scrolling through customers begins in the future and ends (trap 10)', async () => {
    for (let n = 0; n < 5; n += 1) {
      t.clock.advance(1_000)
      await send('POST', '/v1/customers', json({ source_id: `scroll-${n}` }))
    }
    const seen: string[] = []
    let after = '2200-01-01T00:00:00Z'
    for (let page = 0; page < 20; page += 1) {
      const { body } = await send('GET', `/v1/customers?limit=2&starting_after=${after}`)
      const rows: { source_id: string; created_at: string }[] = body.customers
      seen.push(...rows.map((row) => row.source_id))
      if (!body.has_more) break
      after = rows.map((row) => row.created_at).sort()[0] ?? ''
    }
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen.filter((id) => id.startsWith('scroll-'))).toHaveLength(5)
  })

  it('rollbacks bring reason and tracking id in the query, the customer in the body (trap 11)', async () => {
    const order = { source_id: 'trap-order', amount: 1_000 }
    const customer = { source_id: 'trap-customer' }
    const redeemables = [{ object: 'voucher', id: 'TRAP' }]
    const redeemed = await send('POST', '/v1/redemptions', json({ redeemables, order, customer }))
    const [{ id }] = redeemed.body.redemptions
    const url = `/v1/redemptions/${id}/rollback?reason=x%20y&tracking_id=t`
    expect(await send('POST', url, json({ customer }))).toMatchObject({
      status: 200,
      body: { object: 'redemption_rollback', reason: 'x y', tracking_id: 't' },
    })
  })

  it('the client-side API asks for its own keys, and takes what older pages write in the query (trap 12)', async () => {
    const url = '/client/v1/validate?code=A&item[0][product_id]=p1&session_type=LOCK'
    expect(await send('GET', url)).toMatchObject({ status: 401, body: { key: 'unauthorized' } })
  })
})
