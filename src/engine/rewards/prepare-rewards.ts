import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { lockCustomers } from '../customers/index.ts'
import type { Voucher } from '../vouchers/index.ts'
import { findOffers } from './find-offers.ts'
import { openReward } from './give-of-campaign.ts'
import { findOffer, type NamedReward, type Offers } from './offer.ts'
import { lockRewards } from './reward.repo.ts'
import type { Destination } from './top-up.ts'

/** A card that is to pay for a reward, so many of it. */
export type RewardWish = { card: Voucher; reward: NamedReward; quantity: number }

type Preparation = {
  rewardId: string
  quantity: number
  customerId: string | null
  destination: Destination | undefined
}

/** Where what is asked for would go, by the id of the card that pays. */
export type PreparedRewards = Map<string, Preparation>

/**
 * Finds and locks what rewards would be given from or put onto. Comes after the cards that pay, and before products,
 * orders and customers. What the program does not have is left out; whoever decides refuses it.
 */
export async function prepareRewards(
  tx: Tx,
  call: Call,
  wishes: readonly RewardWish[],
): Promise<PreparedRewards> {
  const offers = await findOffers(
    tx,
    wishes.map(({ card }) => card),
  )
  const prepared: PreparedRewards = new Map()
  for (const { card, reward, quantity } of wishes) {
    const offer = findOffer(offers, card, reward)
    if (!offer) continue
    const destination = await openReward(tx, call, offer.reward, {
      customerId: card.holderId,
      quantity,
    })
    const { holderId: customerId } = card
    prepared.set(card.id, { rewardId: offer.reward.id, quantity, customerId, destination })
  }
  return prepared
}

/**
 * Locks who would get something, so that of two who give somebody their first card the second finds that of the first. Comes
 * with customers.
 */
export async function lockRecipients(tx: Tx, prepared: PreparedRewards): Promise<void> {
  const ids = [...prepared.values()].flatMap(({ customerId }) => customerId ?? [])
  await lockCustomers(tx, [...new Set(ids)])
}

/**
 * Locks the rewards that are asked for, so that rivals for the last one see what was left of it, and notes in `offers`
 * what there is. Comes after everything else that is locked.
 */
export async function lockOffered(
  tx: Tx,
  offers: Offers,
  prepared: PreparedRewards,
): Promise<void> {
  const ids = [...new Set([...prepared.values()].map(({ rewardId }) => rewardId))]
  const locked = await lockRewards(tx, ids)
  for (const id of ids) {
    const reward = locked.get(id)
    if (reward) offers.rewards.set(id, reward)
    else offers.rewards.delete(id)
  }
  for (const [cardId, one] of prepared) {
    const reward = locked.get(one.rewardId)
    if (reward?.type !== 'CAMPAIGN') continue
    const destination = one.destination && (await take(one.destination))
    if (destination) prepared.set(cardId, { ...one, destination })
    else offers.unsupplied.add(one.rewardId)
  }
}

/** Codes that are not made when they are needed are taken now; undefined when there are too few. */
async function take(destination: Destination): Promise<Destination | undefined> {
  if ('held' in destination || destination.source.isEndless) return destination
  const { source } = destination
  const vouchers = await source.take()
  return vouchers.length < source.count
    ? undefined
    : { source: { ...source, take: async () => vouchers } }
}
