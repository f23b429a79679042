import { toIso } from '../../kernel/time.ts'
import type { Campaign } from '../campaigns/index.ts'
import { decideValidity, type Validity } from '../validity/index.ts'
import { giftBalance, pointsBalance, type Voucher } from '../vouchers/index.ts'
import { type Circumstances, reservedOf } from './circumstances.ts'
import type { Redeemable, Target } from './redeemable.ts'
import { MISSING_REWARD, type Refusal } from './refusal.ts'

/** A question a redeemable must pass; the answer says why it does not. */
export type Check = {
  what: string
  refuse: (
    target: Target,
    circumstances: Circumstances,
    asked: Pick<Redeemable, 'credits' | 'reward'>,
  ) => Refusal | undefined
}

/**
 * When `target` may be redeemed: where it says nothing itself, what its campaign says holds (R-VOU-06, §7.1).
 */
export function validityOf({ voucher, tier, campaign }: Target): Validity {
  const own = (voucher ?? tier).validity
  if (!campaign) return own
  const inherited = campaign.validity
  const recurs = own.timeframe ?? own.daysOfWeek ?? own.hours
  return {
    startDate: own.startDate ?? inherited.startDate,
    expirationDate: own.expirationDate ?? inherited.expirationDate,
    ...(recurs
      ? { timeframe: own.timeframe, daysOfWeek: own.daysOfWeek, hours: own.hours }
      : {
          timeframe: inherited.timeframe,
          daysOfWeek: inherited.daysOfWeek,
          hours: inherited.hours,
        }),
  }
}

type OfVoucher = (
  voucher: Voucher,
  circumstances: Circumstances,
  asked: Pick<Redeemable, 'credits' | 'reward'>,
) => OfVoucherRefusal | undefined
type OfVoucherRefusal = Omit<Refusal, 'details'> & Partial<Pick<Refusal, 'details'>>

/** A check of vouchers alone; the `details` of a refusal is the code, where it has none of its own (§3.1). */
const ofVoucher = (what: string, refuse: OfVoucher): Check => ({
  what,
  refuse: ({ voucher }, circumstances, asked) => {
    const refusal = voucher && refuse(voucher, circumstances, asked)
    return refusal && { details: voucher.code, ...refusal }
  },
})

/** What depends on the redeemable alone, in the order in which failures are told (R-VALID-01). */
export const STATE_CHECKS: readonly Check[] = [
  { what: 'is enabled', refuse: (target) => refuseDisabled(target) },
  {
    what: 'start date is reached',
    refuse: (target, { now, timeZone }) => {
      const validity = validityOf(target)
      return decideValidity(validity, now, timeZone) === 'not_started'
        ? dated(target, 'voucher_not_active', `Valid from ${toText(validity.startDate)}`)
        : undefined
    },
  },
  {
    what: 'expiration date is not reached',
    refuse: (target, { now, timeZone }) => {
      const validity = validityOf(target)
      return decideValidity(validity, now, timeZone) === 'expired'
        ? dated(target, 'voucher_expired', `Expired at ${toText(validity.expirationDate)}`)
        : undefined
    },
  },
  {
    what: 'campaign is enabled',
    refuse: ({ campaign, ...target }) => refuseCampaign(target as Target, campaign),
  },
  {
    what: 'it is the day and hour for it',
    refuse: (target, { now, timeZone }) =>
      decideValidity(validityOf(target), now, timeZone) === 'not_active_now'
        ? dated(
            target,
            'voucher_not_active_now',
            `Outside its interval, days or hours at ${toIso(now)}, time zone ${timeZone}`,
          )
        : undefined,
  },
  ofVoucher('uses are left', refuseUsedUp),
  ofVoucher('gift card holds enough', refuseGift),
  ofVoucher('loyalty card may be spent', refuseLoyaltyCard),
  ofVoucher('referral code is published', refuseUnpublished),
  ofVoucher('customer is not the referrer', refuseReferrer),
]

/** The first check that `target` does not pass. */
export function decideState(
  target: Target,
  circumstances: Circumstances,
  asked: Pick<Redeemable, 'credits' | 'reward'>,
): Refusal | undefined {
  for (const check of STATE_CHECKS) {
    const refusal = check.refuse(target, circumstances, asked)
    if (refusal) return refusal
  }
  return undefined
}

const toText = (date: Date | null): string => (date ? toIso(date) : 'never')

