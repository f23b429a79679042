import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { createVoucher, unique } from './support.ts'

const t = useTestApp()

describe('POST /v1/vouchers/publish', () => {
  it('answers older clients the voucher itself (trap 8)', async () => {
    const code = await createVoucher(t)
    const customer = { source_id: unique('ada') }
    const { status, body } = await t.call('POST', '/v1/vouchers/publish', {
      voucher: code,
      customer,
      channel: 'Email',
    })
    expect(status).toBe(200)
    expect(body).toEqual((await t.call('GET', `/v1/vouchers/${code}`)).body)
    expect(body).toMatchObject({ publish: { count: 1 }, holder_id: expect.any(String) })
    const { publications } = (await t.call('GET', `/v1/publications?voucher=${code}`)).body
    expect(publications).toMatchObject([{ channel: 'Email' }])
  })

  it('needs to be told what of (P-1)', async () => {
    const { status, body } = await t.call('POST', '/v1/publications', {
      customer: { source_id: 'ada' },
    })
    expect(status).toBe(400)
    expect(body).toMatchObject({
      key: 'missing_vouchers',
      message: 'Missing vouchers',
      details: 'Either Campaign or Voucher is required',
    })
  })

  it('gives one at a time', async () => {
    const wish = { campaign: { name: 'any', count: 2 }, customer: { source_id: 'ada' } }
    expect(await t.call('POST', '/v1/vouchers/publish', wish)).toMatchObject({
      status: 400,
      body: { key: 'too_many_vouchers_requested' },
    })
  })
})
