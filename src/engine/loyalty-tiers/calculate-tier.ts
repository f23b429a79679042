import { ApiError } from '../../kernel/api-error.ts'
import { type LoyaltyTierInput, missing, toMappings } from './loyalty-tier.schema.ts'
import type { LoyaltyTier, Metadata } from './loyalty-tier.ts'

type Place = { id: string; projectId: string; campaignId: string; now: Date }

/** The tier that `input` describes. Throws `invalid_payload` naming what it lacks. */
export function calculateNewTier(
  input: LoyaltyTierInput,
  { id, projectId, campaignId, now }: Place,
): LoyaltyTier {
  if (!input.name) {
    throw new ApiError('invalid_payload', {
      details: "Payload should have required property 'name'",
    })
  }
  return {
    id,
    projectId,
    campaignId,
    name: input.name,
    ...toRange(input.points),
    earningRules: toMappings(input.earning_rules, '.earning_rules') ?? {},
    rewards: toMappings(input.rewards, '.rewards') ?? {},
    metadata: input.metadata ?? {},
    createdAt: now,
    updatedAt: null,
  }
}

/** `tier` with the changes that `input` names; mappings are replaced as a whole. Throws `invalid_payload`. */
export const calculateChangedTier = (
  tier: LoyaltyTier,
  input: LoyaltyTierInput,
  now: Date,
): LoyaltyTier => ({
  ...tier,
  name: input.name ?? tier.name,
  ...(input.points && toRange(input.points)),
  earningRules: toMappings(input.earning_rules, '.earning_rules') ?? tier.earningRules,
  rewards: toMappings(input.rewards, '.rewards') ?? tier.rewards,
  metadata: (input.metadata === null ? {} : { ...tier.metadata, ...input.metadata }) as Metadata,
  updatedAt: now,
})

function toRange(points: LoyaltyTierInput['points']): Pick<LoyaltyTier, 'from' | 'to'> {
  const { from, to = null } = points ?? {}
  if (typeof from !== 'number') {
    throw points
      ? missing('.points', 'from')
      : new ApiError('invalid_payload', {
          details: "Payload should have required property 'points'",
        })
  }
  if (to !== null && to < from) {
    throw new ApiError('invalid_payload', {
      details: `Property .points.to must be >= ${from}`,
    })
  }
  return { from, to }
}

/** Throws `invalid_payload` where a number of points would be in two of the tiers of a program (L-50). */
export function refuseOverlaps(tiers: readonly LoyaltyTier[]): void {
  const sorted = [...tiers].sort((a, b) => a.from - b.from)
  for (const [index, tier] of sorted.entries()) {
    const before = sorted[index - 1]
    if (!before || (before.to !== null && before.to < tier.from)) continue
    throw new ApiError('invalid_payload', {
      details: `The points of tier ${tier.name} overlap with those of tier ${before.name}`,
    })
  }
}
