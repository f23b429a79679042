import { describe, expect, it } from 'vitest'
import { aVoucher, NOW } from '../../../test/support/vouchers.ts'
import type { Campaign } from '../campaigns/index.ts'
import { ALWAYS_VALID } from '../validity/index.ts'
import {
  type Conversion,
  decideAwards,
  decideConversion,
  toConversion,
  toUndoneRedemption,
} from './decide-conversion.ts'
import type { ReferralTier } from './referral.ts'

const CODE = aVoucher('REF', undefined, {
  campaignId: 'camp_1',
  isReferralCode: true,
  holderId: 'cust_ann',
  referrerId: 'cust_ann',
})
const CAMPAIGN = {
  id: 'camp_1',
  campaignType: 'REFERRAL_PROGRAM',
  isActive: true,
  validity: ALWAYS_VALID,
  referralProgram: { conversion_event_type: 'redemption' },
} as Campaign
const BY_EVENT = {
  ...CAMPAIGN,
  referralProgram: {
    conversion_event_type: 'custom_event',
    custom_event: { id: null, name: 'signup' },
  },
} as Campaign

const REDEEMED: Conversion = {
  refereeId: 'cust_bob',
  voucherId: CODE.id,
  redemption: { id: 'r_1' },
  customEvent: null,
}
const TOLD: Conversion = {
  ...REDEEMED,
  redemption: null,
  customEvent: { id: 'event_1', type: 'signup' },
}

const decide = (
  conversion: Conversion,
  { voucher = CODE, campaign = CAMPAIGN }: { voucher?: typeof CODE; campaign?: Campaign } = {},
) => decideConversion(conversion, { voucher, campaign, now: NOW })

describe('toConversion', () => {
  const voucher = { id: 'v_1', is_referral_code: true }

  it('is made by a redemption of a referral code, and by an event that names one (F-10)', () => {
    const redemption = { id: 'r_1' }
    expect(
      toConversion('customer.redemption.succeeded', 'cust_bob', { voucher, redemption }),
    ).toEqual({ refereeId: 'cust_bob', voucherId: 'v_1', redemption, customEvent: null })
    const event = { id: 'event_1', type: 'signup' }
    expect(
      toConversion('customer.custom_event', 'cust_bob', { event, referral: { voucher } }),
    ).toEqual({ refereeId: 'cust_bob', voucherId: 'v_1', redemption: null, customEvent: event })
  })

  it('is made by nothing else', () => {
    const redeemed = { voucher: { ...voucher, is_referral_code: false }, redemption: { id: 'r_1' } }
    expect(toConversion('customer.redemption.succeeded', 'cust_bob', redeemed)).toBeUndefined()
    expect(toConversion('customer.redemption.succeeded', null, { voucher })).toBeUndefined()
    expect(toConversion('customer.custom_event', 'cust_bob', { referral: null })).toBeUndefined()
    expect(toConversion('customer.order.paid', 'cust_bob', { voucher })).toBeUndefined()
  })

  it('is undone by the rollback of its redemption (F-14)', () => {
    const data = { redemption: { id: 'r_1' } }
    expect(toUndoneRedemption('customer.redemption.rollback.succeeded', data)).toBe('r_1')
    expect(toUndoneRedemption('customer.redemption.succeeded', data)).toBeUndefined()
  })
})

describe('decideConversion', () => {
  it('is of whom the code was published to (F-1)', () => {
    expect(decide(REDEEMED)).toMatchObject({
      campaignId: 'camp_1',
      referrerId: 'cust_ann',
      refereeId: 'cust_bob',
      redemptionId: 'r_1',
      customEventId: null,
    })
    expect(decide(TOLD, { campaign: BY_EVENT })).toMatchObject({
      redemptionId: null,
      customEventId: 'event_1',
    })
  })

  it.each([
    ['by the referrer', { ...TOLD, refereeId: 'cust_ann' }, { campaign: BY_EVENT }],
    ['of another name', { ...TOLD, customEvent: { id: 'e', type: 'x' } }, { campaign: BY_EVENT }],
    ['of the other kind', TOLD, {}],
    ['of the other kind', REDEEMED, { campaign: BY_EVENT }],
    ['of a code of nobody', REDEEMED, { voucher: { ...CODE, referrerId: null } }],
    ['of a disabled code', TOLD, { campaign: BY_EVENT, voucher: { ...CODE, isActive: false } }],
    ['of a disabled campaign', TOLD, { campaign: { ...BY_EVENT, isActive: false } }],
    [
      'of a campaign that is over',
      TOLD,
      { campaign: { ...BY_EVENT, validity: { ...ALWAYS_VALID, expirationDate: NOW } } },
    ],
    [
      'of another kind of campaign',
      REDEEMED,
      { campaign: { ...CAMPAIGN, campaignType: 'DISCOUNT_COUPONS' as const } },
    ],
  ])('does not count one %s (F-13)', (_what, conversion, world) => {
    expect(decide(conversion, world)).toBeUndefined()
  })
})

describe('decideAwards', () => {
  const tier = (more: Partial<ReferralTier>) =>
    ({ conversions: 1, isRecurring: true, segmentId: null, ...more }) as ReferralTier
  const numbers = (tiers: ReferralTier[], count: number, isIn = true) =>
    decideAwards(tiers, count, () => isIn).map(({ number }) => number)

  it('gives after every so many, and numbers what it gives (§10.2)', () => {
    expect(numbers([tier({})], 3)).toEqual([3])
    const every = tier({ conversions: 2 })
    expect([1, 2, 3, 4].map((count) => numbers([every], count))).toEqual([[], [1], [], [2]])
  })

  it('gives once where that is said (§10.2)', () => {
    const once = tier({ conversions: 2, isRecurring: false })
    expect([1, 2, 3, 4].map((count) => numbers([once], count))).toEqual([[], [1], [], []])
  })

  it('gives to those in the segment alone', () => {
    const own = tier({ segmentId: 'seg_1' })
    expect(numbers([own], 1)).toEqual([1])
    expect(numbers([own], 1, false)).toEqual([])
  })
})
