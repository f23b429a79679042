import { calculateMapped, type LoyaltyTier } from '../loyalty-tiers/index.ts'
import type { Voucher } from '../vouchers/index.ts'
import type { Reward, RewardAssignment } from './reward.ts'

/** A reward in the program of a card, as the card can have it. */
export type Offer = {
  reward: Reward
  assignment: RewardAssignment
  /** Its price in points for this card; null for what is paid with as many points as the order takes. */
  price: number | null
  /** What points of this card pay, of a reward of type COIN. */
  coin: { exchangeRatio: number; pointsRatio: number } | null
  /** The tier of the card that changes what it costs. */
  tierId: string | null
  /** False where the campaign of the reward has no code left to give. */
  isSupplied: boolean
}

/** The rewards of programs, as the redemptions so far left them. */
export type Offers = {
  /** By id. */
  rewards: Map<string, Reward>
  /** By the id of the program. */
  assignments: ReadonlyMap<string, readonly RewardAssignment[]>
  /** The tiers that cards are in, by the id of the card (L-57). */
  tiers: ReadonlyMap<string, LoyaltyTier>
  /** The ids of rewards whose campaign has no code left for the customer of the request at hand. */
  unsupplied: Set<string>
}

/** How a request names a reward. */
export type NamedReward = { id?: string | undefined; assignmentId?: string | undefined }

/** What the program of a card offers it under this name; undefined when it does not have it. */
export function findOffer(
  { rewards, assignments, tiers, unsupplied }: Offers,
  { id: cardId, campaignId }: Pick<Voucher, 'id' | 'campaignId'>,
  { id, assignmentId }: NamedReward,
): Offer | undefined {
  const assignment = assignments
    .get(campaignId ?? '')
    ?.find((each) =>
      assignmentId === undefined
        ? each.rewardId === id
        : each.id === assignmentId && (id === undefined || each.rewardId === id),
    )
  const reward = assignment && rewards.get(assignment.rewardId)
  if (!reward) return undefined
  const tier = tiers.get(cardId)
  const mapping = tier?.rewards[assignment.id]
  const toMapped = (points: number): number =>
    calculateMapped({ perBlock: points, blocks: 1 }, mapping)
  return {
    reward,
    assignment,
    price: assignment.points === null ? null : toMapped(assignment.points),
    coin: reward.type === 'COIN' ? toCoin(reward.parameters.coin, toMapped) : null,
    tierId: mapping && tier ? tier.id : null,
    isSupplied: !unsupplied.has(reward.id),
  }
}

const toCoin = (
  { exchangeRatio, pointsRatio }: { exchangeRatio: number; pointsRatio: number },
  toMapped: (points: number) => number,
) => ({ exchangeRatio, pointsRatio: Math.max(1, toMapped(pointsRatio)) })
