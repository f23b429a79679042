import { beforeAll, describe, expect, it } from 'vitest'
import { waitFor } from '../../support/wait-for.ts'
import { download, type Sdk } from './use-sdk.ts'

export const loyaltiesThroughSdk = (sdk: Sdk) =>
  describe('loyalties', () => {
    let program = ''
    let count = 0
    const name = (of: string) => {
      count += 1
      return `${of} ${count}`
    }
    const create = (fields: object = {}) =>
      sdk.client.loyalties.create({
        name: name('Program'),
        type: 'AUTO_UPDATE',
        voucher: { type: 'LOYALTY_CARD', loyalty_card: { points: 100 } },
        ...fields,
      })
    const join = async (source_id = name('member')): Promise<string> =>
      (await sdk.client.loyalties.createMember(program, { customer: { source_id } })).code
    const balanceOf = async (code: string): Promise<number> =>
      (await sdk.client.loyalties.getMember(program, code)).loyalty_card.balance

    beforeAll(async () => {
      program = (await create()).id
    })

    it('are created, listed, changed and deleted', async () => {
      const { loyalties } = sdk.client
      const created = await create({ description: 'Old' })
      expect(created).toMatchObject({ campaign_type: 'LOYALTY_PROGRAM', description: 'Old' })
      expect(await loyalties.list({ limit: 1 })).toMatchObject({ campaigns: [{ id: created.id }] })
      await loyalties.update({ id: created.id, description: 'New' })
      expect(await loyalties.get(created.name)).toMatchObject({ description: 'New' })
      expect(await loyalties.delete(created.id)).toMatchObject({
        async_action_id: expect.stringMatching(/^aa_/),
      })
    })

    it('have members with a balance, an activity and a ledger', async () => {
      const { loyalties } = sdk.client
      const code = await join('first-member')
      expect(await loyalties.listMembers(program, { customer: 'first-member' })).toMatchObject({
        data_ref: 'vouchers',
        vouchers: [{ code, loyalty_card: { points: 100, balance: 100 } }],
      })
      expect(
        await loyalties.addOrRemoveCardBalance(code, { points: 10_000, reason: 'Sorry' }),
      ).toMatchObject({ points: 10_000, total: 10_100, balance: 10_100 })
      await loyalties.addOrRemoveCardBalance(code, { points: -100 }, program)
      await loyalties.addPoints(program, code, { points: 1, expiration_type: 'NON_EXPIRING' })
      expect(await balanceOf(code)).toBe(10_001)
      expect(await loyalties.getMember(null, code)).toMatchObject({ code })
      const of = { limit: 100 }
      expect((await loyalties.listCardTransactions(code, program, of)).data).toHaveLength(3)
      expect((await loyalties.listCardTransactions(code, null, { limit: 1 })).has_more).toBe(true)
      expect((await loyalties.listMemberActivity(program, code, of)).data.at(-1)).toMatchObject({
        type: 'customer.publication.succeeded',
      })
      const older = await loyalties.getMemberActivities(program, code)
      expect(older).toMatchObject({ object: 'list', data_ref: 'activities', total: 3 })
      expect(older.activities).toHaveLength(3)
      expect(await loyalties.getPointsExpiration(program, code, of)).toMatchObject({
        data: expect.arrayContaining([expect.objectContaining({ bucket: { total_points: 1 } })]),
      })
      const { id } = await loyalties.exportCardTransactions(code, program)
      const { result } = await waitFor('the export', async () => {
        const made = await sdk.client.distributions.exports.get(id)
        return made.status === 'DONE' && made
      })
      expect(await download(sdk.server, result.url)).toContain('POINTS_ADDITION')
    })

    it('move points from card to card', async () => {
      const [source, destination] = [await join(), await join()]
      const transfer = { code: source, points: 30, source_id: 'transfer-1' }
      const answer = await sdk.client.loyalties.transferPoints(program, destination, [transfer])
      expect(answer).toMatchObject({
        code: destination,
        categories: [],
        loyalty_card: { balance: 130 },
      })
      expect(await balanceOf(source)).toBe(70)
      await expect(
        sdk.client.loyalties.transferPoints(program, destination, [{ ...transfer, points: 71 }]),
      ).rejects.toMatchObject({ code: 400, key: 'loyalty_card_points_exceeded' })
    })

    it('earn points by rules', async () => {
      const { loyalties, orders } = sdk.client
      const { id } = await create()
      const [rule] = await loyalties.createEarningRule(id, [
        {
          event: 'order.paid',
          loyalty: {
            type: 'PROPORTIONAL',
            calculation_type: 'ORDER_TOTAL_AMOUNT',
            order: { total_amount: { every: 500, points: 10 } },
          },
          source: { banner: 'Orders' },
        },
      ])
      expect(await loyalties.listEarningRules(id)).toMatchObject({ data: [{ id: rule.id }] })
      expect(await loyalties.getEarningRule(id, rule.id)).toMatchObject({ event: 'order.paid' })
      await loyalties.updateEarningRule(id, { id: rule.id, source: { banner: 'Paid orders' } })
      expect(await loyalties.disableEarningRule(id, rule.id)).toMatchObject({ active: false })
      expect(await loyalties.enableEarningRule(id, rule.id)).toMatchObject({ active: true })
      const customer = { source_id: 'earning-member' }
      const { code } = await loyalties.createMember(id, { customer })
      await orders.create({ customer, amount: 45_000, status: 'PAID' })
      await waitFor('900 points', async () => {
        const { loyalty_card } = await loyalties.getMember(id, code)
        return loyalty_card.balance === 1_000
      })
      await loyalties.deleteEarningRule(id, rule.id)
      expect((await loyalties.listEarningRules(id)).total).toBe(0)
    })

    it('have tiers', async () => {
      const { loyalties } = sdk.client
      const { id } = await create()
      const [silver] = await loyalties.createTiers(id, [
        { name: 'Silver', points: { from: 50, to: 250 } },
        { name: 'Gold', points: { from: 251 } },
      ])
      expect((await loyalties.listTiers(id)).data).toHaveLength(2)
      expect(await loyalties.getTier(id, silver.id)).toMatchObject({ name: 'Silver' })
      expect(await loyalties.listLoyaltyTierEarningRules(id, silver.id)).toMatchObject({ total: 0 })
      expect(await loyalties.listLoyaltyTierRewards(id, silver.id)).toMatchObject({ total: 0 })
      const customer = { source_id: 'tier-member' }
      const { code } = await loyalties.createMember(id, { customer })
      await waitFor('a tier', async () => {
        const { data } = await loyalties.listMemberLoyaltyTiers(code)
        return data[0]?.name === 'Silver'
      })
    })

    it('have rewards that points are redeemed for', async () => {
      const { campaigns, loyalties, rewards } = sdk.client
      const coupons = await campaigns.create({
        name: name('Reward coupons'),
        campaign_type: 'DISCOUNT_COUPONS',
        type: 'AUTO_UPDATE',
        voucher: { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 500 } },
      })
      const reward = await rewards.create({
        name: name('Reward'),
        type: 'CAMPAIGN',
        parameters: { campaign: { id: coupons.id } },
      })
      const [assignment] = await loyalties.createRewardAssignments(program, [
        { reward: reward.id, parameters: { loyalty: { points: 60 } } },
      ])
      const { id } = assignment
      const listed = await loyalties.listRewardAssignments(program)
      expect(listed.data.map((one: { id: string }) => one.id)).toContain(id)
      expect(await loyalties.getRewardAssignment(program, id)).toMatchObject({ id })
      expect(await loyalties.getRewardDetails(program, id)).toMatchObject({ id: reward.id })
      await loyalties.updateRewardAssignment(program, {
        id,
        parameters: { loyalty: { points: 40 } },
      })
      const code = await join()
      const { data } = await loyalties.listMemberRewards(code, { affordable_only: true })
      expect(data).toMatchObject([{ reward: { id: reward.id } }])
      const redemption = await loyalties.redeemReward(program, code, { reward: { id: reward.id } })
      expect(redemption).toMatchObject({ result: 'SUCCESS' })
      expect(await balanceOf(code)).toBe(60)
      await loyalties.deleteRewardAssignment(program, id)
    })
  })
