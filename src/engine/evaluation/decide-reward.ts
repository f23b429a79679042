import { applyPoints, type Cart, EVERYTHING, remainingOf } from '../discounts/index.ts'
import type { Offer } from '../rewards/index.ts'
import { pointsBalance } from '../vouchers/index.ts'
import { type Circumstances, reservedOf } from './circumstances.ts'
import type { Effect, EffectQuestion } from './decide-effect.ts'
import { MISSING_REWARD, type Refusal } from './refusal.ts'

type Decided = { cart: Cart | undefined; effect: Effect } | Refusal

/** What a loyalty card pays for a reward, and takes off the order where points pay (R-11, R-DISC-18). */
export function decideReward(question: EffectQuestion, circumstances: Circumstances): Decided {
  const { redeemable, target } = question
  const { reward: asked, offer } = redeemable
  const { voucher } = target
  if (!voucher?.loyaltyCard || !(asked?.id ?? asked?.assignmentId)) {
    return MISSING_REWARD
  }
  if (!offer) return notAssigned(asked)
  const balance = pointsBalance(voucher.loyaltyCard) - reservedOf(circumstances, voucher.id).points
  return offer.coin
    ? payWithPoints(question, offer.coin, { offer, balance })
    : buy(question, { offer, balance })
}

function notAssigned({
  id,
  assignmentId,
}: {
  id?: string | undefined
  assignmentId?: string | undefined
} = {}): Refusal {
  const missing =
    assignmentId === undefined
      ? { type: 'reward', id: id ?? '' }
      : { type: 'reward_assignment', id: assignmentId }
  return {
    key: 'not_found',
    details: `Cannot find ${missing.type} with id ${missing.id}`,
    missing,
    because: 'The loyalty program does not have this reward',
  }
}

type Means = { offer: Offer; balance: number }

/** What has a price costs it, whatever the order is. */
function buy({ redeemable, target, cart }: EffectQuestion, { offer, balance }: Means): Decided {
  const quantity = redeemable.reward?.quantity ?? 1
  const points = (offer.price ?? 0) * quantity
  const code = target.voucher?.code ?? ''
  if (points > balance) {
    const because = `The reward costs ${points} points, ${balance} are left`
    return { key: 'loyalty_card_points_exceeded', details: code, because }
  }
  const { id, stock } = offer.reward
  if (stock !== null && stock < quantity) {
    const because = `${stock} of the reward are left`
    return { key: 'reward_out_of_stock', details: `Reward with id ${id} is out of stock`, because }
  }
  if (!offer.isSupplied) {
    return {
      key: 'no_voucher_suitable_for_publication',
      details: "Couldn't create new vouchers for publication",
      because: 'The campaign of the reward has no code left',
    }
  }
  return { cart, effect: { kind: 'points', points, balance, scope: EVERYTHING, offer, quantity } }
}

/** */
function payWithPoints(
  { redeemable, target, cart }: EffectQuestion,
  ratios: { exchangeRatio: number; pointsRatio: number },
  { offer, balance }: Means,
): Decided {
  const code = target.voucher?.code ?? ''
  if (!cart) {
    const because = 'An order is required to pay with points'
    return { key: 'missing_order', details: because, because }
  }
  const paid = applyPoints(cart, { ...ratios, points: redeemable.reward?.points, balance })
  if ('key' in paid) {
    const details =
      paid.key === 'loyalty_card_points_exceeded'
        ? code
        : 'An order amount is required to pay with points'
    return { key: paid.key, details, because: paid.because }
  }
  const { points } = paid
  if (points === 0 && remainingOf(cart) > 0) {
    const because = `${ratios.pointsRatio} points are the least that pays`
    return (redeemable.reward?.points ?? 0) > 0
      ? { key: 'invalid_amount', details: because, because }
      : { key: 'loyalty_card_points_exceeded', details: code, because }
  }
  return {
    cart: paid.cart,
    effect: { kind: 'points', points, balance, scope: EVERYTHING, offer, quantity: 1 },
  }
}
