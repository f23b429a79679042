import type { Json } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import type { Warn } from '../../platform/log.ts'
import { type Campaign, findCampaigns, toSimpleCampaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { type Customer, toSimpleCustomer } from '../customers/index.ts'
import type { Happening, ProgramEffect } from '../effects/index.ts'
import { announce, type Fact } from '../outbox/index.ts'
import { findVouchersById, toSimpleVoucher, type Voucher } from '../vouchers/index.ts'
import {
  type Conversion,
  decideConversion,
  toConversion,
  toUndoneRedemption,
} from './decide-conversion.ts'
import { findPeople, oweForReferrals, takeOwed } from './find-awards.ts'
import { type Award, giveAwards } from './give-awards.ts'
import { insertReferrals, undoReferrals } from './referral.repo.ts'
import type { Referral } from './referral.ts'

type View = { [key: string]: Json }

/** A customer who was referred for the first time, with everything that is told of it. */
export type Referred = {
  call: Call
  referral: Referral
  referee: Customer
  referrer: Customer
  /** The referral code and its campaign. */
  voucher: Voucher
  campaign: Campaign
  conversion: Conversion
  /** What tells of it. */
  occurrenceId: string
}

/**
 * Counts who was referred by a redemption or by an event (F-10), each customer once in a campaign (F-11), and gives what
 * referee and referrer get for it (F-12); what cannot be given is owed to them. What is rolled back does not count any more
 * (F-14).
 */
export const referralsEffect: ProgramEffect = { kind: 'referrals', run: convert }

async function convert(tx: Tx, happenings: readonly Happening[], warn: Warn): Promise<void> {
  const [first] = happenings
  if (!first) return
  const { call } = first
  const referred = await findReferred(tx, happenings)
  if (referred.length > 0) await reward(tx, call, referred, warn)
  const undone = happenings.flatMap(({ type, data }) => toUndoneRedemption(type, data) ?? [])
  undoReferrals(tx, undone, call.now)
}

/** What was owed to the same customers comes first. */
async function reward(
  tx: Tx,
  call: Call,
  referred: readonly Referred[],
  warn: Warn,
): Promise<void> {
  const customerIds = referred.flatMap(({ referee, referrer }) => [referee.id, referrer.id])
  const { awards: owed } = await takeOwed(tx, call, { customerIds, after: 0 })
  const fresh = await oweForReferrals(tx, referred)
  const facts = await giveAwards(tx, call, [...owed, ...fresh], { warn, customerIds })
  const factsOf = (awards: readonly Award[]) => awards.flatMap((award) => facts.get(award) ?? [])
  announce(tx, factsOf(owed))
  for (const one of referred) {
    const own = fresh.filter((award) => award.referred === one)
    announce(tx, [toReferredFact(one), ...factsOf(own)])
  }
}

type Candidate = Pick<Referred, 'call' | 'conversion' | 'occurrenceId'>

async function findReferred(tx: Tx, happenings: readonly Happening[]): Promise<Referred[]> {
  const candidates = happenings.flatMap(
    ({ type, customerId, data, call, occurrenceId }): Candidate[] => {
      const conversion = toConversion(type, customerId, data)
      return conversion ? [{ call, conversion, occurrenceId }] : []
    },
  )
  const [first] = candidates
  if (!first) return []
  const { projectId } = first.call
  const found = await findVouchersById(tx, projectId, [
    ...new Set(candidates.map(({ conversion }) => conversion.voucherId)),
  ])
  const voucherOf = new Map(found.map((voucher) => [voucher.id, voucher]))
  const campaigns = await findCampaigns(tx, [
    ...new Set(found.flatMap(({ campaignId }) => campaignId ?? [])),
  ])
  const wishes = candidates.flatMap(({ call, conversion, occurrenceId }) => {
    const voucher = voucherOf.get(conversion.voucherId)
    const campaign = campaigns.get(voucher?.campaignId ?? '')
    const referral = decideConversion(conversion, { voucher, campaign, now: call.now })
    return referral && voucher && campaign
      ? [{ call, conversion, occurrenceId, referral, voucher, campaign }]
      : []
  })
  const fresh = await insertReferrals(
    tx,
    wishes.map(({ referral }) => referral),
  )
  const people = await findPeople(tx, projectId, fresh)
  return wishes.flatMap((wish): Referred[] => {
    const referee = people.get(wish.referral.refereeId)
    const referrer = people.get(wish.referral.referrerId)
    if (!fresh.includes(wish.referral) || !referee || !referrer) return []
    return [{ ...wish, referee, referrer }]
  })
}

const toReferredFact = (referred: Referred): Fact => ({
  call: referred.call,
  type: 'customer.referred',
  customerId: referred.referee.id,
  data: {
    customer: toSimpleCustomer(referred.referee),
    referrer: toSimpleCustomer(referred.referrer),
    ...toCause(referred),
  },
})

/** What made somebody a referee (§13.6). */
export const toCause = ({ campaign, voucher, conversion }: Referred): View => ({
  campaign: toSimpleCampaign(campaign),
  voucher: toSimpleVoucher(voucher),
  custom_event: conversion.customEvent,
  redemption: conversion.redemption,
})
