import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import type { Fact } from '../outbox/index.ts'
import { countRedeemed } from './reward.repo.ts'
import { type RewardContext, toRewardRedemptionFact } from './reward-facts.ts'
import { lockRewardRedemptions, setState } from './reward-redemption.repo.ts'

/**
 * Takes back what redemptions gave that are rolled back: what has a stock returns to it. Codes, credits and points
 * that were given stay. Comes after everything else that is locked. Answers what is to be announced.
 */
export async function undoRewards(
  tx: Tx,
  call: Call,
  redemptionIds: readonly string[],
  contextOf: (redemptionId: string) => RewardContext,
): Promise<Fact[]> {
  const given = await lockRewardRedemptions(tx, redemptionIds)
  const ids = given.map(({ id }) => id)
  setState(tx, ids, 'ROLLED_BACK', call.now)
  countRedeemed(
    tx,
    given.map(({ rewardId, quantity }) => ({ rewardId, quantity: -quantity })),
  )
  return given.map((redemption) =>
    toRewardRedemptionFact(
      call,
      'rolledback',
      { ...redemption, state: 'ROLLED_BACK', updatedAt: call.now },
      { context: contextOf(redemption.redemptionId) },
    ),
  )
}
