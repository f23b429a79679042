import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { aCouponCampaign, aMember, aProduct, aProgram, aReward } from './support.ts'

const t = useTestApp()

async function manage(method: 'POST' | 'PUT' | 'GET', url: string, body?: unknown) {
  const response = await t.app.http.inject({
    method,
    url,
    headers: { authorization: `Bearer ${t.keys.adminToken}`, 'content-type': 'application/json' },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  })
  return { status: response.statusCode, body: response.json() }
}

/** The rows of §17.2 that are queued for the Voucherify source, in the order in which they leave; it is empty then. */
async function takeQueued(): Promise<number[]> {
  const { rows } = await t.db.pool.query(
    'with taken as (delete from segment_source_message returning id, event_row) select * from taken order by id',
  )
  return rows.map(({ event_row }) => event_row)
}

describe('the Voucherify source', () => {
  it('is told of rewards as they happen (§17.6 examples 4 and 5, scenario 102)', async () => {
    await manage('PUT', '/api/v1/voucherify-source', {
      write_key: 'key',
      region: 'CUSTOM',
      endpoint: 'http://127.0.0.1:9',
    })
    const program = await aProgram(t, 100)
    const coupons = await aCouponCampaign(t)
    const coupon = await aReward(t, program, { parameters: { campaign: { id: coupons.id } } }, 10)
    const product = await aProduct(t)
    const mug = await aReward(t, program, { parameters: { product: { id: product.id } } }, 10)
    const { card } = await aMember(t, program)
    const redeem = (id: string) =>
      t.call('POST', `/v1/loyalties/members/${card}/redemption`, { reward: { id } })
    await takeQueued()

    await redeem(coupon.id)
    expect(await takeQueued()).toEqual([1, 13, 9, 7, 5, 8, 6])

    await redeem(mug.id)
    expect(await takeQueued()).toEqual([1, 9, 7, 5])

    const { data } = (await manage('GET', '/api/v1/reward-redemptions?state=PENDING')).body
    await manage('POST', `/api/v1/reward-redemptions/${data[0].id}/complete`)
    expect(await takeQueued()).toEqual([8, 6])
  })
})