function refuseDisabled({ voucher, tier }: Target): Refusal | undefined {
  if (voucher) {
    return voucher.isActive
      ? undefined
      : { key: 'voucher_disabled', details: voucher.code, because: 'The voucher is disabled' }
  }
  return tier.isActive ? undefined : inactiveTier(tier.id, 'The promotion tier is disabled')
}

/** R-CAM-05: what belongs to a disabled campaign is disabled with it. */
function refuseCampaign(
  { voucher, tier }: Target,
  campaign: Campaign | undefined,
): Refusal | undefined {
  if (!campaign || campaign.isActive) return undefined
  const because = `The campaign ${campaign.name} is disabled`
  if (tier) return inactiveTier(tier.id, because)
  return { key: 'voucher_disabled', details: voucher.code, because }
}

/** R-PROMO-01. */
const inactiveTier = (id: string, because: string): Refusal => ({
  key: 'promotion_inactive',
  details: `Promotion Tier with id: ${id} is disabled.`,
  because,
})

/** Tiers have one word for everything about their time (R-PROMO-01). */
function dated(
  { voucher, tier }: Target,
  key: 'voucher_not_active' | 'voucher_expired' | 'voucher_not_active_now',
  because: string,
): Refusal {
  if (voucher) return { key, details: voucher.code, because }
  return {
    key: 'promotion_not_active_now',
    details: `Promotion Tier with id: ${tier.id} is not active now.`,
    because,
  }
}

/** R-RED-06, R-SES-03: what others have reserved is gone. */
function refuseUsedUp(
  voucher: Voucher,
  circumstances: Circumstances,
): Omit<Refusal, 'details'> | undefined {
  const { redemptionQuantity: quantity, redeemedQuantity: used } = voucher
  if (quantity === null) return undefined
  const { uses } = reservedOf(circumstances, voucher.id)
  if (used + uses < quantity) return undefined
  const reserved = uses > 0 ? `, ${uses} more are reserved` : ''
  return {
    key: 'quantity_exceeded',
    because: `The voucher was redeemed ${used} of ${quantity} times${reserved}`,
  }
}

/** R-DISC-16, R-SES-03. */
function refuseGift(
  voucher: Voucher,
  circumstances: Circumstances,
  { credits }: Pick<Redeemable, 'credits'>,
): Omit<Refusal, 'details'> | undefined {
  if (!voucher.gift || credits === undefined) return undefined
  const left = giftBalance(voucher.gift) - reservedOf(circumstances, voucher.id).credits
  if (credits <= left) return undefined
  return {
    key: 'gift_amount_exceeded',
    because: `${credits} credits were asked for, ${left} are left`,
  }
}

/** R-RED-07: its holder spends it, for a reward, and no more than is on it. */
function refuseLoyaltyCard(
  voucher: Voucher,
  circumstances: Circumstances,
  { reward }: Pick<Redeemable, 'reward'>,
): OfVoucherRefusal | undefined {
  if (!voucher.loyaltyCard) return undefined
  const customerId = circumstances.customer?.id ?? null
  if (customerId === null || voucher.holderId !== customerId) {
    return {
      key: 'invalid_customer',
      message: 'Customer must be a holder of a loyalty card.',
      because: 'The customer is not the holder of the loyalty card',
    }
  }
  if (!reward) return MISSING_REWARD
  const left = pointsBalance(voucher.loyaltyCard) - reservedOf(circumstances, voucher.id).points
  if ((reward.points ?? 0) <= left) return undefined
  return {
    key: 'loyalty_card_points_exceeded',
    because: `${reward.points} points were asked for, ${left} are left`,
  }
}

/** F-3. */
function refuseUnpublished({
  isReferralCode,
  referrerId,
}: Voucher): Omit<Refusal, 'details'> | undefined {
  if (!isReferralCode || referrerId !== null) return undefined
  return { key: 'not_published', because: 'The referral code was published to nobody' }
}

/** R-RED-09. */
function refuseReferrer(
  { isReferralCode, referrerId }: Voucher,
  { customer }: Circumstances,
): Omit<Refusal, 'details'> | undefined {
  if (!isReferralCode || referrerId === null || referrerId !== customer?.id) return undefined
  return {
    key: 'referrer_not_permitted_to_redeem',
    because: 'The customer is the referrer of this code',
  }
}
