import { describe, expect, it } from 'vitest'
import { useManagement } from '../../../support/projects.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { basic } from '../../pipeline/tracking/support.ts'

const t = useTestApp()
const management = useManagement(t)

describe('a second project', () => {
  it('works whole, with sources, destinations and the background work, and sees nothing of the first', async () => {
    const { keys } = await management.makeProject({ name: 'Second', timezone: 'Asia/Tokyo' })
    const admin = async (method: 'POST' | 'PUT', url: string, body: object) => {
      const answer = await management.admin(method, url, body, keys.adminToken)
      expect(answer, url).toMatchObject({ status: 200 })
      return answer.body
    }
    const address = t.app.pipeline.address()
    const website = await admin('POST', '/api/v1/sources', {
      nickname: 'Website',
      catalog: 'website',
    })
    await admin('POST', '/api/v1/destinations', {
      source_id: website.id,
      definition: 'voucherify-actions',
      settings: { apiKey: keys.appId, secretKey: keys.appToken, customURL: address },
      setup: 'quick',
      enabled: true,
    })
    const engine = await admin('POST', '/api/v1/sources', {
      nickname: 'Voucherify',
      catalog: 'voucherify',
    })
    await admin('PUT', '/api/v1/voucherify-source', {
      write_key: engine.write_keys[0],
      region: 'CUSTOM',
      endpoint: `${address}/v1`,
    })
    await t.call('POST', '/v1/customers', { source_id: 'ann', name: 'Ann of the first' })
    t.app.startWorkers()

    const tracked = await t.app.http.inject({
      method: 'POST',
      url: '/v1/identify',
      headers: { authorization: basic(website.write_keys[0]), 'content-type': 'application/json' },
      payload: JSON.stringify({ userId: 'ann', traits: { name: 'Ann of the second' } }),
    })
    expect(tracked.statusCode).toBe(200)
    const get = (url: string) => t.call('GET', url, undefined, { keys })
    const ann = await waitFor('the customer of the second project', async () => {
      const { status, body } = await get('/v1/customers/ann')
      return status === 200 && body
    })
    expect(ann.name).toBe('Ann of the second')
    expect((await t.call('GET', '/v1/customers/ann')).body.name).toBe('Ann of the first')

    await t.call(
      'POST',
      '/v1/vouchers/SECOND',
      { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 100 } },
      { keys },
    )
    expect((await t.call('GET', '/v1/vouchers/SECOND')).status).toBe(404)
    const redemption = {
      redeemables: [{ object: 'voucher', id: 'SECOND' }],
      order: { amount: 1_000 },
      customer: { source_id: 'ann' },
    }
    expect((await t.call('POST', '/v1/redemptions', redemption)).status).toBe(404)
    expect((await t.call('POST', '/v1/redemptions', redemption, { keys })).status).toBe(200)
    const log = t.app.pipeline.eventLog
    const inSecond = { projectId: keys.projectId, sourceId: engine.id, limit: 10 }
    const told = await waitFor('what the engine of the second project tells', async () => {
      const events = await log.list(inSecond)
      return events.length > 0 && events
    })
    expect(told[0]).toMatchObject({ event: 'Redemption succeeded', userId: 'ann' })
    expect(await log.list({ ...inSecond, projectId: t.keys.projectId })).toEqual([])
    await waitFor('the day of the second project', async () => {
      const { rows } = await t.db.pool.query('select 1 from nightly_run where project_id = $1', [
        keys.projectId,
      ])
      return rows.length > 0
    })
  })
})
