import { statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Campaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { findCustomers } from '../customers/index.ts'
import { announce } from '../outbox/index.ts'
import { NO_TIER } from './decide-tier.ts'
import type { LoyaltyTier } from './loyalty-tier.ts'
import { findMembers, saveMembers } from './member-tier.repo.ts'
import { toTierFacts } from './tier-facts.ts'

const FIND = statement(
  'find_cards_of_tier',
  'select voucher_id from loyalty_tier_member where tier_id = $1 or next_tier_id = $1 order by voucher_id',
)
// Cards are locked as everywhere, so that nobody puts one into the tier that is being deleted.
const LOCK = statement(
  'lock_cards_of_tier',
  'select id, holder_id from voucher where id = any($1::text[]) order by id for no key update',
)

/**
 * Takes all cards out of a tier of a program that `tx` has locked, and tells their holders (L-54). They may be many, so only
 * their ids are held at once.
 */
export async function leaveTier(
  tx: Tx,
  call: Call,
  campaign: Campaign,
  tier: LoyaltyTier,
): Promise<void> {
  const rows = await tx.run<{ voucher_id: string }>(FIND, [tier.id])
  const ids = rows.map(({ voucher_id }) => voucher_id)
  for (let from = 0; from < ids.length; from += LIMITS.tieredCardsPerStep) {
    const part = ids.slice(from, from + LIMITS.tieredCardsPerStep)
    await leaveWith(tx, call, { campaign, tier, ids: part })
  }
}

type Leaving = { campaign: Campaign; tier: LoyaltyTier; ids: readonly string[] }

async function leaveWith(tx: Tx, call: Call, { campaign, tier, ids }: Leaving): Promise<void> {
  const cards = await tx.run<{ id: string; holder_id: string | null }>(LOCK, [ids])
  const [members, customers] = await Promise.all([
    findMembers(tx, ids),
    findCustomers(tx, call.projectId, [
      ...new Set(cards.flatMap(({ holder_id }) => holder_id ?? [])),
    ]),
  ])
  const holders = new Map(customers.map((customer) => [customer.id, customer]))
  const left = cards.flatMap(({ id, holder_id }) => {
    const before = members.get(id)
    if (before?.tierId !== tier.id) return []
    return [
      { before, member: { ...before, ...NO_TIER, updatedAt: call.now }, holderId: holder_id ?? '' },
    ]
  })
  announce(
    tx,
    left.flatMap(({ before, member, holderId }) => {
      const customer = holders.get(holderId)
      const story = { campaign, before, member, from: tier, to: undefined }
      const decision = { change: 'left' as const }
      return customer ? toTierFacts(call, { ...story, customer, decision }) : []
    }),
  )
  saveMembers(
    tx,
    left.map(({ member }) => member),
  )
}
