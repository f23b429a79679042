import { ApiError } from '../../kernel/api-error.ts'
import type { CampaignType } from '../campaigns/index.ts'
import { calculateMetadata } from '../vouchers/index.ts'
import type { RewardInput } from './reward.schema.ts'
import type { Reward, RewardAssignment, RewardCampaignType, RewardContent } from './reward.ts'

/** What the parameters of a reward name, as it was found. */
export type Named = {
  campaign?: { id: string; campaignType: CampaignType }
  product?: { id: string; skuId: string | null }
}

/** What kind of reward `input` describes; undefined when it says nothing of it. Throws `invalid_payload`. */
export function toRewardType({ type, parameters }: RewardInput): Reward['type'] | undefined {
  const given = [
    ...(parameters?.campaign ? (['CAMPAIGN'] as const) : []),
    ...(parameters?.product ? (['MATERIAL'] as const) : []),
    ...(parameters?.coin ? (['COIN'] as const) : []),
  ]
  const [first] = given
  if (given.length > 1 || (type && first && type !== first)) {
    throw invalid(
      "Property .parameters should have exactly one of 'campaign', 'product' and 'coin'",
    )
  }
  return first
}

/** The reward that `input` describes (§9.1). Throws `invalid_payload`, `invalid_balance` or `invalid_campaign`. */
export function calculateNewReward(
  input: RewardInput,
  named: Named,
  { id, projectId, now }: { id: string; projectId: string; now: Date },
): Reward {
  const content = toContent(input, named)
  if (!content) throw invalid("Payload should have required property 'parameters'")
  return {
    ...content,
    id,
    projectId,
    name: input.name ?? null,
    stock: content.type === 'MATERIAL' ? (input.stock ?? null) : null,
    redeemed: 0,
    attributes: toAttributes(input.attributes),
    metadata: input.metadata ?? {},
    createdAt: now,
    updatedAt: null,
  }
}

/** `reward` with the changes that `input` names; its type stays. Throws as `calculateNewReward`. */
export function calculateChangedReward(
  reward: Reward,
  input: RewardInput,
  { named, now }: { named: Named; now: Date },
): Reward {
  const content = toContent(input, named) ?? toContentOf(reward)
  if (content.type !== reward.type || (input.type && input.type !== reward.type)) {
    throw invalid('The type of a reward cannot be changed')
  }
  const given = <T>(value: T | undefined, stored: T): T => (value === undefined ? stored : value)
  return {
    ...reward,
    ...content,
    name: given(input.name, reward.name),
    stock: reward.type === 'MATERIAL' ? given(input.stock, reward.stock) : null,
    attributes: input.attributes === undefined ? reward.attributes : toAttributes(input.attributes),
    metadata: calculateMetadata(reward.metadata, { metadata: input.metadata ?? {} }),
    updatedAt: now,
  }
}

const toContentOf = ({ type, parameters }: Reward): RewardContent =>
  ({ type, parameters }) as RewardContent

function toContent(input: RewardInput, { campaign, product }: Named): RewardContent | undefined {
  const { parameters } = input
  const type = toRewardType(input)
  if (type === 'CAMPAIGN' && campaign) {
    return { type, parameters: { campaign: toCampaign(campaign, parameters?.campaign?.balance) } }
  }
  if (type === 'MATERIAL' && product) return { type, parameters: { product } }
  if (type === 'COIN') {
    const { exchange_ratio: exchangeRatio, points_ratio: pointsRatio } = parameters?.coin ?? {}
    if (!exchangeRatio || !pointsRatio) {
      const missing = exchangeRatio ? 'points_ratio' : 'exchange_ratio'
      throw invalid(`Property .parameters.coin should have required property '${missing}'`)
    }
    return { type, parameters: { coin: { exchangeRatio, pointsRatio } } }
  }
  return undefined
}

const CAMPAIGN_TYPES: readonly string[] = ['DISCOUNT_COUPONS', 'GIFT_VOUCHERS', 'LOYALTY_PROGRAM']

const isGiven = (type: CampaignType): type is RewardCampaignType => CAMPAIGN_TYPES.includes(type)

function toCampaign(
  { id, campaignType }: NonNullable<Named['campaign']>,
  balance: number | null | undefined,
) {
  if (!isGiven(campaignType)) {
    throw new ApiError('invalid_campaign', {
      details: `Campaigns of type ${campaignType} cannot be rewards`,
      resource: { type: 'campaign', id },
    })
  }
  if (campaignType === 'DISCOUNT_COUPONS') return { id, balance: null, type: campaignType }
  if (!balance || balance < 0) {
    throw new ApiError('invalid_balance', {
      details: `Property 'parameters.campaign.balance' must be greater than zero for campaign type: ${campaignType}`,
    })
  }
  return { id, balance, type: campaignType }
}

const toAttributes = (input: RewardInput['attributes']): Reward['attributes'] =>
  input ? { imageUrl: input.image_url ?? null, description: input.description ?? null } : null

/** What an assignment costs and does. Throws `missing_param` where a price is needed and there is none. */
export function calculateTerms(
  reward: Pick<Reward, 'type'>,
  parameters:
    | { loyalty?: { points?: number | null; auto_redeem?: boolean | null } | null }
    | null
    | undefined,
  stored?: Pick<RewardAssignment, 'points' | 'isAutoRedeem'>,
): Pick<RewardAssignment, 'points' | 'isAutoRedeem'> {
  if (reward.type === 'COIN') return { points: null, isAutoRedeem: false }
  const points = parameters?.loyalty?.points ?? stored?.points
  if (!points) {
    const missing = parameters?.loyalty ? 'parameters.loyalty.points' : 'parameters.loyalty'
    throw new ApiError('missing_param', { details: `Parameter '${missing}' is required` })
  }
  return {
    points,
    isAutoRedeem: parameters?.loyalty?.auto_redeem ?? stored?.isAutoRedeem ?? false,
  }
}

const invalid = (details: string): ApiError => new ApiError('invalid_payload', { details })
