import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { aCouponCampaign, aGiftCampaign, announced, made, unique } from '../rewards/support.ts'
import { aReferralCampaign, aReferrer, customerOf } from './support.ts'

const t = useTestApp()

const add = (code: string, body: unknown, campaign?: { id: string }) =>
  t.call('POST', `/v1/referrals/${campaign ? `${campaign.id}/` : ''}members/${code}/holders`, body)
const list = async (code: string, query = '') =>
  (await t.call('GET', `/v1/referrals/members/${code}/holders${query}`)).body

describe('referral campaigns', () => {
  it('are about redemptions unless they say otherwise (§10.1)', async () => {
    expect(await aReferralCampaign(t)).toMatchObject({
      campaign_type: 'REFERRAL_PROGRAM',
      referral_program: { conversion_event_type: 'redemption' },
      voucher: { is_referral_code: true },
    })
  })

  it('tell of what they give from another campaign (§10.1)', async () => {
    const gifts = await aGiftCampaign(t)
    const referee_reward = {
      related_object_parent: { id: gifts.id },
      type: 'GIFT_VOUCHER',
      amount: 500,
    }
    const program = {
      conversion_event_type: 'custom_event',
      custom_event: { id: 'ms_1', name: 'signup' },
      referee_reward,
    }
    const campaign = await aReferralCampaign(t, program)
    expect(campaign.referral_program).toEqual({
      ...program,
      referee_reward: {
        ...referee_reward,
        related_object_parent: { id: gifts.id, name: gifts.name, object: 'CAMPAIGN' },
      },
    })
    const url = `/v1/campaigns/${campaign.id}`
    expect((await t.call('PUT', url, { description: 'New' })).body.referral_program).toEqual(
      campaign.referral_program,
    )
    const changed = await t.call('PUT', url, {
      referral_program: { conversion_event_type: 'redemption' },
    })
    expect(changed.body.referral_program).toEqual({ conversion_event_type: 'redemption' })
  })

  it('are refused with what is missing (§10.1)', async () => {
    const coupons = await aCouponCampaign(t)
    const create = (more: object) =>
      t.call('POST', '/v1/campaigns', {
        name: unique('referral'),
        campaign_type: 'REFERRAL_PROGRAM',
        voucher: { type: 'DISCOUNT_VOUCHER', discount: { type: 'PERCENT', percent_off: 5 } },
        ...more,
      })
    expect(await create({ voucher: { type: 'DISCOUNT_VOUCHER' } })).toMatchObject({
      status: 400,
      body: {
        key: 'invalid_campaign',
        details: "Property 'discount' is required for REFERRAL_PROGRAM campaign",
      },
    })
    expect(
      await create({ referral_program: { conversion_event_type: 'custom_event' } }),
    ).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    const referee_reward = { type: 'GIFT_VOUCHER', amount: 1 }
    const reward = (id: string) => ({
      referral_program: { referee_reward: { ...referee_reward, related_object_parent: { id } } },
    })
    expect(await create(reward(coupons.id))).toMatchObject({
      status: 400,
      body: { key: 'invalid_campaign' },
    })
    expect(await create(reward('camp_none'))).toMatchObject({
      status: 404,
      body: { resource_type: 'campaign' },
    })
  })
})

