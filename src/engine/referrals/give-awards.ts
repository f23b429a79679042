import { ApiError, notFound } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import type { Json } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import type { Warn } from '../../platform/log.ts'
import { findCampaigns, toSimpleCampaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { lockCustomers, toSimpleCustomer } from '../customers/index.ts'
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
import { toSimpleVoucher } from '../vouchers/index.ts'
import { settleAwards } from './award.repo.ts'
import type { Referred } from './convert.ts'
import type { ReferralTier } from './referral.ts'
import { toSimpleReferralTier } from './referral-tier-view.ts'

/** Something that is owed because of a referral, locked until the transaction ends. */
export type Award = {
  id: number
  referred: Referred
  /** Through which the referrer gets it; null for what the referee gets. */
  tier: ReferralTier | null
  /** Why it could not be given before; null for one that is new. */
  failure: string | null
}

/** The award with where it goes, or why it cannot go anywhere. */
type Opened = Award & { reward: Reward | undefined; destination: Destination | ApiError }

/** What is to be announced of an award, and why it was not given. */
type Outcome = { facts: Fact[]; error?: ApiError }

/**
 * Gives what is owed (F-12), and answers for each award what is to be announced of it. What cannot be given, such as a
 * code of a campaign without any, keeps nobody from being referred: it is owed still, and told where its reason is new.
 * Locks where awards go, and then those who get them and `customerIds`.
 */
export async function giveAwards(
  tx: Tx,
  call: Call,
  awards: readonly Award[],
  { warn, customerIds = [] }: { warn: Warn; customerIds?: readonly string[] },
): Promise<Map<Award, Fact[]>> {
  const opened = await openAwards(tx, call, awards)
  await lockCustomers(tx, [
    ...new Set([...customerIds, ...awards.map((award) => recipientOf(award).id)]),
  ])
  const outcomes: Outcome[] = []
  for (const award of opened) outcomes.push(await give(tx, award))
  const reasons = outcomes.map(({ error }) => (error ? toReason(error) : null))
  settleAwards(
    tx,
    awards.map(({ id }, index) => ({ id, failure: reasons[index] ?? null })),
    call.now,
  )
  for (const [index, award] of awards.entries()) {
    const reason = reasons[index]
    if (reason && reason !== award.failure) tellOwed(warn, award, reason)
  }
  return new Map(awards.map((award, index) => [award, outcomes[index]?.facts ?? []]))
}

const recipientOf = ({ tier, referred }: Award) => (tier ? referred.referrer : referred.referee)

const toReason = ({ key, message, context }: ApiError): string =>
  `${key}: ${context.details ?? message}`

function tellOwed(warn: Warn, { tier, referred }: Award, reason: string): void {
  const { campaign, referrer, referee } = referred
  const fields = {
    projectId: campaign.projectId,
    campaign: campaign.id,
    tier: tier?.id ?? null,
    referrer: referrer.id,
    referee: referee.id,
    reason,
  }
  warn(fields, 'what a referral is worth could not be given, and is owed')
}

async function openAwards(tx: Tx, { projectId }: Call, awards: readonly Award[]) {
  const rewardIds = awards.flatMap(({ tier }) => tier?.rewardId ?? [])
  const rewards = await findRewards(tx, projectId, [...new Set(rewardIds)])
  const opened: Opened[] = []
  for (const award of awards) {
    const reward = rewards.get(award.tier?.rewardId ?? '')
    opened.push({
      ...award,
      reward,
      destination: await unlessRefused(() => open(tx, award, reward)),
    })
  }
  return opened
}

/** Throws `not_found` for what is gone. */
async function open(tx: Tx, { tier, referred }: Award, reward: Reward | undefined) {
  const { call, campaign, referrer, referee } = referred
  if (tier) {
    if (!reward) throw notFound('reward', tier.rewardId)
    const destination = await openReward(tx, call, reward, { customerId: referrer.id, quantity: 1 })
    if (!destination) throw notFound('campaign', campaignOf(reward))
    return destination
  }
  const campaignId = campaign.referralProgram?.referee_reward?.related_object_parent.id ?? ''
  // The campaign may have been deleted since.
  if (!(await findCampaigns(tx, [campaignId])).has(campaignId)) {
    throw notFound('campaign', campaignId)
  }
  return openDestination(tx, call, { campaignId, customerId: referee.id })
}

const campaignOf = (reward: Reward): string =>
  reward.type === 'CAMPAIGN' ? reward.parameters.campaign.id : ''

async function unlessRefused<T>(work: () => Promise<T>): Promise<T | ApiError> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
}

async function give(tx: Tx, award: Opened): Promise<Outcome> {
  const { destination } = award
  if (destination instanceof ApiError) return { facts: [], error: destination }
  const given = await unlessRefused(() =>
    award.tier ? giveToReferrer(tx, award, destination) : giveToReferee(tx, award, destination),
  )
  if (given instanceof ApiError) return { facts: [], error: given }
  const { facts, error } = given
  if (error) return { facts, error }
  return { facts: award.tier ? [...facts, await toRewardedFact(tx, award, given)] : facts }
}

async function giveToReferee(
  tx: Tx,
  { failure, referred: { call, campaign, referee, referral } }: Opened,
  destination: Destination,
): Promise<Given> {
  const reward = campaign.referralProgram?.referee_reward
  invariant(reward, 'what goes somewhere is still given')
  return topUp(tx, call, destination, {
    campaignId: reward.related_object_parent.id,
    customer: referee,
    amount: reward.amount,
    redemptionId: referral.redemptionId,
    details: { referral: { campaign_id: campaign.id, voucher_id: referral.voucherId } },
    isRetry: failure !== null,
  })
}

async function giveToReferrer(
  tx: Tx,
  { failure, reward, referred: { call, referrer, referral } }: Opened,
  destination: Destination,
): Promise<Given> {
  invariant(reward, 'what goes somewhere is still given')
  const given = await giveOfCampaign(tx, call, reward, {
    quantity: 1,
    customer: referrer,
    destination,
    redemptionId: referral.redemptionId,
    details: { reward: { id: reward.id, name: reward.name } },
    isRetry: failure !== null,
  })
  invariant(given, 'tiers give rewards of campaigns')
  return given
}

/** Row 36 of §13.3, of the referrer. */
async function toRewardedFact(
  tx: Tx,
  { tier, reward, referred }: Opened,
  given: Given,
): Promise<Fact> {
  invariant(tier && reward, 'what was given is of a tier and a reward')
  const { call, referrer, voucher, campaign, conversion } = referred
  const customer = toSimpleCustomer(referrer)
  const data: { [key: string]: Json } = {
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
