import { describe, expect, it } from 'vitest'
import { drainEffects } from '../../../support/effects.ts'
import { useTestApp } from '../../../support/test-app.ts'
import {
  aCouponCampaign,
  aGiftCampaign,
  aMember,
  announced,
  aProgram,
  balanceOf,
  made,
  typesOf,
  unique,
} from '../rewards/support.ts'
import { aReferralCampaign, aReferrer, aTier, customerOf, manage, redeem } from './support.ts'

const t = useTestApp()

const tell = (event: string, sourceId: string, code?: string) =>
  t.call('POST', '/v1/events', {
    event,
    customer: { source_id: sourceId },
    ...(code !== undefined && { referral: { code } }),
  })

/** The gift card of a campaign that a customer holds. */
async function giftOf(campaign: { id: string }, customerId: string) {
  const { rows } = await t.db.pool.query(
    'select code from voucher where campaign_id = $1 and holder_id = $2',
    [campaign.id, customerId],
  )
  return rows.map(({ code }) => code as string)
}

describe('a referral by redemption', () => {
  it('makes who redeems the code a referee (F-1, F-10, F-12, programs scenario 65)', async () => {
    const campaign = await aReferralCampaign(t)
    const gifts = await aGiftCampaign(t)
    const { tier } = await aTier(t, campaign, { id: gifts.id, balance: 100 })
    const ann = await aReferrer(t, campaign)
    const bob = unique('bob')
    const { body } = await redeem(t, ann.code, bob)
    await drainEffects(t)
    const referee = await customerOf(t, bob)
    expect(referee.referrals).toEqual({
      total: 1,
      campaigns: [
        {
          campaign_id: campaign.id,
          referrer_id: ann.id,
          related_object_id: body.redemptions[0].id,
          related_object_type: 'redemption',
          date: t.clock.now().toISOString(),
        },
      ],
    })
    expect((await customerOf(t, ann.sourceId)).loyalty.referred_customers).toBe(1)
    const referred = (await announced(t, referee.id)).find(
      ({ type }) => type === 'customer.referred',
    )
    expect(referred?.data).toMatchObject({
      customer: { id: referee.id },
      referrer: { id: ann.id },
      campaign: { id: campaign.id },
      voucher: { code: ann.code, referrer_id: ann.id },
      custom_event: null,
      redemption: { id: body.redemptions[0].id },
    })
    expect(typesOf(await announced(t, referee.id))).toEqual([
      'customer.created',
      'customer.redemption.succeeded',
      'customer.order.created',
      'customer.order.paid',
      'customer.referred',
    ])
    expect(referred?.group_id).toBe((await announced(t, referee.id))[0]?.group_id)
    const rewarded = (await announced(t, ann.id)).find(({ type }) => type === 'customer.rewarded')
    expect(rewarded?.data).toMatchObject({
      customer: { id: ann.id },
      redemption: { id: body.redemptions[0].id },
      referral_tier: { id: tier.id },
      balance: { amount: 100 },
      custom_event: null,
    })
    expect(rewarded?.group_id).toBe(referred?.group_id)
  })

  it('counts a customer once, and gives once (F-11)', async () => {
    const gifts = await aGiftCampaign(t)
    const campaign = await aReferralCampaign(t, {
      referee_reward: {
        related_object_parent: { id: gifts.id },
        type: 'GIFT_VOUCHER',
        amount: 300,
      },
    })
    const ann = await aReferrer(t, campaign)
    const eve = await aReferrer(t, campaign)
    const bob = unique('bob')
    await redeem(t, ann.code, bob)
    await drainEffects(t)
    await redeem(t, ann.code, bob)
    await redeem(t, eve.code, bob)
    await drainEffects(t)
    const { id, referrals } = await customerOf(t, bob)
    expect(referrals.total).toBe(1)
    expect((await customerOf(t, ann.sourceId)).loyalty.referred_customers).toBe(1)
    expect((await customerOf(t, eve.sourceId)).loyalty.referred_customers).toBe(0)
    const cards = await giftOf(gifts, id)
    expect(cards).toHaveLength(1)
    expect(await balanceOf(t, cards[0] ?? '')).toBe(300)
  })

  it('does not count any more once it is rolled back, and gives nothing a second time (F-14)', async () => {
    const gifts = await aGiftCampaign(t)
    const campaign = await aReferralCampaign(t)
    await aTier(t, campaign, { id: gifts.id, balance: 100 })
    const ann = await aReferrer(t, campaign)
    const bob = unique('bob')
    const { body } = await redeem(t, ann.code, bob)
    await drainEffects(t)
    await t.call('POST', `/v1/redemptions/${body.redemptions[0].id}/rollback`, {})
    await drainEffects(t)
    expect((await customerOf(t, bob)).referrals.total).toBe(0)
    expect((await customerOf(t, ann.sourceId)).loyalty.referred_customers).toBe(0)
    await redeem(t, ann.code, bob)
    await drainEffects(t)
    expect((await customerOf(t, bob)).referrals.total).toBe(1)
    const [card] = await giftOf(gifts, ann.id)
    expect(await balanceOf(t, card ?? '')).toBe(100)
  })

  it('is none of the referrer’s own, nor of a code that nobody holds (F-2, F-3, P-8, programs scenario 66)', async () => {
    const campaign = await aReferralCampaign(t)
    const ann = await aReferrer(t, campaign)
    expect(await redeem(t, ann.code, ann.sourceId)).toMatchObject({
      status: 400,
      body: {
        key: 'referrer_not_permitted_to_redeem',
        message: 'voucher cannot be redeemed by referrer',
        details: ann.code,
      },
    })
    const { body: code } = await t.call('POST', `/v1/campaigns/${campaign.id}/vouchers`, {})
    expect(await redeem(t, code.code, unique('bob'))).toMatchObject({
      status: 400,
      body: { key: 'not_published', details: code.code },
    })
  })

  it('counts once of many redemptions by one customer at the same time (F-11)', async () => {
    const campaign = await aReferralCampaign(t)
    const program = await aProgram(t)
    await aTier(t, campaign, { id: program.id, balance: 10 })
    const ann = await aReferrer(t, campaign)
    const member = await aMember(t, program, ann.sourceId)
    const bob = unique('bob')
    const answers = await Promise.all(Array.from({ length: 32 }, () => redeem(t, ann.code, bob)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    await Promise.all([drainEffects(t), drainEffects(t), drainEffects(t)])
    expect((await customerOf(t, bob)).referrals.total).toBe(1)
    expect((await customerOf(t, ann.sourceId)).loyalty.referred_customers).toBe(1)
    expect(await balanceOf(t, member.card)).toBe(10)
  })
})

describe('a referral by an event', () => {
  it('gives referee and referrer what they get, once (§10.3 worked example, programs scenario 67)', async () => {
    const gifts = await aGiftCampaign(t)
    const program = await aProgram(t)
    const event = unique('signup_done')
    const campaign = await aReferralCampaign(t, {
      conversion_event_type: 'custom_event',
      custom_event: { id: 'ms_1', name: event },
      referee_reward: {
        related_object_parent: { id: gifts.id },
        type: 'GIFT_VOUCHER',
        amount: 500,
      },
    })
    const { tier, reward } = await aTier(t, campaign, { id: program.id, balance: 100 })
    const ann = await aReferrer(t, campaign)
    const member = await aMember(t, program, ann.sourceId)
    const bob = unique('bob')
    for (let round = 1; round <= 2; round += 1) {
      expect((await tell(event, bob, ann.code)).status).toBe(200)
      await drainEffects(t)
      const { id } = await customerOf(t, bob)
      const [card, ...others] = await giftOf(gifts, id)
      expect(others).toEqual([])
      expect(await balanceOf(t, card ?? '')).toBe(500)
      expect(await balanceOf(t, member.card)).toBe(100)
    }
    const { id, referrals } = await customerOf(t, bob)
    expect(referrals).toMatchObject({ total: 1, campaigns: [{ referrer_id: ann.id }] })
    const told = (await announced(t, id)).filter(({ type }) => type !== 'customer.custom_event')
    expect(typesOf(told)).toEqual([
      'customer.created',
      'customer.referred',
      'customer.publication.succeeded',
      'customer.voucher.gift.balance_added',
    ])
    const rewarded = (await announced(t, ann.id)).filter(({ type }) => type === 'customer.rewarded')
    expect(rewarded).toHaveLength(1)
    expect(rewarded[0]?.data).toMatchObject({
      customer: { id: ann.id },
      voucher: { code: ann.code },
      campaign: { id: campaign.id },
      redemption: null,
      reward: { id: reward.id, type: 'CAMPAIGN', voucher: { code: member.card } },
      referral_tier: { id: tier.id, campaign_id: campaign.id, banner: 'Bring a friend' },
      balance: { points: 100 },
      custom_event: { type: event },
    })
  })

  it('counts before its customer earns points with it (E-8, §13.6)', async () => {
    const event = unique('signup_done')
    const campaign = await aReferralCampaign(t, {
      conversion_event_type: 'custom_event',
      custom_event: { name: event },
    })
    const program = await aProgram(t)
    await made(t, `/v1/loyalties/${program.id}/earning-rules`, [
      { event, loyalty: { type: 'FIXED', points: 5 } },
    ])
    const ann = await aReferrer(t, campaign)
    const bob = await aMember(t, program)
    await tell(event, bob.sourceId, ann.code)
    await drainEffects(t)
    const told = (await announced(t, bob.customerId)).filter(({ type }) =>
      /custom_event|referred|rewarded/.test(type),
    )
    expect(typesOf(told)).toEqual([
      'customer.custom_event',
      'customer.referred',
      'customer.rewarded.loyalty_points',
    ])
    expect(new Set(told.map(({ group_id }) => group_id)).size).toBe(1)
    expect(await balanceOf(t, bob.card)).toBe(5)
  })

  it('is none of another name, of the referrer, or while code or campaign are off (E-6, F-13)', async () => {
    const event = unique('signup_done')
    const program = { conversion_event_type: 'custom_event', custom_event: { name: event } }
    const campaign = await aReferralCampaign(t, program)
    const ann = await aReferrer(t, campaign)
    const bob = unique('bob')
    expect((await tell(unique('other'), bob, ann.code)).status).toBe(200)
    expect((await tell(event, ann.sourceId, ann.code)).status).toBe(200)
    expect((await tell(event, bob)).status).toBe(200)
    await redeem(t, ann.code, bob)
    await t.call('POST', `/v1/vouchers/${ann.code}/disable`)
    expect((await tell(event, bob, ann.code)).status).toBe(200)
    await drainEffects(t)
    await t.call('POST', `/v1/vouchers/${ann.code}/enable`)
    await t.call('POST', `/v1/campaigns/${campaign.id}/disable`)
    expect((await tell(event, bob, ann.code)).status).toBe(200)
    await drainEffects(t)
    const { id, referrals } = await customerOf(t, bob)
    expect(referrals.total).toBe(0)
    expect((await customerOf(t, ann.sourceId)).loyalty.referred_customers).toBe(0)
    const stored = (await announced(t, id)).filter(({ type }) => type === 'customer.custom_event')
    expect(stored).toHaveLength(4)
  })

  it('tells whose code the event named (E-4)', async () => {
    const campaign = await aReferralCampaign(t)
    const ann = await aReferrer(t, campaign)
    const bob = unique('bob')
    await tell('visit', bob, ann.code)
    const [, event] = await announced(t, (await customerOf(t, bob)).id)
    expect(event?.data['referral']).toMatchObject({
      referrer: { id: ann.id },
      voucher: { code: ann.code },
      campaign: { id: campaign.id },
    })
  })

  it('counts once of many events of one customer at the same time (F-11)', async () => {
    const event = unique('signup_done')
    const program = { conversion_event_type: 'custom_event', custom_event: { name: event } }
    const campaign = await aReferralCampaign(t, program)
    const coupons = await aCouponCampaign(t)
    await aTier(t, campaign, { id: coupons.id })
    const ann = await aReferrer(t, campaign)
    const bob = unique('bob')
    await Promise.all(Array.from({ length: 32 }, () => tell(event, bob, ann.code)))
    await Promise.all([drainEffects(t), drainEffects(t)])
    expect((await customerOf(t, ann.sourceId)).loyalty.referred_customers).toBe(1)
    expect(await giftOf(coupons, ann.id)).toHaveLength(1)
  })
})

describe('referral tiers', () => {
  it('give after so many, once or every time (§10.2)', async () => {
    const campaign = await aReferralCampaign(t)
    const [every, once] = [await aGiftCampaign(t), await aGiftCampaign(t)]
    await aTier(t, campaign, { id: every.id, balance: 10 }, { conversions: 2 })
    await aTier(t, campaign, { id: once.id, balance: 7 }, { conversions: 3, recurring: false })
    const ann = await aReferrer(t, campaign)
    for (let count = 1; count <= 7; count += 1) await redeem(t, ann.code, unique('bob'))
    await drainEffects(t)
    const balances = async (gifts: { id: string }) =>
      Promise.all((await giftOf(gifts, ann.id)).map((card) => balanceOf(t, card)))
    expect(await balances(every)).toEqual([30])
    expect(await balances(once)).toEqual([7])
  })

  it('count each of many referees at the same time (§10.2)', async () => {
    const campaign = await aReferralCampaign(t)
    const gifts = await aGiftCampaign(t)
    await aTier(t, campaign, { id: gifts.id, balance: 1 })
    const ann = await aReferrer(t, campaign)
    await Promise.all(Array.from({ length: 32 }, () => redeem(t, ann.code, unique('bob'))))
    await Promise.all([drainEffects(t), drainEffects(t)])
    expect((await customerOf(t, ann.sourceId)).loyalty.referred_customers).toBe(32)
    const [card, ...others] = await giftOf(gifts, ann.id)
    expect(others).toEqual([])
    expect(await balanceOf(t, card ?? '')).toBe(32)
  })

  it('that cannot give keep nobody from being referred', async () => {
    const campaign = await aReferralCampaign(t)
    const coupons = await aCouponCampaign(t, { type: 'STATIC', vouchers_count: 0 })
    await aTier(t, campaign, { id: coupons.id })
    const ann = await aReferrer(t, campaign)
    await redeem(t, ann.code, unique('bob'))
    await drainEffects(t)
    expect((await customerOf(t, ann.sourceId)).loyalty.referred_customers).toBe(1)
    const types = typesOf(await announced(t, ann.id))
    expect(types).toContain('customer.publication.failed')
    expect(types).not.toContain('customer.rewarded')
  })

  it('are for referrers in a segment where they say so', async () => {
    const campaign = await aReferralCampaign(t)
    const gifts = await aGiftCampaign(t)
    const [ann, eve] = [await aReferrer(t, campaign), await aReferrer(t, campaign)]
    const segment = await t.call('POST', '/v1/segments', {
      name: unique('segment'),
      type: 'static',
      customers: [ann.id],
    })
    await aTier(t, campaign, { id: gifts.id, balance: 1 }, { segment: { id: segment.body.id } })
    await redeem(t, ann.code, unique('bob'))
    await redeem(t, eve.code, unique('bob'))
    await drainEffects(t)
    expect(await giftOf(gifts, ann.id)).toHaveLength(1)
    expect(await giftOf(gifts, eve.id)).toHaveLength(0)
  })

  it('are made, changed and deleted in the management API', async () => {
    const campaign = await aReferralCampaign(t)
    const gifts = await aGiftCampaign(t)
    const { tier, reward } = await aTier(t, campaign, { id: gifts.id, balance: 1 })
    expect(tier).toEqual({
      id: expect.stringMatching(/^reft_/),
      campaign_id: campaign.id,
      banner: 'Bring a friend',
      parameters: { conversions: 1, recurring: true, segment: null, reward: { id: reward.id } },
      created_at: t.clock.now().toISOString(),
      updated_at: null,
      object: 'referral_tier',
    })
    const of = `/api/v1/campaigns/${campaign.id}/referral-tiers`
    const one = `/api/v1/referral-tiers/${tier.id}`
    const change = { parameters: { conversions: 5, reward: { id: reward.id } } }
    expect(await manage(t, 'PUT', one, change)).toMatchObject({
      status: 200,
      body: { parameters: { conversions: 5 }, banner: null },
    })
    expect((await manage(t, 'GET', of)).body.data).toHaveLength(1)
    expect((await manage(t, 'DELETE', one)).status).toBe(204)
    expect((await manage(t, 'DELETE', one)).status).toBe(404)
    const other = await aCouponCampaign(t)
    expect(
      await manage(t, 'POST', `/api/v1/campaigns/${other.id}/referral-tiers`, change),
    ).toMatchObject({ status: 400, body: { key: 'invalid_campaign' } })
  })
})
