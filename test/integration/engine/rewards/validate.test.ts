import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { aCouponCampaign, aMember, aProgram, aReward, balanceOf, unique } from './support.ts'

const t = useTestApp()

async function aCard(points: number, reward: { parameters: object }, price?: number) {
  const program = await aProgram(t, points)
  const { id } = await aReward(t, program, reward, price)
  return { ...(await aMember(t, program)), rewardId: id }
}

const redeemablesOf = (card: string, reward: object) => [{ object: 'voucher', id: card, reward }]

describe('POST /v1/validations of a loyalty card', () => {
  it('tells what a reward would cost, and takes nothing (R-RED-07, R-DISC-18)', async () => {
    const coupons = await aCouponCampaign(t)
    const parameters = { campaign: { id: coupons.id } }
    const { card, sourceId, rewardId } = await aCard(100, { parameters }, 40)
    const { status, body } = await t.call('POST', '/v1/validations', {
      redeemables: redeemablesOf(card, { id: rewardId }),
      customer: { source_id: sourceId },
      order: { amount: 5000 },
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      valid: true,
      redeemables: [{ status: 'APPLICABLE', result: { loyalty_card: { points: 40 } } }],
      order: { amount: 5000, total_amount: 5000 },
    })
    expect(await balanceOf(t, card)).toBe(100)
  })

  it('takes points off the order, and reserves them for a session (R-SES-01, R-SES-03, R-11)', async () => {
    const parameters = { coin: { exchange_ratio: 1, points_ratio: 10 } }
    const { card, sourceId, rewardId } = await aCard(100, { parameters })
    const wish = (points: number, session?: object) => ({
      redeemables: redeemablesOf(card, { id: rewardId, points }),
      customer: { source_id: sourceId },
      order: { amount: 5000 },
      ...(session && { session }),
    })
    const key = unique('ssn')
    const { body } = await t.call(
      'POST',
      '/v1/validations',
      wish(80, { type: 'LOCK', key, ttl: 1, ttl_unit: 'HOURS' }),
    )
    expect(body).toMatchObject({ valid: true, order: { total_amount: 4200 } })
    expect(await t.call('POST', '/v1/redemptions', wish(50))).toMatchObject({
      status: 400,
      body: { key: 'loyalty_card_points_exceeded' },
    })
    const redeemed = await t.call('POST', '/v1/redemptions', wish(80, { type: 'LOCK', key }))
    expect(redeemed.status).toBe(200)
    expect(await balanceOf(t, card)).toBe(20)
    expect((await t.call('POST', '/v1/redemptions', wish(20))).status).toBe(200)
  })
})
