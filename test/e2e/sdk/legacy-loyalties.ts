import { describe, expect, it } from 'vitest'
import type { Sdk } from './use-sdk.ts'

/** Loyalty programs with the methods of the older SDK, of which the current one has others, too. */
export const loyaltiesThroughLegacySdk = (sdk: Sdk) =>
  describe('loyalties', () => {
    let count = 0
    const create = async (fields: object = {}): Promise<{ id: string; name: string }> => {
      count += 1
      const created = await sdk.client.loyalties.create({
        name: `Old program ${count}`,
        type: 'AUTO_UPDATE',
        voucher: { type: 'LOYALTY_CARD', loyalty_card: { points: 100 } },
        ...fields,
      })
      expect(created).toMatchObject({ object: 'campaign', campaign_type: 'LOYALTY_PROGRAM' })
      return created
    }

    it('are created, listed, changed and deleted', async () => {
      const { loyalties } = sdk.client
      const { id, name } = await create()
      expect(await loyalties.list({ limit: 1 })).toMatchObject({
        object: 'list',
        data_ref: 'campaigns',
        campaigns: [{ id }],
      })
      expect(await loyalties.update({ id, description: 'New' })).toMatchObject({
        id,
        description: 'New',
      })
      expect(await loyalties.get(name)).toMatchObject({ id, description: 'New' })
      await sdk.outcomeOf(await loyalties.delete(id))
      await expect(loyalties.get(id)).rejects.toMatchObject({ code: 404, key: 'not_found' })
    })

    it('have members, who get points', async () => {
      const { loyalties } = sdk.client
      const { id, name } = await create()
      const customer = { source_id: 'old-member', name: 'Grace' }
      const member = await loyalties.createMember(id, { customer, metadata: { a: 1 } })
      const { code } = member
      expect(member).toMatchObject({
        campaign: name,
        campaign_id: id,
        type: 'LOYALTY_CARD',
        loyalty_card: { points: 100, balance: 100 },
      })
      expect(await loyalties.addPoints(id, code, { points: 50 })).toMatchObject({
        points: 50,
        balance: 150,
        object: 'balance',
        related_object: { type: 'voucher', id: member.id },
      })
      expect(await loyalties.getMember(id, code)).toMatchObject({
        code,
        loyalty_card: { points: 150, balance: 150 },
      })
      expect(await loyalties.listMembers(id, { limit: 1 })).toMatchObject({
        object: 'list',
        data_ref: 'vouchers',
        total: 1,
        vouchers: [{ code }],
      })
      expect(await loyalties.listMembers(id)).toMatchObject({ total: 1 })
      expect(await loyalties.getMemberActivities(id, code)).toMatchObject({
        object: 'list',
        data_ref: 'activities',
        total: 2,
        activities: [
          { type: 'customer.voucher.loyalty_card.points_added' },
          { type: 'customer.publication.succeeded' },
        ],
      })
    })

    it('have earning rules, which are changed and deleted', async () => {
      const { loyalties } = sdk.client
      const { id } = await create()
      const [rule] = await loyalties.createEarningRule(id, [
        {
          event: 'old_lesson',
          loyalty: { type: 'FIXED', points: 5 },
          source: { banner: 'Lessons' },
        },
      ])
      expect(rule).toMatchObject({
        id: expect.stringMatching(/^ern_/),
        object: 'earning_rule',
        event: 'old_lesson',
        loyalty: { type: 'FIXED', points: 5 },
        source: { banner: 'Lessons' },
      })
      const change = { id: rule.id, loyalty: { points: 7 } }
      expect(await loyalties.updateEarningRule(id, change)).toMatchObject({
        id: rule.id,
        loyalty: { type: 'FIXED', points: 7 },
        source: { banner: 'Lessons' },
      })
      expect(await loyalties.listEarningRules(id, { limit: 1 })).toMatchObject({
        object: 'list',
        data_ref: 'data',
        total: 1,
        data: [{ id: rule.id, loyalty: { points: 7 } }],
      })
      await loyalties.deleteEarningRule(id, rule.id)
      expect(await loyalties.listEarningRules(id)).toMatchObject({ total: 0, data: [] })
    })

    it('have rewards, which points are redeemed for', async () => {
      const { campaigns, loyalties, rewards } = sdk.client
      const { id } = await create()
      const coupons = await campaigns.create({
        name: 'Old reward coupons',
        type: 'AUTO_UPDATE',
        voucher: { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 500 } },
      })
      const reward = await rewards.create({
        name: 'Old reward',
        type: 'CAMPAIGN',
        parameters: { campaign: { id: coupons.id } },
      })
      const [assignment] = await loyalties.createRewardAssignments(id, [
        { reward: reward.id, parameters: { loyalty: { points: 60 } } },
      ])
      expect(assignment).toMatchObject({
        id: expect.stringMatching(/^rewa_/),
        object: 'reward_assignment',
        reward_id: reward.id,
        related_object_id: id,
        related_object_type: 'campaign',
        parameters: { loyalty: { points: 60 } },
      })
      expect(
        await loyalties.updateRewardAssignment(id, {
          id: assignment.id,
          parameters: { loyalty: { points: 40 } },
        }),
      ).toMatchObject({ id: assignment.id, parameters: { loyalty: { points: 40 } } })
      expect(await loyalties.listRewardAssignments(id, { limit: 1 })).toMatchObject({
        total: 1,
        data: [{ id: assignment.id }],
      })
      const customer = { source_id: 'old-buyer' }
      const { code } = await loyalties.createMember(id, { customer })
      expect(await loyalties.redeemReward(id, code, { reward: { id: reward.id } })).toMatchObject({
        result: 'SUCCESS',
        amount: 40,
        reward: { id: reward.id, voucher: { discount: { amount_off: 500 } } },
        voucher: { code, loyalty_card: { balance: 60 } },
      })
      expect(await loyalties.getMember(id, code)).toMatchObject({ loyalty_card: { balance: 60 } })
      await loyalties.deleteRewardAssignment(id, assignment.id)
      expect(await loyalties.listRewardAssignments(id)).toMatchObject({ total: 0 })
    })
  })
