import { type Db, statement, type Tx } from '../../platform/db.ts'
import { lockVouchersById, pointsBalance, type Voucher } from '../vouchers/index.ts'
import { decideAutoRedeem } from './decide-auto-redeem.ts'
import { findOffers } from './find-offers.ts'
import { findOffer, type Offers } from './offer.ts'
import type { Reward } from './reward.ts'

/** A redemption that the engine is to make by itself: so many of the reward of an assignment. */
export type AutoRedemption = {
  cardId: string
  customerId: string
  assignmentId: string
  quantity: number
}

/** A card whose points are enough for the reward that its program redeems by itself. */
type Candidate = Omit<AutoRedemption, 'quantity'> & {
  reward: Reward
  price: number
  balance: number
}

/**
 * What the engine is to redeem cards for by itself. Locks them, so that their points are not spent meanwhile, and then
 * whoever redeems the same rewards for the same customers from other cards waits: they may be in several programs.
 */
export async function findAutoRedeemable(
  tx: Tx,
  projectId: string,
  { cardIds, now }: { cardIds: readonly string[]; now: Date },
): Promise<AutoRedemption[]> {
  const cards = await lockVouchersById(tx, projectId, cardIds)
  const offers = await findOffers(
    tx,
    cards.filter(({ loyaltyCard }) => loyaltyCard !== null),
  )
  const candidates = cards.flatMap((card) => toCandidate(offers, card) ?? [])
  if (candidates.length === 0) return []
  await tx.run(LOCK_DAYS, [[...new Set(candidates.map(dayKey))].sort()])
  const planned = new Map<string, number>()
  const due: AutoRedemption[] = []
  for (const candidate of candidates) {
    const { cardId, customerId, assignmentId, reward, price, balance } = candidate
    const key = dayKey(candidate)
    const earlier = planned.get(key) ?? 0
    const redeemedToday =
      earlier + (await countToday(tx, { projectId, customerId, rewardId: reward.id, now }))
    const quantities = decideAutoRedeem({ balance, price, stock: reward.stock, redeemedToday })
    planned.set(key, earlier + quantities.length)
    for (const quantity of quantities) due.push({ cardId, customerId, assignmentId, quantity })
  }
  return due
}

function toCandidate(offers: Offers, card: Voucher): Candidate | undefined {
  const own = offers.assignments.get(card.campaignId ?? '') ?? []
  const assignmentId = own.find(({ isAutoRedeem }) => isAutoRedeem)?.id
  const offer = assignmentId && findOffer(offers, card, { assignmentId })
  const { id: cardId, holderId: customerId, loyaltyCard } = card
  if (!offer || customerId === null || loyaltyCard === null || offer.price === null) {
    return undefined
  }
  const { reward, price } = offer
  const balance = pointsBalance(loyaltyCard)
  return balance < price ? undefined : { cardId, customerId, assignmentId, reward, price, balance }
}

/** By what "ten times a day" is counted. */
const dayKey = ({ customerId, reward }: Candidate): string => `${customerId} ${reward.id}`

const LOCK_DAYS = statement(
  'lock_auto_redeemed_days',
  `select pg_advisory_xact_lock(hashtextextended('auto-redeem ' || key, 0)) from unnest($1::text[]) as key`,
)

const COUNT_TODAY = statement(
  'count_automatic_reward_redemptions',
  `select count(*)::int as count
     from reward_redemption given join project on project.id = given.project_id
    where given.project_id = $1 and given.customer_id = $2 and given.reward_id = $3 and given.is_automatic
      and (given.created_at at time zone project.time_zone)::date = ($4::timestamptz at time zone project.time_zone)::date`,
)

/** How often the engine redeemed a reward for a customer today, in the time zone of the project. */
async function countToday(
  db: Db,
  wanted: { projectId: string; customerId: string; rewardId: string; now: Date },
): Promise<number> {
  const { projectId, customerId, rewardId, now } = wanted
  const [row] = await db.run<{ count: number }>(COUNT_TODAY, [projectId, customerId, rewardId, now])
  return row?.count ?? 0
}
