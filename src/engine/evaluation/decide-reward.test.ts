import { describe, expect, it } from 'vitest'
import { decideIn } from '../../../test/support/evaluation.ts'
import { aLoyaltyCard, NOW } from '../../../test/support/vouchers.ts'
import type { Offers, Reward } from '../rewards/index.ts'

const CARD = aLoyaltyCard('CARD', 345, { holderId: 'cust_1', campaignId: 'camp_1' })
const BOB = { id: 'cust_1', metadata: {}, segmentIds: [], birthdate: null }

const REWARD = {
  id: 'rew_1',
  projectId: 'proj_1',
  name: 'Coupon',
  type: 'CAMPAIGN',
  parameters: { campaign: { id: 'camp_2', balance: null, type: 'DISCOUNT_COUPONS' } },
  stock: null,
} as Reward
const COIN = {
  ...REWARD,
  type: 'COIN',
  parameters: { coin: { exchangeRatio: 20, pointsRatio: 100 } },
} as Reward

const offersOf = (reward: Reward, points: number | null, unsupplied: string[] = []): Offers => ({
  rewards: new Map([[reward.id, reward]]),
  assignments: new Map([
    [
      'camp_1',
      [
        {
          id: 'rewa_1',
          projectId: 'proj_1',
          rewardId: reward.id,
          campaignId: 'camp_1',
          points,
          isAutoRedeem: false,
          createdAt: NOW,
          updatedAt: null,
        },
      ],
    ],
  ]),
  tiers: new Map(),
  unsupplied: new Set(unsupplied),
})

const decide = (
  offers: Offers,
  reward: object = { id: 'rew_1' },
  order: { amount: number } | undefined = undefined,
) => {
  const { outcomes } = decideIn(
    { vouchers: [CARD], state: { offers } },
    [{ code: 'CARD', reward }],
    order,
    { customer: BOB },
  )
  return outcomes[0]
}

describe('a reward with a price', () => {
  it('costs it, whatever the order is (R-10, R-DISC-18)', () => {
    expect(decide(offersOf(REWARD, 100))).toMatchObject({
      status: 'APPLICABLE',
      effect: { kind: 'points', points: 100, balance: 345, quantity: 1 },
    })
    expect(
      decide(offersOf(REWARD, 100), { assignmentId: 'rewa_1' }, { amount: 500 }),
    ).toMatchObject({ applied: 0, effect: { points: 100 } })
    expect(decide(offersOf(REWARD, 100), { id: 'rew_1', quantity: 3 })).toMatchObject({
      effect: { points: 300, quantity: 3 },
    })
  })

  it.each([
    ['loyalty_card_points_exceeded', offersOf(REWARD, 346), { id: 'rew_1' }],
    ['reward_out_of_stock', offersOf({ ...REWARD, stock: 0 }, 1), { id: 'rew_1' }],
    ['no_voucher_suitable_for_publication', offersOf(REWARD, 1, ['rew_1']), { id: 'rew_1' }],
    ['not_found', offersOf(REWARD, 1), { id: 'rew_2' }],
    ['not_found', offersOf(REWARD, 1), { id: 'rew_2', assignmentId: 'rewa_1' }],
    ['missing_reward', offersOf(REWARD, 1), { points: 1 }],
  ])('is refused: %s (R-10)', (key, offers, reward) => {
    expect(decide(offers, reward)).toMatchObject({ status: 'INAPPLICABLE', refusal: { key } })
  })
})

describe('points that pay (R-11)', () => {
  const pay = (points: number | undefined, amount = 45_000) =>
    decide(offersOf(COIN, null), { id: 'rew_1', points }, { amount })

  it('pay in whole blocks, no more than there is to pay', () => {
    expect(pay(100)).toMatchObject({ applied: 2000, effect: { points: 100 } })
    expect(pay(250)).toMatchObject({ applied: 4000, effect: { points: 200 } })
    expect(pay(300, 4500)).toMatchObject({ applied: 4500, effect: { points: 300 } })
    expect(pay(undefined)).toMatchObject({ applied: 6000, effect: { points: 300 } })
    expect(pay(undefined, 1)).toMatchObject({ applied: 1, effect: { points: 100 } })
  })

  it('are refused where they buy nothing, and without an order', () => {
    expect(pay(99)).toMatchObject({ refusal: { key: 'invalid_amount' } })
    expect(pay(346)).toMatchObject({ refusal: { key: 'loyalty_card_points_exceeded' } })
    expect(decide(offersOf(COIN, null))).toMatchObject({ refusal: { key: 'missing_order' } })
  })
})
