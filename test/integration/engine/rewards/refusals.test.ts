import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { aCouponCampaign, aMember, aProgram, aReward, balanceOf, made, unique } from './support.ts'

const t = useTestApp()

const redeem = (card: string, body: object, program?: { id: string }) =>
  t.call(
    'POST',
    program
      ? `/v1/loyalties/${program.id}/members/${card}/redemption`
      : `/v1/loyalties/members/${card}/redemption`,
    body,
  )

async function aCouponReward(points = 100, more: object = {}) {
  const program = await aProgram(t, 345)
  const coupons = await aCouponCampaign(t, more)
  const reward = await aReward(t, program, { parameters: { campaign: { id: coupons.id } } }, points)
  return { program, reward }
}

describe('a reward', () => {
  it('is refused without points, without reward and to others (R-10, programs scenario 60)', async () => {
    const { program, reward } = await aCouponReward(400)
    const { card, sourceId } = await aMember(t, program)
    expect(await redeem(card, { reward: { id: reward.id } })).toMatchObject({
      status: 400,
      body: {
        key: 'loyalty_card_points_exceeded',
        message: 'loyalty card points exceeded',
        details: card,
      },
    })
    expect(await redeem(card, {})).toMatchObject({ status: 400, body: { key: 'missing_reward' } })
    const stack = (customer: object, wish: object = {}) =>
      t.call('POST', '/v1/redemptions', {
        redeemables: [{ object: 'voucher', id: card, ...wish }],
        customer,
      })
    expect(await stack({ source_id: sourceId })).toMatchObject({
      status: 400,
      body: {
        key: 'missing_reward',
        message: 'Missing reward',
        details: 'A reward is required when redeeming a LOYALTY_CARD',
      },
    })
    expect(
      await stack({ source_id: unique('other') }, { reward: { id: reward.id } }),
    ).toMatchObject({
      status: 400,
      body: {
        key: 'invalid_customer',
        message: 'Customer must be a holder of a loyalty card.',
        details: card,
      },
    })
    expect(await redeem(card, { reward: { id: 'rew_none' } })).toMatchObject({
      status: 404,
      body: { details: 'Cannot find reward with id rew_none' },
    })
    expect(await balanceOf(t, card)).toBe(345)
  })

  it('is refused to a card that nobody holds, and where the program does not have it (R-10, P-8)', async () => {
    const { program, reward } = await aCouponReward()
    const free = await made(t, `/v1/campaigns/${program.id}/vouchers`, {})
    expect(await redeem(free.code, { reward: { id: reward.id } })).toMatchObject({
      status: 400,
      body: { key: 'invalid_customer', message: 'Customer must be a holder of a loyalty card.' },
    })
    const { card } = await aMember(t, program)
    const { reward: elsewhere } = await aCouponReward()
    expect(await redeem(card, { reward: { id: elsewhere.id } })).toMatchObject({
      status: 404,
      body: { key: 'not_found' },
    })
    expect(await balanceOf(t, card)).toBe(345)
  })

  it('is refused where the campaign has no code left', async () => {
    const { program, reward } = await aCouponReward(100, { type: 'STATIC', vouchers_count: 1 })
    const ann = await aMember(t, program)
    const bob = await aMember(t, program)
    expect((await redeem(ann.card, { reward: { id: reward.id } })).status).toBe(200)
    expect(await redeem(bob.card, { reward: { id: reward.id } })).toMatchObject({
      status: 400,
      body: { key: 'no_voucher_suitable_for_publication' },
    })
    expect(await balanceOf(t, bob.card)).toBe(345)
  })

  it('is found of members of the program alone', async () => {
    const { program, reward } = await aCouponReward()
    const { card } = await aMember(t, program)
    const other = await aProgram(t)
    const wish = { reward: { id: reward.id } }
    expect((await redeem(card, wish, other)).status).toBe(404)
    expect((await redeem('unknown', wish)).status).toBe(404)
  })
})
