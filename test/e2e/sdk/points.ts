import { describe, expect, it } from 'vitest'
import { callEngine } from '../../support/server.ts'
import { waitFor } from '../../support/wait-for.ts'
import type { Sdk } from './use-sdk.ts'

/** What comes of points, with the methods that both SDKs have. */
export const pointsThroughSdk = (sdk: Sdk) =>
  describe('points', () => {
    let count = 0
    const unique = (name: string) => {
      count += 1
      return `${name} of points ${count}`
    }

    /** A member of a program of its own, whose card begins with `points`. */
    const aMember = async (points: number) => {
      const { loyalties } = sdk.client
      const { id: program } = await loyalties.create({
        name: unique('Program'),
        type: 'AUTO_UPDATE',
        voucher: { type: 'LOYALTY_CARD', loyalty_card: { points } },
      })
      const customer = { source_id: unique('member') }
      const { code } = await loyalties.createMember(program, { customer })
      const cardOf = async () => (await loyalties.getMember(program, code)).loyalty_card
      const until = (wanted: { balance?: number; pending_points?: number }) =>
        waitFor(`${JSON.stringify(wanted)} on ${code}`, async () => {
          const card = await cardOf()
          return Object.entries(wanted).every(([name, value]) => card[name] === value)
        })
      return { program, customer, code, cardOf, until }
    }
    /** A reward in a program, for so many points where it has a price. */
    const aReward = async (campaign: string, fields: object, points?: number) => {
      const { rewards } = sdk.client
      const { id } = await rewards.create({ name: unique('Reward'), ...fields })
      const parameters = points === undefined ? undefined : { loyalty: { points } }
      await rewards.createAssignment(id, { campaign, ...(parameters && { parameters }) })
      return { id }
    }
    const aCouponReward = async (campaign: string, points: number) => {
      const { id } = await sdk.client.campaigns.create({
        name: unique('Coupons'),
        type: 'AUTO_UPDATE',
        voucher: { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 500 } },
      })
      return aReward(campaign, { type: 'CAMPAIGN', parameters: { campaign: { id } } }, points)
    }

    it('are earned by events, by what they tell (§3.2)', async () => {
      const { events, loyalties } = sdk.client
      const member = await aMember(0)
      await loyalties.createEarningRule(member.program, [
        {
          event: 'review_left',
          loyalty: {
            type: 'PROPORTIONAL',
            calculation_type: 'CUSTOM_EVENT_METADATA',
            custom_event: { metadata: { property: 'stars', every: 1, points: 10 } },
          },
        },
      ])
      const { customer } = member
      await events.create('review_left', { customer, metadata: { stars: 4 } })
      await member.until({ balance: 40 })
    })

    it('are earned once when an order is paid, and not before', async () => {
      const { loyalties, orders } = sdk.client
      const member = await aMember(0)
      const loyalty = { type: 'FIXED', points: 5 }
      await loyalties.createEarningRule(member.program, [{ event: 'order.paid', loyalty }])
      const { id } = await orders.create({ customer: member.customer, amount: 1_000 })
      await orders.update({ id, status: 'PAID' })
      await orders.update({ id, metadata: { paid: 'twice' } })
      await orders.create({ customer: member.customer, amount: 1_000, status: 'PAID' })
      await member.until({ balance: 10 })
    })

    it('wait where their rule says so, and come when they are activated (L-40, L-42)', async () => {
      const { loyalties, orders } = sdk.client
      const member = await aMember(0)
      await loyalties.createEarningRule(member.program, [
        {
          event: 'order.paid',
          loyalty: { type: 'FIXED', points: 25 },
          pending_points: { period_type: 'DAY', period_value: 7 },
        },
      ])
      await orders.create({ customer: member.customer, amount: 1_000, status: 'PAID' })
      await member.until({ balance: 0, pending_points: 25 })
      // The SDKs have no methods for them.
      const path = `/v1/loyalties/members/${member.code}/pending-points`
      const { body } = await callEngine(sdk.server, path)
      expect(body.data).toMatchObject([{ points: 25, campaign_id: member.program }])
      await callEngine(sdk.server, `${path}/${body.data[0].id}/activate`, {})
      expect(await member.cardOf()).toMatchObject({ balance: 25, pending_points: 0 })
    })

    it('expire on the day that they were given for', async () => {
      const { loyalties } = sdk.client
      const { program, code, cardOf } = await aMember(0)
      await loyalties.addPoints(program, code, {
        points: 30,
        expiration_type: 'CUSTOM_DATE',
        expiration_date: '2099-05-01',
      })
      await loyalties.addPoints(program, code, { points: 12, expiration_type: 'NON_EXPIRING' })
      expect(await cardOf()).toMatchObject({
        balance: 42,
        next_expiration_date: '2099-05-01',
        next_expiration_points: 30,
      })
    })

    it('buy a coupon, which can be redeemed', async () => {
      const { loyalties, redemptions } = sdk.client
      const { program, code, cardOf } = await aMember(100)
      const reward = await aCouponReward(program, 60)
      const bought = await loyalties.redeemReward(program, code, { reward, metadata: { a: 1 } })
      expect(bought).toMatchObject({
        object: 'redemption',
        result: 'SUCCESS',
        amount: 60,
        metadata: { a: 1 },
        reward: { id: reward.id, type: 'CAMPAIGN', voucher: { discount: { amount_off: 500 } } },
        voucher: { code, loyalty_card: { points: 100, balance: 40 } },
      })
      const order = { amount: 2_000 }
      expect(await redemptions.redeem(bought.reward.voucher.code, { order })).toMatchObject({
        result: 'SUCCESS',
        order: { total_amount: 1_500 },
      })
      expect(await cardOf()).toMatchObject({ balance: 40 })
      await expect(loyalties.redeemReward(program, code, { reward })).rejects.toMatchObject({
        code: 400,
        key: 'loyalty_card_points_exceeded',
      })
    })

    it('buy a coupon through redemptions as well', async () => {
      const { redemptions } = sdk.client
      const { program, customer, code, cardOf } = await aMember(100)
      const reward = await aCouponReward(program, 30)
      const redemption = await redemptions.redeem(code, { customer, reward })
      expect(redemption).toMatchObject({ result: 'SUCCESS', reward: { id: reward.id } })
      expect(await cardOf()).toMatchObject({ balance: 70 })
    })

    it('pay for an order, and come back when that is rolled back (R-11, R-15)', async () => {
      const { loyalties, redemptions } = sdk.client
      const { program, code, cardOf } = await aMember(5_000)
      const coin = { exchange_ratio: 20, points_ratio: 100 }
      const reward = await aReward(program, { type: 'COIN', parameters: { coin } })
      const paid = await loyalties.redeemReward(program, code, {
        reward: { id: reward.id, points: 100 },
        order: { amount: 45_000 },
      })
      expect(paid).toMatchObject({
        result: 'SUCCESS',
        amount: 100,
        reward: { type: 'COIN', parameters: { coin } },
        order: { amount: 45_000, total_discount_amount: 2_000, total_amount: 43_000 },
      })
      expect(await cardOf()).toMatchObject({ balance: 4_900 })
      expect(await redemptions.rollback(paid.id, 'returned')).toMatchObject({
        object: 'redemption_rollback',
        result: 'SUCCESS',
        redemption: paid.id,
      })
      expect(await cardOf()).toMatchObject({ balance: 5_000 })
    })

    it('buy what is in stock, and no more', async () => {
      const { loyalties, products, rewards } = sdk.client
      const { program, code, cardOf } = await aMember(100)
      const mug = await products.create({ name: 'Mug', source_id: unique('mug') })
      const reward = await aReward(
        program,
        { type: 'MATERIAL', stock: 2, parameters: { product: { id: mug.id } } },
        10,
      )
      const answers = await Promise.allSettled(
        Array.from({ length: 5 }, () => loyalties.redeemReward(program, code, { reward })),
      )
      const bought = answers.filter(({ status }) => status === 'fulfilled')
      expect(bought).toHaveLength(2)
      expect(bought).toMatchObject([
        { value: { reward: { product: { id: mug.id } } } },
        { value: { reward: { product: { id: mug.id } } } },
      ])
      expect(await cardOf()).toMatchObject({ balance: 80 })
      expect(await rewards.get(reward.id)).toMatchObject({ stock: 0, redeemed: 2 })
    })
  })

