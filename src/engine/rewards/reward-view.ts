import type { Json } from '../../kernel/json.ts'
import { toIso } from '../../kernel/time.ts'
import type { Reward, RewardAssignment } from './reward.ts'

type View = { [key: string]: Json }

const toTimes = ({ createdAt, updatedAt }: Pick<Reward, 'createdAt' | 'updatedAt'>): View => ({
  created_at: toIso(createdAt),
  updated_at: updatedAt && toIso(updatedAt),
})

/** A reward (engine-programs §9.1); counts are numbers. */
export const toRewardView = (reward: Reward): View => ({
  id: reward.id,
  name: reward.name,
  stock: reward.stock,
  // Only what has a stock is counted, as recorded of the reference.
  redeemed: reward.type === 'MATERIAL' ? reward.redeemed : null,
  attributes: reward.attributes && {
    image_url: reward.attributes.imageUrl,
    description: reward.attributes.description,
  },
  metadata: reward.metadata,
  type: reward.type,
  parameters: toParametersView(reward),
  ...toTimes(reward),
  object: 'reward',
})

/** What kind of reward it is, in the API's words. */
export function toParametersView(reward: Reward): View {
  switch (reward.type) {
    case 'CAMPAIGN': {
      const { id, balance, type } = reward.parameters.campaign
      return { campaign: { id, ...(balance !== null && { balance }), type } }
    }
    case 'MATERIAL': {
      const { id, skuId } = reward.parameters.product
      return { product: { id, sku_id: skuId } }
    }
    case 'COIN': {
      const { exchangeRatio, pointsRatio } = reward.parameters.coin
      return { coin: { exchange_ratio: exchangeRatio, points_ratio: pointsRatio } }
    }
  }
}

/** What a line of the ledger says of a reward (§7.3). */
export const toRewardDetails = ({ id, name }: Reward): View => ({ reward: { id, name } })

/** A reward in a program (§9.2); what is paid with as many points as the order takes has no price. */
export const toAssignmentView = (assignment: RewardAssignment): View => ({
  id: assignment.id,
  reward_id: assignment.rewardId,
  related_object_id: assignment.campaignId,
  related_object_type: 'campaign',
  ...(assignment.points !== null && {
    parameters: {
      loyalty: {
        points: assignment.points,
        ...(assignment.isAutoRedeem && { auto_redeem: true }),
      },
    },
  }),
  ...toTimes(assignment),
  object: 'reward_assignment',
})
