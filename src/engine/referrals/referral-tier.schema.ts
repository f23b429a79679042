import { z } from 'zod'
import { LIMITS } from '../../platform/limits.ts'
import { TIMESTAMP } from '../../platform/management/index.ts'

const PARAMETERS = z.strictObject({
  conversions: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(1)
    .describe('How many customers have to come through the referrer.'),
  recurring: z
    .boolean()
    .default(true)
    .describe('Whether it is given after every so many, or once.'),
  segment: z
    .strictObject({ id: z.string() })
    .nullable()
    .default(null)
    .describe('Only to referrers in this segment.'),
  reward: z
    .strictObject({ id: z.string() })
    .describe('A reward of a campaign: a code, credits or points.'),
})

export const REFERRAL_TIER = z
  .strictObject({
    banner: z.string().max(LIMITS.textLengthMax).nullable().default(null),
    parameters: PARAMETERS,
  })
  .meta({ id: 'ReferralTierSettings', description: 'What referrers get, and for how many.' })

export type ReferralTierInput = z.infer<typeof REFERRAL_TIER>

export const REFERRAL_TIER_VIEW = z
  .object({
    id: z.string(),
    campaign_id: z.string(),
    banner: z.string().nullable(),
    parameters: PARAMETERS.loose(),
    created_at: TIMESTAMP,
    updated_at: TIMESTAMP.nullable(),
    object: z.literal('referral_tier'),
  })
  .meta({ id: 'ReferralTier', description: 'What referrers of a referral program get.' })
