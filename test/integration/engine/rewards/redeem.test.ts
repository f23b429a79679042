import { describe, expect, it } from 'vitest'
import { drainEffects } from '../../../support/effects.ts'
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
  made,
  typesOf,
  unique,
} from './support.ts'

const t = useTestApp()

const redeem = (card: string, body: object, program?: { id: string }) =>
  t.call(
    'POST',
    program
      ? `/v1/loyalties/${program.id}/members/${card}/redemption`
      : `/v1/loyalties/members/${card}/redemption`,
    body,
  )

/** What was announced to a member since they joined. */
const happened = async (customerId: string) =>
  (await announced(t, customerId)).filter(
    ({ type }) => !['customer.created', 'customer.updated'].includes(type),
  )

async function aCouponReward(points = 100, more: object = {}) {
  const program = await aProgram(t, 345)
  const coupons = await aCouponCampaign(t, more)
  const reward = await aReward(t, program, { parameters: { campaign: { id: coupons.id } } }, points)
  return { program, coupons, reward }
}

describe('a reward that is a coupon', () => {
  it('costs its price and publishes a code (R-10, R-14, programs scenario 57)', async () => {
    const { program, coupons, reward } = await aCouponReward()
    const { card, customerId, sourceId } = await aMember(t, program)
    const { status, body } = await redeem(card, { reward: { id: reward.id }, metadata: { k: 1 } })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id: expect.stringMatching(/^r_/),
      object: 'redemption',
      customer_id: customerId,
      metadata: { k: 1 },
      amount: 100,
      result: 'SUCCESS',
      status: 'SUCCEEDED',
      order: null,
      related_object_type: 'voucher',
      voucher: {
        code: card,
        loyalty_card: { points: 345, balance: 245 },
        holder: { source_id: sourceId },
        validation_rules_assignments: { total: 0 },
      },
      reward: {
        customer: { source_id: sourceId },
        assignment_id: reward.assignment.id,
        id: reward.id,
        object: 'reward',
        type: 'CAMPAIGN',
        parameters: { campaign: { id: coupons.id, type: 'DISCOUNT_COUPONS' } },
        voucher: { campaign_id: coupons.id, holder_id: customerId },
      },
      loyalty_card: { points: 100 },
    })
    expect(await balanceOf(t, card)).toBe(245)
    const occurrences = (await happened(customerId)).slice(1)
    expect(typesOf(occurrences)).toEqual([
      'customer.redemption.succeeded',
      'customer.publication.succeeded',
      'customer.rewarded',
      'customer.reward_redemptions.created',
      'customer.reward_redemptions.completed',
    ])
    expect(new Set(occurrences.map(({ group_id }) => group_id)).size).toBe(1)
    const shown = (await t.call('GET', `/v1/redemptions/${body.id}`)).body
    expect(shown.reward).toEqual(body.reward)
  })

  it('is told with what it was and what it gave (§13.6)', async () => {
    const { program, reward } = await aCouponReward()
    const { card, customerId } = await aMember(t, program)
    const { body } = await redeem(card, { reward: { id: reward.id } }, program)
    const [redeemed, , rewarded, created, completed] = (await happened(customerId)).slice(1)
    const code = body.reward.voucher.code
    expect(redeemed?.data).toMatchObject({ redemption: { id: body.id, reward: { id: reward.id } } })
    expect(rewarded?.data).toMatchObject({
      customer: { id: customerId },
      holder: { id: customerId },
      voucher: { code: card },
      campaign: { id: program.id },
      redemption: { id: body.id },
      reward: { id: reward.id, assignment_id: reward.assignment.id, voucher: { code } },
      referral_tier: null,
      balance: null,
      custom_event: null,
      customer_event: null,
    })
    const reward_redemption = {
      id: expect.stringMatching(/^rewr_/),
      voucher_id: body.voucher.id,
      campaign_id: program.id,
      customer_id: customerId,
      reward_assignment_id: reward.assignment.id,
      source_id: body.id,
      source_type: 'redemption',
    }
    expect(created?.data).toMatchObject({
      reward_redemption: { ...reward_redemption, state: 'PENDING' },
      reward_assignment: reward.assignment,
      source: { id: body.id, type: 'redemption' },
    })
    expect(completed?.data).toMatchObject({
      reward_redemption: { ...reward_redemption, state: 'COMPLETED' },
      publication: { result: 'SUCCESS', voucher: { code } },
    })
  })

  it('is bought through the endpoint of redemptions, too', async () => {
    const { program, reward } = await aCouponReward()
    const { card, sourceId } = await aMember(t, program)
    const { status, body } = await t.call('POST', '/v1/redemptions', {
      redeemables: [
        { object: 'voucher', id: card, reward: { assignment_id: reward.assignment.id } },
      ],
      customer: { source_id: sourceId },
    })
    expect(status).toBe(200)
    expect(body.redemptions).toMatchObject([{ amount: 100, reward: { id: reward.id } }])
    expect(await balanceOf(t, card)).toBe(245)
    const { data } = (await t.call('GET', `/v1/vouchers/${card}/transactions`)).body
    expect(data[0]).toMatchObject({
      type: 'POINTS_REDEMPTION',
      details: { balance: { points: -100, balance: 245 }, reward: { id: reward.id } },
    })
  })
})

