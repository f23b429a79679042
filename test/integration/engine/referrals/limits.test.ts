import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { made, unique } from '../rewards/support.ts'
import { aReferralCampaign, aReferrer, redeem } from './support.ts'

const t = useTestApp()

describe('redemptions of referral codes', () => {
  it('may be limited to one a customer and campaign, whoever asks at once (F-15)', async () => {
    const rule = await made(t, '/v1/validation-rules', {
      name: unique('once'),
      rules: {
        1: {
          name: 'campaign.redemptions.customers_count',
          conditions: { $less_than_or_equal: [1] },
        },
      },
    })
    const campaign = await aReferralCampaign(t, undefined, { validation_rules: [rule.id] })
    const [ann, eve] = [await aReferrer(t, campaign), await aReferrer(t, campaign)]
    const bob = unique('bob')
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, n) => redeem(t, n % 2 ? ann.code : eve.code, bob)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const refused = answers.filter(({ status }) => status !== 200)
    expect(new Set(refused.map(({ body }) => body.key))).toEqual(
      new Set(['redemption_rules_violated']),
    )
    expect((await redeem(t, ann.code, unique('bob'))).status).toBe(200)
  })
})
