import { ApiError } from '../../kernel/api-error.ts'
import type { Tx } from '../../platform/db.ts'
import { findCampaigns, toSimpleCampaign } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import { findCustomers, toSimpleCustomer } from '../customers/index.ts'
import { announce } from '../outbox/index.ts'
import { findVouchersById, toSimpleVoucher } from '../vouchers/index.ts'
import { type RewardContext, toRewardRedemptionFact } from './reward-facts.ts'
import { getRewardRedemption, lockRewardRedemptions, setState } from './reward-redemption.repo.ts'
import type { RewardRedemption } from './reward-redemption.ts'

/**
 * Notes that a product was sent. Throws `not_found`, and `invalid_reward_redemption_state` for one that does not
 * wait any more.
 */
export async function completeRewardRedemption(
  tx: Tx,
  call: Call,
  id: string,
): Promise<RewardRedemption> {
  const { redemptionId, state } = await getRewardRedemption(tx, call.projectId, id)
  const [waiting] = await lockRewardRedemptions(tx, [redemptionId])
  if (waiting?.state !== 'PENDING') throw notWaiting(waiting?.state ?? state)
  const completed: RewardRedemption = { ...waiting, state: 'COMPLETED', updatedAt: call.now }
  setState(tx, [id], 'COMPLETED', call.now)
  const context = await findContext(tx, completed)
  announce(tx, [toRewardRedemptionFact(call, 'completed', completed, { context })])
  return completed
}

const notWaiting = (state: RewardRedemption['state']): ApiError =>
  new ApiError('invalid_reward_redemption_state', {
    details: `Reward redemption cannot be completed. Current status: '${state}'.`,
  })

async function findContext(
  tx: Tx,
  { projectId, customerId, voucherId, campaignId }: RewardRedemption,
): Promise<RewardContext> {
  // What somebody waits for is sent also where they were deleted meanwhile.
  const [customer] = await findCustomers(tx, projectId, [customerId])
  const [voucher] = await findVouchersById(tx, projectId, [voucherId])
  const campaign = (await findCampaigns(tx, [campaignId])).get(campaignId)
  const person = customer ? toSimpleCustomer(customer) : null
  return {
    customer: person,
    holder: voucher?.holderId === customerId ? person : null,
    voucher: voucher ? toSimpleVoucher(voucher) : null,
    campaign: campaign ? toSimpleCampaign(campaign) : null,
  }
}
