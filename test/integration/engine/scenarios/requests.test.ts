import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { createVoucher, redeeming } from '../redemptions/support.ts'

/* What holds for every request of the engine (engine-core §1 to §3, appendix B). */
const t = useTestApp()
const MEBIBYTES_10 = 10_485_760

describe('credentials', () => {
  it.each([
    ['a wrong token', { 'x-app-token': 'wrong' }],
    ['an application that there is not', { 'x-app-id': 'wrong' }],
    ['no token', { 'x-app-token': '' }],
  ])(
    'that are %s are refused with 401 (R-AUTH-01, R-ERR-01, scenario 114)',
    async (_case, headers) => {
      const answer = await t.call('GET', '/v1/vouchers', undefined, { headers })
      expect(answer).toMatchObject({
        status: 401,
        body: { code: 401, key: 'unauthorized', message: 'Unauthorized' },
      })
      expect(answer.headers['content-type']).toMatch(/^application\/json/)
    },
  )
})

describe('a body', () => {
  it('of more than 10 MB is refused with 413, one of 10 MB is read (R-HTTP-02, scenario 114)', async () => {
    const send = (bytes: number) => {
      const frame = JSON.stringify({ name: '' }).length
      return t.call('POST', '/v1/customers', { name: 'x'.repeat(bytes - frame) })
    }
    expect(await send(MEBIBYTES_10 + 1)).toMatchObject({
      status: 413,
      body: {
        statusCode: 413,
        error: 'Request Entity Too Large',
        message: 'Payload content length greater than maximum allowed: 10485760',
      },
    })
    expect((await send(MEBIBYTES_10)).body.key).toBe('invalid_payload')
  })

  it('may hold fields that are not known, and null for what is absent (R-HTTP-05, R-SDK-04)', async () => {
    const code = await createVoucher(t)
    const order = { amount: 1_000, currency: 'EUR', colour: 'red' }
    const validation = { ...redeeming(code), order, customer: null, unknown: { a: [1] } }
    expect((await t.call('POST', '/v1/validations', validation)).body).toMatchObject({
      valid: true,
      order: { total_amount: 900 },
    })
    const publication = { voucher: code, channel: null, campaign: null, metadata: null }
    const customer = { source_id: 'nulls' }
    expect(await t.call('POST', '/v1/publications', { ...publication, customer })).toMatchObject({
      status: 200,
      body: { channel: 'API', metadata: {} },
    })
  })

  it('may be as short as published clients write it (R-SDK-03)', async () => {
    const discount = { type: 'AMOUNT', amount_off: 1_000 }
    const voucher = { type: 'DISCOUNT_VOUCHER', discount }
    expect(await t.call('POST', '/v1/campaigns', { name: 'Short', voucher })).toMatchObject({
      status: 200,
      body: { name: 'Short', campaign_type: 'DISCOUNT_COUPONS' },
    })
    const short = { discount, redemption: { quantity: null } }
    expect(await t.call('POST', '/v1/vouchers/SHORT', short)).toMatchObject({
      status: 200,
      body: { type: 'DISCOUNT_VOUCHER', discount, redemption: { quantity: null } },
    })
  })
})

describe('an answer', () => {
  it('tells how many calls are left of how many (R-HTTP-01)', async () => {
    const { headers } = await t.call('GET', '/v1/vouchers')
    const [limit, remaining] = ['limit', 'remaining'].map((name) =>
      Number(headers[`x-rate-limit-${name}`]),
    )
    expect(remaining).toBeGreaterThan(0)
    expect(remaining).toBeLessThan(limit ?? 0)
    expect(Number(headers['x-rate-limit-retry'])).toBeGreaterThanOrEqual(
      t.clock.now().getTime() / 1_000,
    )
    expect(headers).not.toHaveProperty('retry-after')
  })

  it('is 405 for a method that a path does not have, and 415 for a form (R-HTTP-06)', async () => {
    expect(await t.call('PUT', '/v1/redemptions', {})).toMatchObject({
      status: 405,
      body: {
        code: 405,
        message: 'HTTP Method Not Allowed',
        details: 'PUT is not supported by this endpoint. Did you mean GET or POST?',
      },
    })
    // Everything else is read as JSON, whatever it is called.
    const headers = { 'content-type': 'multipart/form-data; boundary=x' }
    expect(await t.call('POST', '/v1/vouchers', {}, { headers })).toMatchObject({
      status: 415,
      body: { key: 'unsupported_media_type' },
    })
  })

  it('without content is empty (R-HTTP-07, R-SDK-06)', async () => {
    const code = await createVoucher(t)
    expect(await t.call('DELETE', `/v1/vouchers/${code}`)).toMatchObject({
      status: 204,
      body: undefined,
    })
  })

  it('leaves lists out that it has no entries of, where clients expect that (R-SDK-05)', async () => {
    const { body } = await t.call('POST', '/v1/validations', redeeming(await createVoucher(t)))
    expect(Object.values(body)).not.toContain(null)
    for (const absent of ['inapplicable_redeemables', 'skipped_redeemables']) {
      expect(body).not.toHaveProperty(absent)
    }
  })

  it('names things by a prefix and an opaque rest, and a person by the same hash always (R-ID-01, R-ID-04)', async () => {
    const code = await createVoucher(t)
    const of = async (source_id: string) => {
      const { body } = await t.call('POST', '/v1/redemptions', {
        ...redeeming(code),
        customer: { source_id },
      })
      expect(body.redemptions[0].id).toMatch(/^r_[0-9a-zA-Z]+$/)
      return body.redemptions[0].tracking_id
    }
    const tracking = await of('tracked')
    expect(tracking).toMatch(/^track_[\w+/=-]+$/)
    expect(tracking).not.toContain('tracked')
    expect(await of('tracked')).toBe(tracking)
    expect(await of('another')).not.toBe(tracking)
  })
})

describe('a request that is repeated without a key', () => {
  it('redeems again, on the one order of its source_id (R-HTTP-03)', async () => {
    const code = await createVoucher(t, { discount: { type: 'AMOUNT', amount_off: 100 } })
    const body = { ...redeeming(code), order: { source_id: 'again', amount: 10_000 } }
    const [first, second] = [
      await t.call('POST', '/v1/redemptions', body),
      await t.call('POST', '/v1/redemptions', body),
    ]
    expect(second.body.redemptions[0].id).not.toBe(first.body.redemptions[0].id)
    expect(second.body.order).toMatchObject({ id: first.body.order.id, discount_amount: 200 })
    expect(Object.keys(second.body.order.redemptions)).toHaveLength(2)
  })
})

describe('metadata', () => {
  it('are a map of texts, numbers, booleans, dates, places and lists of them (R-META-01)', async () => {
    const metadata = {
      text: 'x',
      number: 1.5,
      yes: true,
      date: '2026-06-01',
      place: '48.85,2.35',
      list: ['a', 'b'],
      nested: { a: 1 },
    }
    const code = await createVoucher(t, { metadata })
    expect((await t.call('GET', `/v1/vouchers/${code}`)).body.metadata).toEqual(metadata)
    const none = await createVoucher(t)
    expect((await t.call('GET', `/v1/vouchers/${none}`)).body.metadata).toEqual({})
  })
})
