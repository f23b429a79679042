import { isPlainObject, type Json } from '../../kernel/json.ts'
import type { Call } from '../context.ts'
import type { Fact } from '../outbox/index.ts'
import { type RewardRedemption, toRewardRedemptionView } from './reward-redemption.ts'

type View = { [key: string]: Json }

/** Whose card of which program paid for a reward, in the short forms of an occurrence (§13.6). */
export type RewardContext = {
  customer: View | null
  holder: View | null
  /** The loyalty card as it is now. */
  voucher: View | null
  campaign: View | null
}

const GIVEN = ['assignment_id', 'voucher', 'product', 'sku', 'id', 'object', 'name', 'type']
/** What is told of a product or SKU, whose rest the catalogue knows. */
const NAMED = ['id', 'source_id', 'name', 'sku', 'product_id']

const pick = (view: View, keys: readonly string[]): View =>
  Object.fromEntries(Object.entries(view).filter(([key]) => keys.includes(key)))

/** The reward inside an occurrence (RewardResult, §13.1). */
export function toGivenView(result: View): View {
  const { product, sku } = result
  return {
    ...pick(result, GIVEN),
    ...(isPlainObject(product) && { product: pick(product as View, NAMED) }),
    ...(isPlainObject(sku) && { sku: pick(sku as View, NAMED) }),
  }
}

/** That a customer got a reward (row 36): `balance` is what came onto a card of theirs. */
export const toRewardedFact = (
  call: Call,
  { result, customerId }: RewardRedemption,
  {
    context,
    redemption,
    balance,
  }: { context: RewardContext; redemption: View; balance: View | null },
): Fact => ({
  call,
  type: 'customer.rewarded',
  customerId,
  data: {
    ...context,
    redemption,
    reward: toGivenView(result),
    referral_tier: null,
    balance,
    custom_event: null,
    customer_event: null,
  },
})

/** How far a reward redemption is (rows 57 to 60). A digital reward that is completed tells its publication. */
export const toRewardRedemptionFact = (
  call: Call,
  what: 'created' | 'pending' | 'completed' | 'rolledback',
  redemption: RewardRedemption,
  { context, publication }: { context: RewardContext; publication?: Json | undefined },
): Fact => ({
  call,
  type: `customer.reward_redemptions.${what}`,
  // Who is gone has no feed any more.
  customerId: context.customer === null ? null : redemption.customerId,
  isByItself: redemption.isAutomatic,
  data: {
    ...context,
    reward_redemption: toRewardRedemptionView(redemption),
    reward: toGivenView(redemption.result),
    reward_assignment: redemption.assignment,
    source: { id: redemption.redemptionId, type: 'redemption' },
    balance: null,
    ...(publication && { publication }),
  },
})
