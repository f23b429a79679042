import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import {
  aMember,
  announced,
  aProgram,
  aReward,
  balanceOf,
  made,
  typesOf,
  unique,
} from './support.ts'

const t = useTestApp()

const redeem = (card: string, body: object) =>
  t.call('POST', `/v1/loyalties/members/${card}/redemption`, body)

const coinReward = async (exchange_ratio: number, points_ratio: number, points: number) => {
  const program = await aProgram(t, points)
  const reward = await aReward(t, program, {
    parameters: { coin: { exchange_ratio, points_ratio } },
  })
  return { reward, member: await aMember(t, program) }
}

describe('points that pay', () => {
  const order = { amount: 45_000 }

  it('take so much off the order (R-11, R-12, programs scenario 59)', async () => {
    const { reward, member } = await coinReward(20, 100, 5000)
    const { body } = await redeem(member.card, { reward: { id: reward.id, points: 100 }, order })
    expect(body).toMatchObject({
      amount: 100,
      loyalty_card: { points: 100 },
      reward: { type: 'COIN', parameters: { coin: { exchange_ratio: 20, points_ratio: 100 } } },
      order: {
        status: 'PAID',
        amount: 45_000,
        discount_amount: 2000,
        total_discount_amount: 2000,
        applied_discount_amount: 2000,
        total_amount: 43_000,
      },
    })
    const stored = (await t.call('GET', `/v1/orders/${body.order.id}`)).body
    expect(stored.redemptions[body.id]).toMatchObject({
      related_object_type: 'voucher',
      related_object_id: body.voucher.id,
      related_object_parent_id: body.voucher.campaign_id,
    })
    expect(await balanceOf(t, member.card)).toBe(4900)
  })

  it('are as many as the order takes where nobody says how many (R-11, programs scenario 59)', async () => {
    const { reward, member } = await coinReward(20, 100, 5000)
    const { body } = await redeem(member.card, { reward: { id: reward.id }, order })
    expect(body).toMatchObject({
      amount: 2300,
      order: { discount_amount: 45_000, total_amount: 0 },
    })
  })

  it('are worth fractions of the currency (R-11)', async () => {
    const { reward, member } = await coinReward(0.01, 1, 600)
    const { body } = await redeem(member.card, { reward: { id: reward.id, points: 500 }, order })
    expect(body).toMatchObject({ amount: 500, order: { discount_amount: 500 } })
  })

  it('are given for at once, and told so (R-13, R-14)', async () => {
    const { reward, member } = await coinReward(20, 100, 500)
    await redeem(member.card, { reward: { id: reward.id, points: 100 }, order })
    const told = (await announced(t, member.customerId)).filter(({ type }) =>
      /redemption|rewarded|order/.test(type),
    )
    expect(typesOf(told)).toEqual([
      'customer.redemption.succeeded',
      'customer.rewarded',
      'customer.reward_redemptions.created',
      'customer.reward_redemptions.completed',
      'customer.order.created',
      'customer.order.paid',
    ])
    expect(told.at(3)?.data).toMatchObject({ reward_redemption: { state: 'COMPLETED' } })
    expect(new Set(told.map(({ group_id }) => group_id)).size).toBe(1)
  })

  it('take off no more than the order costs (R-11)', async () => {
    const { reward, member } = await coinReward(20, 100, 5000)
    const { body } = await redeem(member.card, {
      reward: { id: reward.id, points: 300 },
      order: { amount: 4_500 },
    })
    expect(body).toMatchObject({
      result: 'SUCCESS',
      order: { discount_amount: 4_500, total_amount: 0 },
    })
  })

  it('need an order, and enough of them', async () => {
    const { reward, member } = await coinReward(20, 100, 150)
    const { id } = reward
    expect(await redeem(member.card, { reward: { id } })).toMatchObject({
      status: 400,
      body: { key: 'missing_order' },
    })
    expect(await redeem(member.card, { reward: { id, points: 50 }, order })).toMatchObject({
      status: 400,
      body: { key: 'invalid_amount' },
    })
    expect(await redeem(member.card, { reward: { id, points: 200 }, order })).toMatchObject({
      status: 400,
      body: { key: 'loyalty_card_points_exceeded' },
    })
  })

  it('are spent once by many callers at the same time', async () => {
    const { reward, member } = await coinReward(1, 100, 500)
    const answers = await Promise.all(
      Array.from({ length: 32 }, () =>
        redeem(member.card, { reward: { id: reward.id, points: 100 }, order }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5)
    expect(await balanceOf(t, member.card)).toBe(0)
  })

  it('are asked for by the rules of their assignment, too (§9.2)', async () => {
    const program = await aProgram(t, 500)
    const rule = await made(t, '/v1/validation-rules', {
      name: unique('rule'),
      rules: { '1': { name: 'order.amount', conditions: { $more_than: [1000] } }, logic: '1' },
    })
    const { id } = await made(t, '/v1/rewards', {
      parameters: { coin: { exchange_ratio: 1, points_ratio: 1 } },
    })
    await made(t, `/v1/rewards/${id}/assignments`, {
      campaign: program.id,
      validation_rules: [rule.id],
    })
    const { card } = await aMember(t, program)
    const buy = (amount: number) => redeem(card, { reward: { id, points: 1 }, order: { amount } })
    expect(await buy(900)).toMatchObject({ status: 400, body: { key: 'order_rules_violated' } })
    expect((await buy(1100)).status).toBe(200)
  })
})
