import { invariant } from '../../kernel/assert.ts'
import type { Tx } from '../../platform/db.ts'
import type { Asked, Found, Named } from '../evaluation/index.ts'
import type { Fact } from '../outbox/index.ts'
import {
  type GivenReward,
  giveReward,
  type PreparedRewards,
  prepareRewards,
  toGivenFacts,
} from '../rewards/index.ts'
import { type Decided, knownCustomer, type RedeemRequest } from './redeem-request.ts'
import { toFactContext } from './redemption-facts.ts'
import { toRedemptionView } from './redemption-view.ts'

/** What loyalty cards were redeemed for, by the id of the redemption. */
export type GivenRewards = ReadonlyMap<string, GivenReward>

/**
 * Finds and locks what the rewards of requests would be given from. Only one request of a batch asks for any, for it is
 * alone in it. Comes after the vouchers that are redeemed, and before products, orders and customers.
 */
export async function prepareGifts(
  tx: Tx,
  requests: readonly RedeemRequest[],
  { named, found }: { named: readonly (readonly Named[])[]; found: Found },
): Promise<PreparedRewards> {
  const prepared: PreparedRewards = new Map()
  for (const [index, { call, input }] of requests.entries()) {
    const wishes = input.redeemables.flatMap((asked, place) =>
      toWish(asked, named[index]?.[place], found),
    )
    if (wishes.length === 0) continue
    for (const [id, one] of await prepareRewards(tx, call, wishes)) prepared.set(id, one)
  }
  return prepared
}

function toWish({ reward }: Asked, name: Named, { vouchers }: Found) {
  if (!reward || name?.object !== 'voucher') return []
  const card = vouchers.find(({ id }) => id === name.voucherId)
  return card?.loyaltyCard ? [{ card, reward, quantity: reward.quantity ?? 1 }] : []
}

/** Gives what was paid for with points (engine-programs §9.3). Throws what a publication is refused with. */
export async function giveRewards(
  tx: Tx,
  decided: readonly Decided[],
  prepared: PreparedRewards,
): Promise<GivenRewards> {
  const given = new Map<string, GivenReward>()
  for (const { request, decision } of decided) {
    if (decision.kind === 'denied') continue
    for (const { redemption, target, applied } of decision.parts) {
      const { effect } = applied
      if (effect.kind !== 'points' || !target.voucher) continue
      const customer = knownCustomer(request)
      const { id: voucherId, campaignId } = target.voucher
      invariant(customer && campaignId, 'the holder of a card of a program redeems it')
      const purchase = {
        offer: effect.offer,
        quantity: effect.quantity,
        redemptionId: redemption.id,
        voucherId,
        campaignId,
        customer,
        destination: prepared.get(voucherId)?.destination,
        isAutomatic: request.call.channel === 'INTERNAL',
      }
      given.set(redemption.id, await giveReward(tx, request.call, purchase))
    }
  }
  return given
}

/** What is told of the rewards of a redemption, after the redemption itself. */
export function toRewardFacts({ request, decision }: Decided, given: GivenRewards): Fact[] {
  if (decision.kind === 'denied') return []
  return decision.parts.flatMap(({ redemption, target }) => {
    const reward = given.get(redemption.id)
    if (!reward) return []
    const related = toFactContext(knownCustomer(request), target, reward.view)
    const { customer, holder, voucher, campaign } = related
    return toGivenFacts(request.call, reward, {
      context: { customer, holder, voucher, campaign },
      redemption: toRedemptionView(redemption, related),
    })
  })
}
