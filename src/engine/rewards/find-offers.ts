import type { Db } from '../../platform/db.ts'
import { findMembers, findTiersOfPrograms, type LoyaltyTier } from '../loyalty-tiers/index.ts'
import type { Voucher } from '../vouchers/index.ts'
import { findAssignmentsOf } from './assignment.repo.ts'
import type { Offers } from './offer.ts'
import { findRewards } from './reward.repo.ts'
import type { RewardAssignment } from './reward.ts'

/** What the programs of loyalty cards offer them; nothing of other vouchers. */
export async function findOffers(db: Db, vouchers: readonly Voucher[]): Promise<Offers> {
  const cards = vouchers.filter(({ type, campaignId }) => type === 'LOYALTY_CARD' && campaignId)
  if (cards.length === 0) return NO_OFFERS()
  const campaignIds = [...new Set(cards.flatMap(({ campaignId }) => campaignId ?? []))]
  const [found, tiers] = await Promise.all([
    findAssignmentsOf(db, campaignIds),
    findTiers(db, cards, campaignIds),
  ])
  const assignments = new Map<string, RewardAssignment[]>()
  for (const assignment of found) {
    const known = assignments.get(assignment.campaignId)
    if (known) known.push(assignment)
    else assignments.set(assignment.campaignId, [assignment])
  }
  const rewards = new Map()
  for (const projectId of new Set(found.map((each) => each.projectId))) {
    const ids = found.flatMap((each) => (each.projectId === projectId ? each.rewardId : []))
    for (const [id, reward] of await findRewards(db, projectId, ids)) rewards.set(id, reward)
  }
  return { rewards, assignments, tiers, unsupplied: new Set() }
}

const NO_OFFERS = (): Offers => ({
  rewards: new Map(),
  assignments: new Map(),
  tiers: new Map(),
  unsupplied: new Set(),
})

/** The tiers of cards, by the id of the card. */
async function findTiers(
  db: Db,
  cards: readonly Voucher[],
  campaignIds: readonly string[],
): Promise<Map<string, LoyaltyTier>> {
  const [members, tiers] = await Promise.all([
    findMembers(
      db,
      cards.map(({ id }) => id),
    ),
    findTiersOfPrograms(db, campaignIds),
  ])
  const all = [...tiers.values()].flat()
  return new Map(
    cards.flatMap(({ id }) => {
      const tier = all.find((each) => each.id === members.get(id)?.tierId)
      return tier ? [[id, tier] as const] : []
    }),
  )
}
