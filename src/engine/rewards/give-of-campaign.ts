import { invariant } from '../../kernel/assert.ts'
import type { Json } from '../../kernel/json.ts'
import type { Tx } from '../../platform/db.ts'
import { findCampaigns } from '../campaigns/index.ts'
import type { Call } from '../context.ts'
import type { Customer } from '../customers/index.ts'
import { getProduct, getSku, toPlainProduct, toSkuView } from '../products/index.ts'
import { openSource } from '../publications/index.ts'
import { toSimpleVoucher } from '../vouchers/index.ts'
import type { Reward } from './reward.ts'
import { toParametersView, toRewardView } from './reward-view.ts'
import { type Destination, type Given, giveCodes, openDestination, topUp } from './top-up.ts'

type View = { [key: string]: Json }

/**
 * Finds and locks what a reward of a campaign is given from, or put onto. Comes before customers. Undefined for other
 * rewards, for nobody, and when the campaign is gone.
 */
export async function openReward(
  tx: Tx,
  call: Call,
  reward: Reward,
  { customerId, quantity }: { customerId: string | null; quantity: number },
): Promise<Destination | undefined> {
  if (reward.type !== 'CAMPAIGN' || customerId === null) return undefined
  const { id, type } = reward.parameters.campaign
  if (!(await findCampaigns(tx, [id])).has(id)) return undefined
  return type === 'DISCOUNT_COUPONS'
    ? { source: await openSource(tx, call, { campaign: id, count: quantity }) }
    : openDestination(tx, call, { campaignId: id, customerId })
}

/** How a reward is given to a customer whom `tx` has locked. */
export type Giving = {
  quantity: number
  customer: Customer
  destination: Destination | undefined
  redemptionId: string | null
  /** What a line of the ledger says of the cause. */
  details: View
  /** It could not be given before. */
  isRetry?: boolean
}

/** Gives a reward of a campaign (§9.3): codes, or so much more on a card. Undefined for other rewards. */
export async function giveOfCampaign(
  tx: Tx,
  call: Call,
  reward: Reward,
  { quantity, destination, ...giving }: Giving,
): Promise<Given | undefined> {
  if (reward.type !== 'CAMPAIGN') return undefined
  invariant(destination, 'a reward of a campaign has something to be given from')
  const { id, balance } = reward.parameters.campaign
  if (balance !== null) {
    const amount = balance * quantity
    return topUp(tx, call, destination, { ...giving, campaignId: id, amount })
  }
  invariant('source' in destination, 'coupons are published')
  const { customer, isRetry = false } = giving
  return giveCodes(tx, call, { source: destination.source, customer, isRetry })
}

/** The reward with what was given, as redemptions and occurrences show it (§9.4, RewardResult of §13.1). */
export async function toResult(
  tx: Tx,
  reward: Reward,
  {
    assignmentId,
    given,
    tierId = null,
  }: { assignmentId: string | null; given: Given | undefined; tierId?: string | null },
): Promise<View> {
  const { created_at = null, updated_at = null, metadata = {} } = toRewardView(reward)
  return {
    assignment_id: assignmentId,
    ...(tierId !== null && { loyalty_tier_id: tierId }),
    ...(await toGivenThing(tx, reward, given)),
    id: reward.id,
    object: 'reward',
    name: reward.name,
    created_at,
    updated_at,
    metadata,
    parameters: toParametersView(reward),
    type: reward.type,
  }
}

/** The voucher, or the product and its SKU, as they are now. */
async function toGivenThing(tx: Tx, reward: Reward, given: Given | undefined): Promise<View> {
  const [voucher] = given?.vouchers ?? []
  if (voucher) return { voucher: toSimpleVoucher(voucher) }
  if (reward.type !== 'MATERIAL') return {}
  const { id, skuId } = reward.parameters.product
  const product = await getProduct(tx, reward.projectId, id)
  if (skuId === null) return { product: toPlainProduct(product) }
  const sku = await getSku(tx, reward.projectId, skuId)
  return { product: toPlainProduct(product), sku: toSkuView(sku) }
}

/** What came onto a card, as occurrences tell it; null for nothing. */
export function toGivenBalance(reward: Reward, quantity: number): View | null {
  if (reward.type !== 'CAMPAIGN') return null
  const { balance, type } = reward.parameters.campaign
  if (balance === null) return null
  return { [type === 'LOYALTY_PROGRAM' ? 'points' : 'amount']: balance * quantity }
}
