import { type Db, statement } from '../../platform/db.ts'
import { findVouchersById, pointsBalance } from '../vouchers/index.ts'
import { decideAutoRedeem } from './decide-auto-redeem.ts'
import { findOffers } from './find-offers.ts'
import { findOffer } from './offer.ts'

/** A redemption that the engine is to make by itself: so many of the reward of an assignment. */
export type AutoRedemption = {
  cardId: string
  customerId: string
  assignmentId: string
  quantity: number
}

/** What the engine is to redeem cards for by itself, as they are now. */
export async function findAutoRedeemable(
  db: Db,
  projectId: string,
  { cardIds, now }: { cardIds: readonly string[]; now: Date },
): Promise<AutoRedemption[]> {
  const found = await findVouchersById(db, projectId, cardIds)
  const cards = found.filter((card) => card.loyaltyCard !== null && card.holderId !== null)
  const offers = await findOffers(db, cards)
  const due: AutoRedemption[] = []
  for (const card of cards) {
    const own = offers.assignments.get(card.campaignId ?? '') ?? []
    const assignmentId = own.find(({ isAutoRedeem }) => isAutoRedeem)?.id
    const offer = assignmentId && findOffer(offers, card, { assignmentId })
    const { holderId: customerId, loyaltyCard } = card
    if (!offer || customerId === null || loyaltyCard === null || offer.price === null) continue
    const { reward, price } = offer
    const redeemedToday = await countToday(db, { projectId, customerId, rewardId: reward.id, now })
    const balance = pointsBalance(loyaltyCard)
    const quantities = decideAutoRedeem({ balance, price, stock: reward.stock, redeemedToday })
    for (const quantity of quantities) {
      due.push({ cardId: card.id, customerId, assignmentId, quantity })
    }
  }
  return due
}

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