describe('a reward that goes onto a card', () => {
  it('gives a gift card first, and then tops it up (§9.3)', async () => {
    const program = await aProgram(t, 100)
    const gifts = await aGiftCampaign(t)
    const parameters = { campaign: { id: gifts.id, balance: 500 } }
    const reward = await aReward(t, program, { parameters }, 10)
    const { card, customerId } = await aMember(t, program)
    const first = (await redeem(card, { reward: { id: reward.id } })).body
    const gift = first.reward.voucher
    expect(gift).toMatchObject({ campaign_id: gifts.id, gift: { amount: 500, balance: 500 } })
    const second = (await redeem(card, { reward: { id: reward.id } })).body
    expect(second.reward.voucher).toMatchObject({ code: gift.code, gift: { balance: 1000 } })
    expect(typesOf((await happened(customerId)).slice(1, 7))).toEqual([
      'customer.redemption.succeeded',
      'customer.publication.succeeded',
      'customer.voucher.gift.balance_added',
      'customer.rewarded',
      'customer.reward_redemptions.created',
      'customer.reward_redemptions.completed',
    ])
    const { data } = (await t.call('GET', `/v1/vouchers/${gift.code}/transactions`)).body
    expect(data).toMatchObject([
      {
        type: 'CREDITS_ADDITION',
        source: 'Automation',
        details: {
          balance: { amount: 500, balance: 1000, operation_type: 'AUTOMATIC' },
          redemption: { id: second.id },
          reward: { id: reward.id },
        },
      },
      { type: 'CREDITS_ADDITION' },
    ])
  })

  it('adds points to the card of another program', async () => {
    const program = await aProgram(t, 100)
    const other = await aProgram(t, 7)
    const parameters = { campaign: { id: other.id, balance: 50 } }
    const reward = await aReward(t, program, { parameters }, 10)
    const { card, sourceId } = await aMember(t, program)
    const theirs = await aMember(t, other, sourceId)
    const { body } = await redeem(card, { reward: { id: reward.id } })
    expect(body.reward.voucher).toMatchObject({ code: theirs.card, loyalty_card: { balance: 57 } })
    expect(await balanceOf(t, card)).toBe(90)
    expect(await balanceOf(t, theirs.card)).toBe(57)
  })

  it('gives one card to a customer of many callers at the same time', async () => {
    const program = await aProgram(t, 320)
    const gifts = await aGiftCampaign(t)
    const parameters = { campaign: { id: gifts.id, balance: 5 } }
    const reward = await aReward(t, program, { parameters }, 10)
    const { card, customerId } = await aMember(t, program)
    const answers = await Promise.all(
      Array.from({ length: 32 }, () => redeem(card, { reward: { id: reward.id } })),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    const codes = new Set(answers.map(({ body }) => body.reward.voucher.code))
    expect(codes.size).toBe(1)
    expect(await balanceOf(t, [...codes][0])).toBe(32 * 5)
    expect(await balanceOf(t, card)).toBe(0)
    const { rows } = await t.db.pool.query(
      'select count(*)::int as count from voucher where campaign_id = $1 and holder_id = $2',
      [gifts.id, customerId],
    )
    expect(rows).toEqual([{ count: 1 }])
  })
})

describe('cards of two programs', () => {
  it('give their holder one card between them, whoever comes first', async () => {
    const gifts = await aGiftCampaign(t)
    const parameters = { campaign: { id: gifts.id, balance: 5 } }
    const customers = Array.from({ length: 16 }, () => unique('member'))
    const programs = [await aProgram(t, 10), await aProgram(t, 10)]
    const rewards = await Promise.all(
      programs.map((program) => aReward(t, program, { parameters }, 10)),
    )
    const members = await Promise.all(
      customers.flatMap((sourceId) =>
        programs.map(async (program, index) => ({
          ...(await aMember(t, program, sourceId)),
          rewardId: rewards[index]?.id,
        })),
      ),
    )
    const answers = await Promise.all(
      members.map(({ card, rewardId }) => redeem(card, { reward: { id: rewardId } })),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    const { rows } = await t.db.pool.query(
      'select holder_id, count(*)::int as count from voucher where campaign_id = $1 group by holder_id',
      [gifts.id],
    )
    expect(rows.map(({ count }) => count)).toEqual(customers.map(() => 1))
  })
})

describe('a reward that is a product', () => {
  it('waits to be sent (R-13, PR-3, programs scenario 58)', async () => {
    const program = await aProgram(t, 100)
    const product = await aProduct(t)
    const sku = await made(t, `/v1/products/${product.id}/skus`, { sku: 'Red', price: 900 })
    const parameters = { product: { id: product.id, sku_id: sku.id } }
    const reward = await aReward(t, program, { parameters, stock: 1 }, 10)
    const { card, customerId } = await aMember(t, program)
    const { body } = await redeem(card, { reward: { id: reward.id } })
    expect(body.reward).toMatchObject({
      product: { id: product.id, object: 'product' },
      sku: { id: sku.id, sku: 'Red', price: 900 },
    })
    expect((await t.call('GET', `/v1/rewards/${reward.id}`)).body).toMatchObject({
      stock: 0,
      redeemed: 1,
    })
    const other = await aMember(t, program)
    expect(await redeem(other.card, { reward: { id: reward.id } })).toMatchObject({
      status: 400,
      body: { key: 'reward_out_of_stock' },
    })
    const occurrences = await happened(customerId)
    expect(typesOf(occurrences.slice(1))).toEqual([
      'customer.redemption.succeeded',
      'customer.rewarded',
      'customer.reward_redemptions.created',
      'customer.reward_redemptions.pending',
    ])
    const short = { id: product.id, source_id: product.source_id, name: product.name }
    for (const { data } of occurrences.slice(2)) {
      expect((data['reward'] as { product: object }).product).toEqual(short)
    }
  })

  it('is given as often as there is stock to many callers at the same time', async () => {
    const program = await aProgram(t, 100)
    const product = await aProduct(t)
    const parameters = { product: { id: product.id } }
    const reward = await aReward(t, program, { parameters, stock: 5 }, 10)
    const members = await Promise.all(Array.from({ length: 32 }, () => aMember(t, program)))
    const answers = await Promise.all(
      members.map(({ card }) => redeem(card, { reward: { id: reward.id } })),
    )
    const keys = answers.map(({ status, body }) => (status === 200 ? 'redeemed' : body.key))
    expect(keys.filter((key) => key === 'redeemed')).toHaveLength(5)
    expect(keys.filter((key) => key === 'reward_out_of_stock')).toHaveLength(27)
    expect((await t.call('GET', `/v1/rewards/${reward.id}`)).body).toMatchObject({
      stock: 0,
      redeemed: 5,
    })
    const balances = await Promise.all(members.map(({ card }) => balanceOf(t, card)))
    expect(balances.filter((balance) => balance === 90)).toHaveLength(5)
  })
})

describe('a reward that costs less in a tier', () => {
  it('is bought at the price of the tier (R-10, L-57)', async () => {
    const { program, coupons, reward } = await aCouponReward(100)
    const [tier] = await made(t, `/v1/loyalties/${program.id}/tiers`, [
      {
        name: 'Gold',
        points: { from: 1 },
        rewards: { [reward.assignment.id]: { type: 'MULTIPLY', multiplier: 0.5 } },
      },
    ])
    const { card } = await aMember(t, program)
    await drainEffects(t)
    const { body } = await redeem(card, { reward: { id: reward.id } })
    expect(body).toMatchObject({
      amount: 50,
      reward: { loyalty_tier_id: tier.id, voucher: { campaign_id: coupons.id } },
    })
    expect(await balanceOf(t, card)).toBe(295)
  })
})

describe('GET /v1/loyalties/members/{memberId}/rewards', () => {
  it('lists what could be bought, the affordable alone where asked (programs scenario 56)', async () => {
    const { program, reward } = await aCouponReward(100)
    const product = await aProduct(t)
    const parameters = { product: { id: product.id } }
    const dear = await aReward(t, program, { parameters }, 1000)
    const { card } = await aMember(t, program)
    const url = `/v1/loyalties/members/${card}/rewards`
    const all = (await t.call('GET', url)).body
    expect(all).toMatchObject({
      object: 'list',
      data_ref: 'data',
      total: 2,
      data: [
        { reward: { id: reward.id }, assignment: reward.assignment, object: 'loyalty_reward' },
        { reward: { id: dear.id } },
      ],
    })
    const affordable = (await t.call('GET', `${url}?affordable_only=true`)).body
    expect(affordable).toMatchObject({ total: 1, data: [{ reward: { id: reward.id } }] })
  })
})
