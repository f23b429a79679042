import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { findCampaigns } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { type Customer, findCustomers } from '../customers/index.ts'
import { findMemberships } from '../segments/index.ts'
import { findVouchersById } from '../vouchers/index.ts'
import { lockOwed, type NewAward, type OwedAward, oweAwards } from './award.repo.ts'
import type { Referred } from './convert.ts'
import { decideAwards } from './decide-conversion.ts'
import type { Award } from './give-awards.ts'
import { countKey, countReferrals } from './referral.repo.ts'
import type { ReferralTier } from './referral.ts'
import { findReferralTiers } from './referral-tier.repo.ts'

type Due = { referred: Referred; tier: ReferralTier | null; number: number }

/** Notes what is owed to referees and referrers from now on, in the order in which the referees came (§10.2). */
export async function oweForReferrals(tx: Tx, referred: readonly Referred[]): Promise<Award[]> {
  const ofReferrers = await findDue(tx, referred)
  const due = referred.flatMap((one): Due[] => [
    ...(one.campaign.referralProgram?.referee_reward
      ? [{ referred: one, tier: null, number: 1 }]
      : []),
    ...(ofReferrers.get(one) ?? []),
  ])
  const ids = await oweAwards(tx, due.map(toNewAward))
  return due.flatMap(({ referred: one, tier }, place) => {
    const id = ids.get(place)
    return id === undefined ? [] : [{ id, referred: one, tier, failure: null }]
  })
}

const toNewAward = ({ referred, tier, number }: Due): NewAward => ({
  referral: referred.referral,
  tierId: tier?.id ?? null,
  number,
  occurrenceId: referred.occurrenceId,
})

/** What referrers get with each of their referees. */
async function findDue(tx: Tx, referred: readonly Referred[]): Promise<Map<Referred, Due[]>> {
  const tiers = await findReferralTiers(tx, [...new Set(referred.map((one) => one.campaign.id))])
  const [first] = referred
  if (!first || tiers.length === 0) return new Map()
  const { projectId, now } = first.call
  const [counts, memberships] = await Promise.all([
    countReferrals(
      tx,
      referred.map(({ referral }) => referral),
    ),
    findMemberships(tx, { projectId, now, customers: referred.map(({ referrer }) => referrer) }),
  ])
  const due = new Map<Referred, Due[]>()
  // Counted back from the last one.
  for (const one of [...referred].reverse()) {
    const key = countKey(one.referral)
    const count = counts.get(key) ?? 0
    counts.set(key, count - 1)
    const own = tiers.filter(({ campaignId }) => campaignId === one.campaign.id)
    const isIn = (id: string): boolean => memberships.get(one.referrer.id)?.has(id) ?? false
    const awards = decideAwards(own, count, isIn)
    due.set(
      one,
      awards.map((award) => ({ ...award, referred: one })),
    )
  }
  return due
}

/** Which of what is owed is wanted: what is owed to these customers, or to anybody; behind an award. */
type Wanted = { customerIds: readonly string[] | null; after: number }

/**
 * What could not be given before and is owed still, as far as everything that it is about is still there; locked until `tx` ends.
 * `last` is the last award that was looked at, where there may be more.
 */
export async function takeOwed(
  tx: Tx,
  call: Call,
  wanted: Wanted,
): Promise<{ awards: Award[]; last: number | undefined }> {
  const limit = LIMITS.owedAwardsPerPart
  const owed = await lockOwed(tx, call.projectId, { ...wanted, limit })
  const awards = owed.length === 0 ? [] : await withContext(tx, call, owed)
  return { awards, last: owed.length === limit ? owed.at(-1)?.id : undefined }
}

async function withContext(tx: Tx, call: Call, owed: readonly OwedAward[]): Promise<Award[]> {
  const { projectId } = call
  const referrals = owed.map(({ referral }) => referral)
  const campaignIds = [...new Set(referrals.map(({ campaignId }) => campaignId))]
  const voucherIds = [...new Set(referrals.map(({ voucherId }) => voucherId))]
  const [campaigns, tiers, vouchers, people] = await Promise.all([
    findCampaigns(tx, campaignIds),
    findReferralTiers(tx, campaignIds),
    findVouchersById(tx, projectId, voucherIds),
    findPeople(tx, projectId, referrals),
  ])
  return owed.flatMap(({ id, tierId, failure, referral, conversion, occurrenceId }): Award[] => {
    const campaign = campaigns.get(referral.campaignId)
    const voucher = vouchers.find((each) => each.id === referral.voucherId)
    const [referrer, referee] = [people.get(referral.referrerId), people.get(referral.refereeId)]
    const tier = tierId === null ? null : tiers.find((each) => each.id === tierId)
    if (!campaign || !voucher || !referrer || !referee || tier === undefined) return []
    const about = { referral, conversion, occurrenceId, campaign, voucher, referrer, referee }
    return [{ id, tier, failure, referred: { call, ...about } }]
  })
}

/** Referees and referrers, by id. */
export async function findPeople(
  tx: Tx,
  projectId: string,
  referrals: readonly { refereeId: string; referrerId: string }[],
): Promise<Map<string, Customer>> {
  const ids = new Set(referrals.flatMap(({ refereeId, referrerId }) => [refereeId, referrerId]))
  if (ids.size === 0) return new Map()
  const customers = await findCustomers(tx, projectId, [...ids])
  return new Map(customers.map((customer) => [customer.id, customer]))
}
