import type { Tx } from '../../platform/db.ts'
import { type Campaign, findCampaigns } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { type Customer, findCustomers } from '../customers/index.ts'
import { announce, type Fact } from '../outbox/index.ts'
import { addDays, type Day, toDay } from '../points/index.ts'
import { findProjectSettings } from '../project-settings/index.ts'
import { lockVouchersById, pointsBalance, type Voucher } from '../vouchers/index.ts'
import { periodStart } from './calculate-days.ts'
import { decideTier, NO_TIER, type TierDecision } from './decide-tier.ts'
import { findTiersOfPrograms } from './loyalty-tier.repo.ts'
import type { LoyaltyTier, StoredMember } from './loyalty-tier.ts'
import { findMembers, saveMembers, sumEarned } from './member-tier.repo.ts'
import { parseTiersExpiration } from './parse-tiers-expiration.ts'
import { toTierFacts } from './tier-facts.ts'

/** A loyalty card under lock whose points may have changed, as they are now, and what changed them. */
export type ChangedCard = { voucher: Voucher; call: Call }

/** Locks cards of one project by id until `tx` ends; those that are gone, or no loyalty cards, are left out. */
export async function lockCards(tx: Tx, calls: ReadonlyMap<string, Call>): Promise<ChangedCard[]> {
  const [first] = calls.values()
  if (!first) return []
  const vouchers = await lockVouchersById(tx, first.projectId, [...calls.keys()])
  return vouchers.flatMap((voucher) => {
    const call = calls.get(voucher.id)
    return voucher.type === 'LOYALTY_CARD' && call ? [{ voucher, call }] : []
  })
}

type State = {
  tiers: ReadonlyMap<string, LoyaltyTier[]>
  campaigns: ReadonlyMap<string, Campaign>
  members: ReadonlyMap<string, StoredMember>
  earned: ReadonlyMap<string, { earned: number; before: number }>
  customers: ReadonlyMap<string, Customer>
  today: Day
}

/**
 * Puts loyalty cards of one project into the tiers that their points give, and tells what changed (L-50 to L-56). Cards
 * that nobody holds are in none. With `mayLower: false` nobody comes into a lower tier (L-54).
 */
export async function evaluateTiers(
  tx: Tx,
  cards: readonly ChangedCard[],
  { mayLower }: { mayLower: boolean } = { mayLower: true },
): Promise<void> {
  const held = onePerCard(cards).filter(({ voucher }) => voucher.holderId !== null)
  const programs = held.flatMap(({ voucher }) => voucher.campaignId ?? [])
  const tiers = await findTiersOfPrograms(tx, programs)
  const tiered = held.filter(({ voucher }) => tiers.has(voucher.campaignId ?? ''))
  const [first] = tiered
  if (!first) return
  const state = await load(tx, first.call, tiered, tiers)
  const saved: StoredMember[] = []
  const facts: Fact[] = []
  for (const card of tiered.filter(({ voucher }) =>
    state.campaigns.has(voucher.campaignId ?? ''),
  )) {
    const decision = decide(card, state, mayLower)
    const before = state.members.get(card.voucher.id)
    if (!hasChanged(before, decision)) continue
    const member = toStored(card, before, decision)
    saved.push(member)
    facts.push(...toFacts(card, { before, member, decision }, state))
  }
  saveMembers(tx, saved)
  announce(tx, facts)
}

/** The last that is told of each card. */
const onePerCard = (cards: readonly ChangedCard[]): ChangedCard[] => [
  ...new Map(cards.map((card) => [card.voucher.id, card])).values(),
]

async function load(
  tx: Tx,
  { projectId, now }: Call,
  cards: readonly ChangedCard[],
  tiers: State['tiers'],
): Promise<State> {
  const vouchers = cards.map(({ voucher }) => voucher)
  const [settings, campaigns, members, customers] = await Promise.all([
    findProjectSettings(tx, [projectId]),
    findCampaigns(tx, [...tiers.keys()]),
    findMembers(
      tx,
      vouchers.map(({ id }) => id),
    ),
    findCustomers(tx, projectId, [...new Set(vouchers.flatMap(({ holderId }) => holderId ?? []))]),
  ])
  const timeZone = settings.get(projectId)?.timeZone ?? 'UTC'
  const today = toDay(now, timeZone)
  return {
    tiers,
    campaigns,
    members,
    earned: await loadEarned(tx, { vouchers, campaigns, timeZone, today }),
    customers: new Map(customers.map((customer) => [customer.id, customer])),
    today,
  }
}

/** Sums are needed only where what was earned in a period decides. */
async function loadEarned(
  tx: Tx,
  {
    vouchers,
    campaigns,
    timeZone,
    today,
  }: Pick<State, 'campaigns' | 'today'> & { vouchers: readonly Voucher[]; timeZone: string },
): Promise<State['earned']> {
  const wanted = vouchers.flatMap(({ id, campaignId }) => {
    const campaign = campaigns.get(campaignId ?? '')
    const rules = campaign && parseTiersExpiration(campaign.tiersExpiration)
    if (rules?.qualification !== 'POINTS_IN_PERIOD') return []
    const from = periodStart(today, rules.period)
    return [{ voucherId: id, before: periodStart(addDays(from, -1), rules.period), from }]
  })
  return sumEarned(tx, timeZone, wanted)
}

function decide({ voucher }: ChangedCard, state: State, mayLower: boolean): TierDecision {
  const campaign = state.campaigns.get(voucher.campaignId ?? '')
  const sums = state.earned.get(voucher.id)
  return decideTier({
    tiers: state.tiers.get(voucher.campaignId ?? '') ?? [],
    expiration: campaign ? parseTiersExpiration(campaign.tiersExpiration) : null,
    member: state.members.get(voucher.id) ?? NO_TIER,
    balance: voucher.loyaltyCard ? pointsBalance(voucher.loyaltyCard) : 0,
    earned: sums?.earned ?? 0,
    earnedBefore: sums?.before ?? 0,
    today: state.today,
    mayLower,
  })
}

const FIELDS = ['tierId', 'startsOn', 'expiresOn', 'nextTierId', 'nextStartsOn'] as const

const hasChanged = (before: StoredMember | undefined, { member, change }: TierDecision): boolean =>
  change !== undefined || FIELDS.some((field) => member[field] !== (before ?? NO_TIER)[field])

const toStored = (
  { voucher, call }: ChangedCard,
  before: StoredMember | undefined,
  { member }: TierDecision,
): StoredMember => ({
  ...member,
  voucherId: voucher.id,
  projectId: voucher.projectId,
  campaignId: voucher.campaignId ?? '',
  createdAt: before?.createdAt ?? call.now,
  updatedAt: before ? call.now : null,
})

function toFacts(
  { voucher, call }: ChangedCard,
  change: { before: StoredMember | undefined; member: StoredMember; decision: TierDecision },
  { campaigns, customers, tiers }: State,
): Fact[] {
  const campaign = campaigns.get(voucher.campaignId ?? '')
  const customer = customers.get(voucher.holderId ?? '')
  if (!customer || !campaign) return []
  const tierOf = (member: StoredMember | undefined): LoyaltyTier | undefined =>
    tiers.get(campaign.id)?.find(({ id }) => id === member?.tierId)
  const [from, to] = [tierOf(change.before), tierOf(change.member)]
  return toTierFacts(call, { campaign, customer, from, to, ...change })
}
