import { beforeAll, describe, expect, it } from 'vitest'
import { callEngine, callManagement } from '../../support/server.ts'
import { waitFor } from '../../support/wait-for.ts'
import type { Sdk } from './use-sdk.ts'

/** Referrals, for which the SDKs have no methods of their own: they follow from campaigns, events and redemptions. */
export const referralsThroughSdk = (sdk: Sdk) =>
  describe('referrals', () => {
    const customer = { source_id: 'referrer' }
    let program = ''
    let card = ''
    let gifts = ''

    beforeAll(async () => {
      const { campaigns, loyalties } = sdk.client
      program = (
        await loyalties.create({
          name: 'Program of referrers',
          type: 'AUTO_UPDATE',
          voucher: { type: 'LOYALTY_CARD', loyalty_card: { points: 0 } },
        })
      ).id
      card = (await loyalties.createMember(program, { customer })).code
      gifts = (
        await campaigns.create({
          name: 'Gifts for referees',
          type: 'AUTO_UPDATE',
          voucher: { type: 'GIFT_VOUCHER', gift: { amount: 0 } },
        })
      ).id
    })

    const pointsOfReferrer = async (): Promise<number> =>
      (await sdk.client.loyalties.getMember(program, card)).loyalty_card.balance
    /** A referral campaign; each referee gets its referrer 100 points. */
    const create = async (name: string, referral_program: object): Promise<string> => {
      const { campaigns, rewards } = sdk.client
      const created = await campaigns.create({
        name,
        campaign_type: 'REFERRAL_PROGRAM',
        type: 'AUTO_UPDATE',
        voucher: {
          type: 'DISCOUNT_VOUCHER',
          discount: { type: 'AMOUNT', amount_off: 500 },
          is_referral_code: true,
          redemption: { quantity: null },
        },
        referral_program,
      })
      expect(created).toMatchObject({ campaign_type: 'REFERRAL_PROGRAM', referral_program })
      const reward = await rewards.create({
        name: `Points of ${name}`,
        type: 'CAMPAIGN',
        parameters: { campaign: { id: program, balance: 100 } },
      })
      await callManagement(sdk.server, `/api/v1/campaigns/${created.id}/referral-tiers`, {
        method: 'POST',
        body: JSON.stringify({
          banner: 'Bring a friend',
          parameters: { reward: { id: reward.id } },
        }),
      })
      return created.id
    }
    const publish = async (campaign: string): Promise<string> => {
      const { publications } = sdk.client.distributions
      return (await publications.create({ campaign: { name: campaign }, customer })).voucher.code
    }
    const referralsOf = async (source_id: string) =>
      (await sdk.client.customers.get(source_id)).referrals
    const untilReferred = (source_id: string, total = 1) =>
      waitFor(`${total} referrals of ${source_id}`, async () => {
        const referrals = await referralsOf(source_id)
        return referrals.total === total && referrals
      })

    it('are made by redemptions, and taken back with them (F-10, F-14)', async () => {
      const { customers, redemptions } = sdk.client
      const campaign = await create('Bring a buyer', { conversion_event_type: 'redemption' })
      const code = await publish('Bring a buyer')
      const order = { amount: 2_000 }
      const before = await pointsOfReferrer()
      await expect(redemptions.redeem(code, { customer, order })).rejects.toMatchObject({
        code: 400,
        key: 'referrer_not_permitted_to_redeem',
      })
      const referee = { source_id: 'buying-referee' }
      const redemption = await redemptions.redeem(code, { customer: referee, order })
      expect(redemption).toMatchObject({ result: 'SUCCESS', order: { total_amount: 1_500 } })
      const referrer = await customers.get('referrer')
      expect(await untilReferred('buying-referee')).toMatchObject({
        campaigns: [
          {
            campaign_id: campaign,
            referrer_id: referrer.id,
            related_object_id: redemption.id,
            related_object_type: 'redemption',
          },
        ],
      })
      await waitFor('the points', async () => (await pointsOfReferrer()) === before + 100)
      expect((await customers.get('referrer')).loyalty.referred_customers).toBe(1)
      await redemptions.rollback(redemption.id)
      await untilReferred('buying-referee', 0)
    })

    it('are made by events that name the code, and give to the referee (F-10)', async () => {
      const { events, vouchers } = sdk.client
      await create('Bring a friend', {
        conversion_event_type: 'custom_event',
        custom_event: { id: 'ms_1', name: 'signed_up' },
        referee_reward: {
          related_object_parent: { id: gifts },
          type: 'GIFT_VOUCHER',
          amount: 300,
        },
      })
      const code = await publish('Bring a friend')
      const before = await pointsOfReferrer()
      const referee = { source_id: 'signed-up' }
      expect(
        await events.create('signed_up', { customer: referee, referral: { code } }),
      ).toMatchObject({ object: 'event', type: 'signed_up', referral: { code } })
      await untilReferred('signed-up')
      await waitFor('the points', async () => (await pointsOfReferrer()) === before + 100)
      const given = await waitFor('the gift', async () => {
        const { vouchers: found } = await vouchers.list({ campaign: gifts, limit: 1 })
        return found[0]
      })
      expect(given).toMatchObject({ gift: { amount: 300, balance: 300 } })
    })

    it('have holders: who refers, and who is told to be referred (F-20)', async () => {
      await create('Bring anybody', { conversion_event_type: 'redemption' })
      const code = await publish('Bring anybody')
      expect(await sdk.client.vouchers.get(code)).toMatchObject({ is_referral_code: true })
      const path = `/v1/referrals/members/${code}/holders`
      const told = { holders: [{ source_id: 'told-referee', name: 'Bob' }] }
      expect(await callEngine(sdk.server, path, told)).toMatchObject({
        status: 200,
        body: { holders: [{ holder_role: 'REFEREE', voucher_type: 'DISCOUNT_VOUCHER' }] },
      })
      expect(await sdk.client.customers.get('told-referee')).toMatchObject({ name: 'Bob' })
      const { body } = await callEngine(sdk.server, path)
      const roles = body.data.map(({ holder_role }: { holder_role: string }) => holder_role)
      expect(roles.sort()).toEqual(['REFEREE', 'REFERRER'])
    })
  })
