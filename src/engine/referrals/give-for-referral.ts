import { ApiError } from '../../kernel/api-error.ts'
import type { Json } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { findCampaigns, toSimpleCampaign } from '../campaigns/index.ts'
import { toSimpleCustomer } from '../customers/index.ts'
import type { Fact } from '../outbox/index.ts'
import {
  type Destination,
  findRewards,
  type Given,
  giveOfCampaign,
  openDestination,
  openReward,
  type Reward,
  toGivenBalance,
  toGivenView,
  topUp,
  toResult,
} from '../rewards/index.ts'
import { findMemberships } from '../segments/index.ts'
import { toSimpleVoucher } from '../vouchers/index.ts'
import type { Referred } from './convert.ts'
import { type Award, decideAwards } from './decide-conversion.ts'
import { claimAward, countKey, countReferrals } from './referral.repo.ts'
import { findReferralTiers } from './referral-tier.repo.ts'
import { toSimpleReferralTier } from './referral-tier-view.ts'

type View = { [key: string]: Json }
type Due = Award & { reward: Reward; destination: Destination | undefined }

/** What is to be given because of each referral, and where it goes. */
export type Gifts = ReadonlyMap<Referred, { referee: Destination | undefined; due: readonly Due[] }>

/** Finds and locks what referrals give, and where it goes. Comes before customers. */
export async function openGifts(tx: Tx, referred: readonly Referred[]): Promise<Gifts> {
  const gifts = new Map<Referred, { referee: Destination | undefined; due: Due[] }>()
  const awards = await findAwards(tx, referred)
  for (const one of referred) {
    const due: Due[] = []
    for (const award of awards.get(one) ?? []) {
      const { call, referrer } = one
      const who = { customerId: referrer.id, quantity: 1 }
      const destination = await quietly(() => openReward(tx, call, award.reward, who))
      due.push({ ...award, destination })
    }
    gifts.set(one, { referee: await openForReferee(tx, one), due })
  }
  return gifts
}

async function openForReferee(
  tx: Tx,
  { call, campaign, referee }: Referred,
): Promise<Destination | undefined> {
  const campaignId = campaign.referralProgram?.referee_reward?.related_object_parent.id
  if (campaignId === undefined) return undefined
  // The campaign may have been deleted since.
  if (!(await findCampaigns(tx, [campaignId])).has(campaignId)) return undefined
  return quietly(() => openDestination(tx, call, { campaignId, customerId: referee.id }))
}

/** Something that cannot be given, such as a code of a campaign without any, keeps nobody from being referred. */
async function quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ApiError) return undefined
    throw error
  }
}

/** What referrers get with each of their referees, in the order in which these came (§10.2). */
async function findAwards(
  tx: Tx,
  referred: readonly Referred[],
): Promise<Map<Referred, (Award & { reward: Reward })[]>> {
  const tiers = await findReferralTiers(tx, [...new Set(referred.map((one) => one.campaign.id))])
  const [first] = referred
  if (!first || tiers.length === 0) return new Map()
  const { projectId, now } = first.call
  const referrals = referred.map(({ referral }) => referral)
  const [counts, rewards, memberships] = await Promise.all([
    countReferrals(tx, referrals),
    findRewards(
      tx,
      projectId,
      tiers.map(({ rewardId }) => rewardId),
    ),
    findMemberships(tx, { projectId, now, customers: referred.map(({ referrer }) => referrer) }),
  ])
  const awards = new Map<Referred, (Award & { reward: Reward })[]>()
  // Counted back from the last one.
  for (const one of [...referred].reverse()) {
    const key = countKey(one.referral)
    const count = counts.get(key) ?? 0
    counts.set(key, count - 1)
    const own = tiers.filter(({ campaignId }) => campaignId === one.campaign.id)
    const isIn = (id: string): boolean => memberships.get(one.referrer.id)?.has(id) ?? false
    const due = decideAwards(own, count, isIn).flatMap((award) => {
      const reward = rewards.get(award.tier.rewardId)
      return reward ? [{ ...award, reward }] : []
    })
    awards.set(one, due)
  }
  return awards
}

/** Gives what a referral is worth to referee and referrer, whom `tx` has locked; answers what is to be announced (F-12). */
export async function giveForReferral(tx: Tx, one: Referred, gifts: Gifts): Promise<Fact[]> {
  const { referee, due = [] } = gifts.get(one) ?? {}
  const facts = await giveToReferee(tx, one, referee)
  for (const award of due) facts.push(...(await giveAward(tx, one, award)))
  return facts
}

async function giveToReferee(
  tx: Tx,
  { call, campaign, referee, referral }: Referred,
  destination: Destination | undefined,
): Promise<Fact[]> {
  const reward = campaign.referralProgram?.referee_reward
  if (!reward || !destination) return []
  const given = await quietly(() =>
    topUp(tx, call, destination, {
      campaignId: reward.related_object_parent.id,
      customer: referee,
      amount: reward.amount,
      redemptionId: referral.redemptionId,
      details: { referral: { campaign_id: campaign.id, voucher_id: referral.voucherId } },
    }),
  )
  return given?.facts ?? []
}

async function giveAward(
  tx: Tx,
  one: Referred,
  { tier, number, reward, destination }: Due,
): Promise<Fact[]> {
  const { call, referrer, referral } = one
  const claim = { tierId: tier.id, referrerId: referrer.id, number, now: call.now }
  if (!destination || !(await claimAward(tx, claim))) return []
  const given = await quietly(() =>
    giveOfCampaign(tx, call, reward, {
      quantity: 1,
      customer: referrer,
      destination,
      redemptionId: referral.redemptionId,
      details: { reward: { id: reward.id, name: reward.name } },
    }),
  )
  if (!given || given.error) return given?.facts ?? []
  return [...given.facts, await toRewardedFact(tx, one, { tier, reward, given })]
}

/** Row 36 of §13.3, of the referrer. */
async function toRewardedFact(
  tx: Tx,
  { call, referrer, voucher, campaign, conversion }: Referred,
  { tier, reward, given }: { tier: Award['tier']; reward: Reward; given: Given },
): Promise<Fact> {
  const customer = toSimpleCustomer(referrer)
  const data: View = {
    customer,
    holder: voucher.holderId === referrer.id ? customer : null,
    voucher: toSimpleVoucher(voucher),
    campaign: toSimpleCampaign(campaign),
    redemption: conversion.redemption,
    reward: toGivenView(await toResult(tx, reward, { assignmentId: null, given })),
    referral_tier: toSimpleReferralTier(tier),
    balance: toGivenBalance(reward, 1),
    custom_event: conversion.customEvent,
    customer_event: null,
  }
  return { call, type: 'customer.rewarded', customerId: referrer.id, data }
}
