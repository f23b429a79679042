import { notFound } from '../../kernel/api-error.ts'
import type { Json } from '../../kernel/json.ts'
import type { Db } from '../../platform/db.ts'
import type { Page } from '../api/index.ts'
import { findVouchersByCode, pointsBalance } from '../vouchers/index.ts'
import { findOffers } from './find-offers.ts'
import { findOffer, type Offer } from './offer.ts'
import { toAssignmentView, toRewardView } from './reward-view.ts'

type View = { [key: string]: Json }

/**
 * What a loyalty card could be redeemed for, the oldest first, and how much that is; `isAffordable` leaves out what costs
 * more than is on it (scenario 56). Throws `not_found` for what is no card.
 */
export async function listMemberRewards(
  db: Db,
  projectId: string,
  { memberId, page, isAffordable }: { memberId: string; page: Page; isAffordable: boolean },
): Promise<{ rewards: View[]; total: number }> {
  const [card] = await findVouchersByCode(db, [{ projectId, code: memberId }])
  if (!card?.loyaltyCard) throw notFound('voucher', memberId)
  const { campaignId } = card
  const offers = await findOffers(db, [card])
  const balance = pointsBalance(card.loyaltyCard)
  const offered = (offers.assignments.get(campaignId ?? '') ?? []).flatMap(({ id }) => {
    const offer = findOffer(offers, card, { assignmentId: id })
    return offer && (!isAffordable || leastPriceOf(offer) <= balance) ? [offer] : []
  })
  return {
    rewards: offered.slice(page.offset, page.offset + page.limit).map(({ reward, assignment }) => ({
      reward: toRewardView(reward),
      assignment: toAssignmentView(assignment),
      object: 'loyalty_reward',
    })),
    total: offered.length,
  }
}

const leastPriceOf = ({ price, coin }: Offer): number => price ?? coin?.pointsRatio ?? 0
