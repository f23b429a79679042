import { isPlainObject, type Json, type JsonObject } from '../../kernel/json.ts'
import type { Campaign } from '../campaigns/index.ts'
import type { Voucher } from '../vouchers/index.ts'
import type { Referral, ReferralTier } from './referral.ts'

type View = { [key: string]: Json }

/** A customer who used a referral code: redeemed it, or is named with it in an event. */
export type Conversion = {
  refereeId: string
  voucherId: string
  /** The redemption, or the event, as it was told. */
  redemption: View | null
  customEvent: View | null
}

const objectOf = (data: JsonObject, key: string): View | undefined => {
  const value = data[key]
  return isPlainObject(value) ? (value as View) : undefined
}

const textOf = (view: View | undefined, key: string): string | undefined => {
  const value = view?.[key]
  return typeof value === 'string' ? value : undefined
}

/** What an occurrence may be the conversion of; undefined when no referral code had to do with it. */
export function toConversion(
  type: string,
  customerId: string | null,
  data: JsonObject,
): Conversion | undefined {
  if (customerId === null) return undefined
  if (type === 'customer.redemption.succeeded') {
    const voucher = objectOf(data, 'voucher')
    const voucherId = textOf(voucher, 'id')
    const redemption = objectOf(data, 'redemption')
    return voucherId !== undefined && voucher?.['is_referral_code'] === true && redemption
      ? { refereeId: customerId, voucherId, redemption, customEvent: null }
      : undefined
  }
  if (type !== 'customer.custom_event') return undefined
  const voucherId = textOf(objectOf(objectOf(data, 'referral') ?? {}, 'voucher'), 'id')
  const customEvent = objectOf(data, 'event')
  return voucherId !== undefined && customEvent
    ? { refereeId: customerId, voucherId, redemption: null, customEvent }
    : undefined
}

/** The redemption that an occurrence tells to be rolled back. */
export const toUndoneRedemption = (type: string, data: JsonObject): string | undefined =>
  type === 'customer.redemption.rollback.succeeded'
    ? textOf(objectOf(data, 'redemption'), 'id')
    : undefined

/**
 * Whether a conversion counts, and whose it is (F-10, F-13): the code is of a referral campaign that is about this kind of
 * thing, was published to somebody else, and code and campaign are active.
 */
export function decideConversion(
  { refereeId, voucherId, redemption, customEvent }: Conversion,
  {
    voucher,
    campaign,
    now,
  }: { voucher: Voucher | undefined; campaign: Campaign | undefined; now: Date },
): Referral | undefined {
  if (!voucher || !campaign || voucher.referrerId === null) return undefined
  if (campaign.campaignType !== 'REFERRAL_PROGRAM') return undefined
  if (voucher.referrerId === refereeId || !isMeant(campaign, customEvent)) return undefined
  // A redemption was possible when it was made; an event asks for nothing.
  if (customEvent && !isActive(voucher, campaign, now)) return undefined
  return {
    projectId: voucher.projectId,
    campaignId: campaign.id,
    voucherId,
    referrerId: voucher.referrerId,
    refereeId,
    redemptionId: textOf(redemption ?? undefined, 'id') ?? null,
    customEventId: textOf(customEvent ?? undefined, 'id') ?? null,
    createdAt: now,
  }
}

function isMeant({ referralProgram }: Campaign, customEvent: View | null): boolean {
  const kind = referralProgram?.conversion_event_type ?? 'redemption'
  if (!customEvent) return kind === 'redemption'
  return kind === 'custom_event' && referralProgram?.custom_event?.name === customEvent['type']
}

function isActive(voucher: Voucher, campaign: Campaign, now: Date): boolean {
  const isWithin = ({ startDate, expirationDate }: Campaign['validity']): boolean =>
    (startDate === null || startDate <= now) && (expirationDate === null || expirationDate > now)
  return (
    voucher.isActive &&
    campaign.isActive &&
    isWithin(voucher.validity) &&
    isWithin(campaign.validity)
  )
}

/** Something that a tier gives to a referrer, which award of it that is. */
export type Award = { tier: ReferralTier; number: number }

/** What the referrer of so many referees gets with the last of them (§10.2). */
export const decideAwards = (
  tiers: readonly ReferralTier[],
  count: number,
  isIn: (segmentId: string) => boolean,
): Award[] =>
  tiers.flatMap((tier) => {
    const { conversions, isRecurring, segmentId } = tier
    const isDue = isRecurring ? count % conversions === 0 : count === conversions
    if (!isDue || (segmentId !== null && !isIn(segmentId))) return []
    return [{ tier, number: isRecurring ? count / conversions : 1 }]
  })
