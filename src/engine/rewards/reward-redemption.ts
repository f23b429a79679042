import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'

type View = { [key: string]: Json }

/**
 * What a redemption of points gave. Codes, credits, points and discounts are given at once; a product waits until
 * somebody has sent it. Rolled back, it gives nothing any more, whatever it was before.
 *
 * | from      | to          | by                                        |
 * | --------- | ----------- | ----------------------------------------- |
 * | –         | PENDING     | the redemption, of a product              |
 * | –         | COMPLETED   | the redemption, of anything else          |
 * | PENDING   | COMPLETED   | whoever sent the product                  |
 * | PENDING   | ROLLED_BACK | the rollback of the redemption            |
 * | COMPLETED | ROLLED_BACK | the same                                  |
 */
export type RewardRedemption = {
  id: string
  projectId: string
  redemptionId: string
  state: 'PENDING' | 'COMPLETED' | 'ROLLED_BACK'
  rewardId: string
  assignmentId: string
  /** The loyalty card that paid, and its program. */
  voucherId: string
  campaignId: string
  customerId: string
  publicationId: string | null
  quantity: number
  /** True when the engine redeemed by itself. */
  isAutomatic: boolean
  /** The reward as it was then, with what was given (§9.4). */
  result: View
  /** The assignment as it was then. */
  assignment: View
  createdAt: Date
  updatedAt: Date | null
}

/** A reward redemption inside an occurrence. */
export const toRewardRedemptionView = (redemption: RewardRedemption): View => ({
  id: redemption.id,
  state: redemption.state,
  created_at: toIso(redemption.createdAt),
  updated_at: redemption.updatedAt && toIso(redemption.updatedAt),
  voucher_id: redemption.voucherId,
  campaign_id: redemption.campaignId,
  customer_id: redemption.customerId,
  reward_assignment_id: redemption.assignmentId,
  source_id: redemption.redemptionId,
  source_type: 'redemption',
})
