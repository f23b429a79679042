import { newSortableId } from '../../kernel/ids.ts'
import type { Json } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { type Customer, toSimpleCustomer } from '../customers/index.ts'
import type { Fact } from '../outbox/index.ts'
import { giveOfCampaign, toGivenBalance, toResult } from './give-of-campaign.ts'
import type { Offer } from './offer.ts'
import { countRedeemed } from './reward.repo.ts'
import { type RewardContext, toRewardedFact, toRewardRedemptionFact } from './reward-facts.ts'
import { insertRewardRedemptions } from './reward-redemption.repo.ts'
import type { RewardRedemption } from './reward-redemption.ts'
import { toAssignmentView, toRewardDetails } from './reward-view.ts'
import type { Destination } from './top-up.ts'

type View = { [key: string]: Json }

/** A reward that was paid for. */
export type Purchase = {
  offer: Offer
  quantity: number
  redemptionId: string
  /** The card that paid, and its program. */
  voucherId: string
  campaignId: string
  /** Locked by `tx`. */
  customer: Customer
  destination: Destination | undefined
  isAutomatic: boolean
}

/** What was given. */
export type GivenReward = {
  /** The reward as a redemption shows it (§9.4). */
  view: View
  redemption: RewardRedemption
  /** What happened on the way: a publication, something that came onto a card. */
  facts: readonly Fact[]
  publication: Json | undefined
  balance: View | null
}

/**
 * Gives what was paid for (§9.3): publishes a code, puts credits or points onto a card, or notes that a product is to
 * be sent. Announces nothing (`toGivenFacts`). Throws what a publication is refused with.
 */
export async function giveReward(tx: Tx, call: Call, purchase: Purchase): Promise<GivenReward> {
  const { offer, quantity, redemptionId, customer } = purchase
  const { reward, assignment } = offer
  const details = toRewardDetails(reward)
  const given = await giveOfCampaign(tx, call, reward, { ...purchase, details })
  if (given?.error) throw given.error
  const result = await toResult(tx, reward, {
    assignmentId: assignment.id,
    given,
    tierId: offer.tierId,
  })
  const redemption: RewardRedemption = {
    id: newSortableId('rewardRedemption', call.now.getTime()),
    projectId: call.projectId,
    redemptionId,
    state: reward.type === 'MATERIAL' ? 'PENDING' : 'COMPLETED',
    rewardId: reward.id,
    assignmentId: assignment.id,
    voucherId: purchase.voucherId,
    campaignId: purchase.campaignId,
    customerId: customer.id,
    publicationId: given?.publication?.id ?? null,
    quantity,
    isAutomatic: purchase.isAutomatic,
    result,
    assignment: toAssignmentView(assignment),
    createdAt: call.now,
    updatedAt: null,
  }
  insertRewardRedemptions(tx, [redemption])
  countRedeemed(tx, [{ rewardId: reward.id, quantity }])
  return {
    view: withCustomer(result, customer),
    redemption,
    facts: given?.facts ?? [],
    publication: given?.publication?.view,
    balance: toGivenBalance(reward, quantity),
  }
}

/** The reward inside a redemption, with who got it. */
const withCustomer = (result: View, customer: Customer | undefined): View => ({
  customer: customer ? toSimpleCustomer(customer) : null,
  ...result,
})

/** What is told of a reward that was given, after its redemption. */
export function toGivenFacts(
  call: Call,
  given: GivenReward,
  { context, redemption }: { context: RewardContext; redemption: View },
): Fact[] {
  const { publication, balance } = given
  const tell = (what: 'created' | 'pending' | 'completed', state = given.redemption.state) =>
    toRewardRedemptionFact(
      call,
      what,
      { ...given.redemption, state },
      { context, ...(what === 'completed' && { publication }) },
    )
  return [
    ...given.facts,
    toRewardedFact(call, given.redemption, { context, redemption, balance }),
    tell('created', 'PENDING'),
    given.redemption.state === 'PENDING' ? tell('pending') : tell('completed'),
  ]
}
