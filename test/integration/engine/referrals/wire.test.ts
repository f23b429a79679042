import { describe, expect, it } from 'vitest'
import { drainEffects } from '../../../support/effects.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aGiftCampaign, aMember, aProgram, balanceOf, unique } from '../rewards/support.ts'
import { send } from '../segmentio/support.ts'
import { aReferralCampaign, aReferrer, aTier, customerOf } from './support.ts'

const t = useTestApp()

describe('a referral that Segment tells of', () => {
  it('counts as one that was told here (F-10, programs scenario 92)', async () => {
    const event = unique('signup_done')
    const gifts = await aGiftCampaign(t)
    const campaign = await aReferralCampaign(t, {
      conversion_event_type: 'custom_event',
      custom_event: { name: event },
      referee_reward: {
        related_object_parent: { id: gifts.id },
        type: 'GIFT_VOUCHER',
        amount: 500,
      },
    })
    const program = await aProgram(t)
    await aTier(t, campaign, { id: program.id, balance: 100 })
    const ann = await aReferrer(t, campaign)
    const member = await aMember(t, program, ann.sourceId)
    const bob = unique('bob')
    const body = {
      type: 'track',
      event,
      customer: { source_id: bob },
      referral: { code: ann.code },
    }
    for (let round = 1; round <= 2; round += 1) {
      expect((await send(t, 'event', body)).status).toBe(200)
      await drainEffects(t)
      expect((await customerOf(t, bob)).referrals.total).toBe(1)
      expect((await customerOf(t, ann.sourceId)).loyalty.referred_customers).toBe(1)
      const { vouchers } = (await t.call('GET', `/v1/vouchers?campaign=${gifts.id}`)).body
      expect(vouchers).toMatchObject([{ gift: { amount: 500, balance: 500 } }])
      expect(await balanceOf(t, member.card)).toBe(100)
    }
  })
})