describe('holders of a referral code', () => {
  it('are its referrer and its referees (F-20, programs scenario 68)', async () => {
    const campaign = await aReferralCampaign(t)
    const ann = await aReferrer(t, campaign)
    const [bob, eve] = [unique('bob'), unique('eve')]
    const holders = [{ source_id: bob, name: 'Bob', country: 'PL' }, { source_id: eve }]
    const { status, body } = await add(ann.code, { holders, metadata: { k: 1 } })
    expect(status).toBe(200)
    const { id } = await customerOf(t, bob)
    expect(body.holders).toHaveLength(2)
    expect(body.holders[0]).toEqual({
      id: expect.stringMatching(/^rh_/),
      created_at: t.clock.now().toISOString(),
      redeemable_id: expect.stringMatching(/^v_/),
      redeemable_object: 'voucher',
      campaign_id: campaign.id,
      campaign_type: 'REFERRAL_PROGRAM',
      voucher_type: 'DISCOUNT_VOUCHER',
      customer_id: id,
      holder_role: 'REFEREE',
      metadata: { k: 1 },
      object: 'redeemable_holder',
    })
    expect(await list(ann.code)).toMatchObject({
      object: 'list',
      data_ref: 'data',
      total: 3,
      has_more: false,
      more_starting_after: null,
    })
    const last = (await announced(t, id)).at(-1)
    expect(last).toMatchObject({
      type: 'customer.holder.assignment.created',
      data: {
        holder: { id: body.holders[0].id, holder_role: 'REFEREE', publication_id: null },
        voucher: { code: ann.code },
        campaign: { id: campaign.id },
        customer: { id },
      },
    })
  })

  it('are listed page by page, and by role', async () => {
    const campaign = await aReferralCampaign(t)
    const ann = await aReferrer(t, campaign)
    await add(ann.code, { holders: [{ source_id: unique('bob') }, { source_id: unique('eve') }] })
    const first = await list(ann.code, '?limit=2')
    expect(first).toMatchObject({ total: 3, has_more: true })
    const rest = await list(ann.code, `?limit=2&starting_after_id=${first.more_starting_after}`)
    expect(rest.data).toMatchObject([{ holder_role: 'REFERRER', customer_id: ann.id }])
    const filtered = await list(ann.code, '?filters[holder_role][conditions][$is][0]=REFERRER')
    expect(filtered.total).toBe(1)
  })

  it('are refused a second time, all of them (F-20, programs scenario 68)', async () => {
    const campaign = await aReferralCampaign(t)
    const ann = await aReferrer(t, campaign)
    const bob = { source_id: unique('bob') }
    await add(ann.code, { holders: [bob] }, campaign)
    expect(
      await add(ann.code, { holders: [{ source_id: unique('eve') }, bob] }, campaign),
    ).toMatchObject({
      status: 409,
      body: {
        key: 'holder_assignement_duplication',
        message: 'Customer is already assigned to given redeemable',
      },
    })
    expect((await list(ann.code)).total).toBe(2)
    const { id } = await customerOf(t, bob.source_id)
    const eve = await made(t, '/v1/customers', { source_id: unique('eve') })
    expect(
      await add(ann.code, { holders: [{ id: eve.id }, { source_id: eve.source_id }] }),
    ).toMatchObject({ status: 409, body: { key: 'duplicate_found', resource_id: eve.id } })
    expect(id).not.toBe(eve.id)
  })

  it('are refused without a referrer, without anybody and of other codes (programs scenario 68)', async () => {
    const campaign = await aReferralCampaign(t)
    const code = await made(t, `/v1/campaigns/${campaign.id}/vouchers`, {})
    const holders = [{ source_id: unique('bob') }]
    expect(await add(code.code, { holders })).toMatchObject({
      status: 400,
      body: {
        key: 'not_published',
        details: 'Referral code must be first published to Referrer before assigning it to Referee',
      },
    })
    const ann = await aReferrer(t, campaign)
    expect(await add(ann.code, { holders: [] })).toMatchObject({
      status: 400,
      body: {
        key: 'invalid_payload',
        details: 'Property .holders must NOT have fewer than 1 items',
      },
    })
    const other = await aReferralCampaign(t)
    expect((await add(ann.code, { holders }, other)).status).toBe(404)
    const coupon = await aReferrer(t, await aCouponCampaign(t))
    expect(await add(coupon.code, { holders })).toMatchObject({
      status: 404,
      body: { resource_type: 'voucher' },
    })
    expect((await add('unknown', { holders })).status).toBe(404)
  })

  it('go, but for the referrer (F-20, programs scenario 68)', async () => {
    const campaign = await aReferralCampaign(t)
    const ann = await aReferrer(t, campaign)
    const bob = unique('bob')
    const { body } = await add(ann.code, { holders: [{ source_id: bob }] })
    const remove = (id: string) =>
      t.call('DELETE', `/v1/referrals/${campaign.id}/members/${ann.code}/holders/${id}`)
    expect((await remove(body.holders[0].id)).status).toBe(204)
    const { id } = await customerOf(t, bob)
    expect((await announced(t, id)).at(-1)?.type).toBe('customer.holder.assignment.deleted')
    expect(await remove(body.holders[0].id)).toMatchObject({
      status: 404,
      body: { resource_type: 'redeemable_holder' },
    })
    const [referrer] = (await list(ann.code)).data
    expect(await remove(referrer.id)).toMatchObject({
      status: 403,
      body: {
        key: 'forbidden',
        message: 'Can not remove assignment',
        details: 'You can not remove Referrer assignment',
      },
    })
  })

  it('are added once by many callers at the same time (F-20)', async () => {
    const campaign = await aReferralCampaign(t)
    const ann = await aReferrer(t, campaign)
    const holders = [{ source_id: unique('bob') }]
    const answers = await Promise.all(Array.from({ length: 32 }, () => add(ann.code, { holders })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(31)
    expect((await list(ann.code)).total).toBe(2)
  })
})
