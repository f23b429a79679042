import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { useSegment } from '../segment-source/support.ts'
import { aCouponCampaign, aMember, announced, aProduct, aProgram, aReward } from './support.ts'

const t = useTestApp()
const { told } = useSegment(t)

async function manage(method: 'POST' | 'GET', url: string) {
  const headers = { authorization: `Bearer ${t.keys.adminToken}` }
  return (await t.app.http.inject({ method, url, headers })).json()
}

const namesOf = (calls: readonly { event: string }[]) => calls.map(({ event }) => event)

describe('the Voucherify source', () => {
  it('is told of rewards as they happen (§17.6 examples 4 and 5, programs scenario 102)', async () => {
    const program = await aProgram(t, 100)
    const coupons = await aCouponCampaign(t)
    const coupon = await aReward(t, program, { parameters: { campaign: { id: coupons.id } } }, 10)
    const product = await aProduct(t)
    const mug = await aReward(t, program, { parameters: { product: { id: product.id } } }, 10)
    const { card, sourceId, customerId } = await aMember(t, program)
    const redeem = (id: string) =>
      t.call('POST', `/v1/loyalties/members/${card}/redemption`, { reward: { id } })
    await told()

    await redeem(coupon.id)
    const calls = await told()
    expect(namesOf(calls)).toEqual([
      'Redemption succeeded',
      'Publication succeeded',
      'Customer rewarded',
      'Reward redemption created',
      'Customer creates a reward redemption request',
      'Reward redemption completed',
      'Customer reward redemption completed',
    ])
    const events = calls.map(({ properties }) => properties.voucherifyEvent)
    expect(new Set(calls.map(({ userId }) => userId))).toEqual(new Set([sourceId]))
    expect(new Set(calls.map(({ messageId }) => messageId)).size).toBe(7)
    expect(new Set(events.map(({ group_id }) => group_id)).size).toBe(1)
    const known = (await announced(t, customerId))
      .map(({ type }) => type)
      .filter((type) => type !== 'customer.loyalty.updated')
    expect(known.slice(-5)).toEqual([...new Set(events.map(({ type }) => type))])

    await redeem(mug.id)
    expect(namesOf(await told())).toEqual([
      'Redemption succeeded',
      'Customer rewarded',
      'Reward redemption created',
      'Customer creates a reward redemption request',
    ])

    const { data } = await manage('GET', '/api/v1/reward-redemptions?state=PENDING')
    await manage('POST', `/api/v1/reward-redemptions/${data[0].id}/complete`)
    expect(namesOf(await told())).toEqual([
      'Reward redemption completed',
      'Customer reward redemption completed',
    ])
  })
})