/** What tiers change about earning and spending. */
export const pointsOfTiersThroughSdk = (sdk: Sdk) =>
  it('points of tiers are earned faster, and buy more (L-50)', async () => {
    const { campaigns, loyalties, orders, rewards } = sdk.client
    const { id } = await loyalties.create({
      name: 'Program with better tiers',
      type: 'AUTO_UPDATE',
      voucher: { type: 'LOYALTY_CARD', loyalty_card: { points: 60 } },
    })
    const [rule] = await loyalties.createEarningRule(id, [
      { event: 'order.paid', loyalty: { type: 'FIXED', points: 20 } },
    ])
    const coupons = await campaigns.create({
      name: 'Coupons for better tiers',
      type: 'AUTO_UPDATE',
      voucher: { type: 'DISCOUNT_VOUCHER', discount: { type: 'PERCENT', percent_off: 10 } },
    })
    const reward = await rewards.create({
      name: 'Reward of better tiers',
      type: 'CAMPAIGN',
      parameters: { campaign: { id: coupons.id } },
    })
    const [assignment] = await loyalties.createRewardAssignments(id, [
      { reward: reward.id, parameters: { loyalty: { points: 50 } } },
    ])
    const [silver] = await loyalties.createTiers(id, [
      {
        name: 'Silver',
        points: { from: 50, to: 1_000 },
        earning_rules: { [rule.id]: { type: 'MULTIPLY', multiplier: 2 } },
        rewards: { [assignment.id]: { type: 'CUSTOM', points: 30 } },
      },
    ])
    expect(await loyalties.listLoyaltyTierEarningRules(id, silver.id)).toMatchObject({
      object: 'list',
      data_ref: 'data',
      data: [{ id: rule.id }],
    })
    expect(await loyalties.listLoyaltyTierRewards(id, silver.id)).toMatchObject({
      object: 'list',
      data_ref: 'data',
      data: [{ object: 'loyalty_tier_reward', reward: { id: reward.id } }],
    })

    const customer = { source_id: 'silver-member' }
    const { code } = await loyalties.createMember(id, { customer })
    const cardOf = async () => (await loyalties.getMember(id, code)).loyalty_card
    await waitFor('a tier', async () => {
      const { data } = await loyalties.listMemberLoyaltyTiers(code)
      return data[0]?.id === silver.id
    })
    await orders.create({ customer, amount: 1_000, status: 'PAID' })
    await waitFor('twice 20 points', async () => (await cardOf()).balance === 100)
    expect(await loyalties.redeemReward(id, code, { reward: { id: reward.id } })).toMatchObject({
      amount: 30,
      reward: { loyalty_tier_id: silver.id },
    })
    expect(await cardOf()).toMatchObject({ balance: 70 })
  })
