import type { TestApp } from '../../../support/test-app.ts'
import { made, unique } from '../rewards/support.ts'

/** A referral campaign whose codes take 5.00 off; a conversion by redemption unless `program` says otherwise. */
export const aReferralCampaign = (t: TestApp, program?: object, more: object = {}) =>
  made(t, '/v1/campaigns', {
    name: unique('referral'),
    campaign_type: 'REFERRAL_PROGRAM',
    type: 'AUTO_UPDATE',
    voucher: {
      type: 'DISCOUNT_VOUCHER',
      discount: { type: 'AMOUNT', amount_off: 500 },
      is_referral_code: true,
      redemption: { quantity: null },
      code_config: { pattern: 'REF-###########' },
    },
    ...(program && { referral_program: program }),
    ...more,
  })

/** A referral code with its referrer. */
export async function aReferrer(t: TestApp, campaign: { id: string }, sourceId = unique('ann')) {
  const { voucher, customer } = await made(t, '/v1/publications', {
    campaign: { id: campaign.id },
    customer: { source_id: sourceId },
  })
  return { code: voucher.code as string, sourceId, id: customer.id as string }
}

export const redeem = (t: TestApp, code: string, sourceId: string) =>
  t.call('POST', '/v1/redemptions', {
    redeemables: [{ object: 'voucher', id: code }],
    order: { amount: 2000 },
    customer: { source_id: sourceId },
  })

export const customerOf = async (t: TestApp, sourceId: string) =>
  (await t.call('GET', `/v1/customers/${sourceId}`)).body

export async function manage(
  t: TestApp,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: unknown,
) {
  const response = await t.app.http.inject({
    method,
    url,
    headers: { authorization: `Bearer ${t.keys.adminToken}`, 'content-type': 'application/json' },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  })
  return { status: response.statusCode, body: response.payload && response.json() }
}

/** Adds what referrers get: a reward of a campaign after so many referees. */
export async function aTier(
  t: TestApp,
  campaign: { id: string },
  rewardOf: { id: string; balance?: number },
  parameters: object = {},
) {
  const reward = await made(t, '/v1/rewards', {
    name: unique('reward'),
    parameters: { campaign: rewardOf },
  })
  const { status, body } = await manage(
    t,
    'POST',
    `/api/v1/campaigns/${campaign.id}/referral-tiers`,
    { banner: 'Bring a friend', parameters: { ...parameters, reward: { id: reward.id } } },
  )
  if (status !== 201) throw new Error(JSON.stringify(body))
  return { tier: body, reward }
}
