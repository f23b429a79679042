import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import {
  aCouponCampaign,
  aGiftCampaign,
  aMember,
  announced,
  aProduct,
  aProgram,
  aReward,
  balanceOf,
  typesOf,
} from './support.ts'

const t = useTestApp()

const redeem = async (card: string, id: string) =>
  (await t.call('POST', `/v1/loyalties/members/${card}/redemption`, { reward: { id } })).body
const rollBack = (id: string) => t.call('POST', `/v1/redemptions/${id}/rollback`, {})

async function manage(method: 'GET' | 'POST', url: string, keys = t.keys) {
  const response = await t.app.http.inject({
    method,
    url,
    headers: { authorization: `Bearer ${keys.adminToken}` },
  })
  return { status: response.statusCode, body: response.json() }
}

async function aProductReward(stock: number) {
  const program = await aProgram(t, 100)
  const product = await aProduct(t)
  const parameters = { product: { id: product.id } }
  const reward = await aReward(t, program, { parameters, stock }, 10)
  const member = await aMember(t, program)
  const redemption = await redeem(member.card, reward.id)
  const waiting = (await manage('GET', '/api/v1/reward-redemptions?state=PENDING&limit=100')).body
  const given = waiting.data.find(
    (each: { redemption_id: string }) => each.redemption_id === redemption.id,
  )
  return { reward, member, redemption, given }
}

describe('rolling back a redemption of points', () => {
  it('gives the points back and tells that it gives nothing any more (R-15, programs scenario 61)', async () => {
    const program = await aProgram(t, 345)
    const coupons = await aCouponCampaign(t)
    const parameters = { campaign: { id: coupons.id } }
    const reward = await aReward(t, program, { parameters }, 100)
    const { card, customerId } = await aMember(t, program)
    const { id, reward: given } = await redeem(card, reward.id)
    const { status, body } = await rollBack(id)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      amount: -100,
      loyalty_card: { points: -100 },
      reward: { id: reward.id, voucher: { code: given.voucher.code } },
    })
    expect(await balanceOf(t, card)).toBe(345)
    const { data } = (await t.call('GET', `/v1/vouchers/${card}/transactions`)).body
    expect(data[0]).toMatchObject({
      type: 'POINTS_REFUND',
      details: {
        balance: { points: 100 },
        redemption: { id },
        rollback: { id: body.id },
        reward: { id: reward.id },
      },
    })
    const last = (await announced(t, customerId)).slice(-2)
    expect(typesOf(last)).toEqual([
      'customer.redemption.rollback.succeeded',
      'customer.reward_redemptions.rolledback',
    ])
    expect(last[1]?.data).toMatchObject({
      voucher: { code: card },
      campaign: { id: program.id },
      reward_redemption: { state: 'ROLLED_BACK', source_id: id },
      reward: { voucher: { code: given.voucher.code } },
    })
    // The code stays the customer's.
    expect((await t.call('GET', `/v1/vouchers/${given.voucher.code}`)).body).toMatchObject({
      active: true,
      holder_id: customerId,
    })
    expect(await rollBack(id)).toMatchObject({ status: 400, body: { key: 'already_rolled_back' } })
  })

  it('leaves on a gift card what was put there (R-15)', async () => {
    const program = await aProgram(t, 100)
    const gifts = await aGiftCampaign(t)
    const parameters = { campaign: { id: gifts.id, balance: 500 } }
    const reward = await aReward(t, program, { parameters }, 10)
    const { card } = await aMember(t, program)
    const { id, reward: given } = await redeem(card, reward.id)
    expect((await rollBack(id)).status).toBe(200)
    expect(await balanceOf(t, card)).toBe(100)
    expect(await balanceOf(t, given.voucher.code)).toBe(500)
  })

  it('returns a product to the stock once, whoever asks at the same time (R-15)', async () => {
    const { reward, member, redemption } = await aProductReward(5)
    const answers = await Promise.all(Array.from({ length: 32 }, () => rollBack(redemption.id)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect((await t.call('GET', `/v1/rewards/${reward.id}`)).body).toMatchObject({
      stock: 5,
      redeemed: 0,
    })
    expect(await balanceOf(t, member.card)).toBe(100)
  })
})

describe('/api/v1/reward-redemptions', () => {
  it('notes that a product was sent (R-13, programs scenario 58)', async () => {
    const { reward, member, redemption, given } = await aProductReward(1)
    expect(given).toMatchObject({
      state: 'PENDING',
      redemption_id: redemption.id,
      customer_id: member.customerId,
      reward: { id: reward.id, product: { object: 'product' } },
    })
    const url = `/api/v1/reward-redemptions/${given.id}/complete`
    const stranger = await t.addProject()
    expect((await manage('POST', url, stranger)).status).toBe(404)
    expect(await manage('POST', url)).toMatchObject({
      status: 200,
      body: { id: given.id, state: 'COMPLETED' },
    })
    const [last] = (await announced(t, member.customerId)).slice(-1)
    expect(last).toMatchObject({
      type: 'customer.reward_redemptions.completed',
      data: {
        customer: { id: member.customerId },
        holder: { id: member.customerId },
        reward_redemption: { id: given.id, state: 'COMPLETED' },
        source: { id: redemption.id, type: 'redemption' },
      },
    })
    expect(await manage('POST', url)).toMatchObject({
      status: 400,
      body: { key: 'invalid_reward_redemption_state' },
    })
  })

  it('completes one that many confirm at the same time once', async () => {
    const { member, given } = await aProductReward(1)
    const url = `/api/v1/reward-redemptions/${given.id}/complete`
    const answers = await Promise.all(Array.from({ length: 32 }, () => manage('POST', url)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const types = typesOf(await announced(t, member.customerId))
    expect(types.filter((type) => type === 'customer.reward_redemptions.completed')).toHaveLength(1)
  })

  it('completes nothing that was rolled back', async () => {
    const { redemption, given } = await aProductReward(1)
    expect((await rollBack(redemption.id)).status).toBe(200)
    expect(await manage('POST', `/api/v1/reward-redemptions/${given.id}/complete`)).toMatchObject({
      status: 400,
      body: { key: 'invalid_reward_redemption_state' },
    })
  })

  it('completes what somebody waited for who was deleted meanwhile, and tells it to no feed', async () => {
    const { member, given } = await aProductReward(1)
    expect((await t.call('DELETE', `/v1/customers/${member.sourceId}`)).status).toBe(204)
    expect(await manage('POST', `/api/v1/reward-redemptions/${given.id}/complete`)).toMatchObject({
      status: 200,
      body: { state: 'COMPLETED', customer_id: member.customerId },
    })
    const { rows } = await t.db.pool.query(
      `select customer_id, data from occurrence where type = 'customer.reward_redemptions.completed'
        order by id desc limit 1`,
    )
    expect(rows).toMatchObject([
      { customer_id: null, data: { customer: null, reward_redemption: { id: given.id } } },
    ])
  })
})
