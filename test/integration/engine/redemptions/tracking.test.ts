import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { createVoucher } from './support.ts'

const t = useTestApp()
const order = { amount: 10_000 }

type Asked = { customer?: object; tracking_id?: string | undefined }

/** What the calls are answered that a page makes one after another. */
async function ask(asked: Asked) {
  const redeemables = [{ object: 'voucher', id: await createVoucher(t) }]
  const body = { redeemables, order, ...asked }
  const validated = await t.call('POST', '/v1/validations', body)
  const qualified = await t.call('POST', '/v1/qualifications', { order, ...asked })
  const redeemed = await t.call('POST', '/v1/redemptions', body)
  const told = redeemed.body.redemptions?.[0]
  return {
    results: [validated, qualified, redeemed].map(({ status, body }) => body.key ?? status),
    told: [validated.body.tracking_id, qualified.body.tracking_id, told?.tracking_id ?? undefined],
    customerId: told?.customer_id,
  }
}

const ALL_WELL = [200, 200, 200]

describe('a tracking id that is told back (C-16)', () => {
  it('is the same whether a customer is named by source_id, id, or both', async () => {
    const { told, customerId: id } = await ask({ customer: { source_id: 'known' } })
    const [tracking_id] = told
    expect(told).toEqual([tracking_id, tracking_id, tracking_id])
    for (const customer of [{ id }, { source_id: 'known' }, { id, source_id: 'ignored' }]) {
      const again = await ask({ customer, tracking_id })
      expect(again).toEqual({ results: ALL_WELL, told, customerId: id })
    }
    const { results } = await ask({ customer: { source_id: 'another' }, tracking_id })
    expect(results).toEqual(Array(3).fill('ambiguous_tracking_id'))
  })

  it('does not stand in the way of somebody without a source_id, who gets one later', async () => {
    const guest = { email: 'guest@example.com' }
    const first = await ask({ customer: guest })
    const [, , tracking_id] = first.told
    const { id } = (await t.call('POST', '/v1/customers', guest)).body
    for (const customer of [
      guest,
      { id },
      { id, source_id: 'ignored' },
      { source_id: 'signed-up' },
    ]) {
      expect((await ask({ customer, tracking_id })).results).toEqual(ALL_WELL)
    }
  })

  it('is told of a visitor by the name the caller made up, and does not bind who is named later', async () => {
    const visitor = await ask({ tracking_id: 'some browser' })
    const [tracking_id] = visitor.told
    expect(tracking_id).toMatch(/^track_/)
    expect(tracking_id).not.toContain('browser')
    expect((await ask({ tracking_id })).told).toEqual(visitor.told)
    const named = await ask({ customer: { source_id: 'named' }, tracking_id })
    expect(named.results).toEqual(ALL_WELL)
    expect(named.told[0]).not.toBe(tracking_id)
  })

  it('may be the source_id itself, as publications tell it', async () => {
    const customer = { source_id: 'track_me' }
    expect((await ask({ customer, tracking_id: 'track_me' })).results).toEqual(ALL_WELL)
  })
})
