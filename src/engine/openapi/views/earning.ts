import type { BodySchema } from '../../api/index.ts'
import {
  COUNT,
  FLAG,
  is,
  OPEN,
  orNull,
  partly,
  ref,
  shape,
  TEXT,
  TIME,
  TIMES,
  VALIDITY,
} from './schema.ts'

const POINTS = shape({ from: COUNT, 'to?': COUNT })
const BY_ID = shape({ id: TEXT })

/** Earning rules and tiers of loyalty programs. */
export const EARNING_VIEWS: Readonly<Record<string, BodySchema>> = {
  EarningRule: shape({
    id: TEXT,
    ...TIMES,
    validation_rule_id: orNull(TEXT),
    loyalty: OPEN,
    event: TEXT,
    'custom_event?': shape({ schema_id: TEXT }),
    'segment?': BY_ID,
    'loyalty_tier?': BY_ID,
    'pending_points?': shape({ period_type: is('DAY'), period_value: COUNT }),
    source: shape({ banner: orNull(TEXT), object_id: TEXT, object_type: is('campaign') }),
    active: FLAG,
    ...partly(VALIDITY),
    'expiration_rules?': OPEN,
    object: is('earning_rule'),
    automation_id: TEXT,
    metadata: OPEN,
  }),
  PointsEstimate: shape({
    campaign: shape({ id: TEXT, name: TEXT, object: is('campaign') }),
    points_estimation: COUNT,
  }),
  TierReward: shape({
    reward: ref('Reward'),
    assignment: ref('RewardAssignment'),
    object: is('loyalty_tier_reward'),
  }),
  LoyaltyTier: shape({
    id: TEXT,
    name: TEXT,
    campaign_id: TEXT,
    metadata: OPEN,
    ...TIMES,
    earning_rules: OPEN,
    rewards: OPEN,
    config: shape({ points: POINTS }),
    points: POINTS,
    'expiration?': shape({
      customer_id: orNull(TEXT),
      campaign_id: TEXT,
      tier_id: TEXT,
      start_date: orNull(TEXT),
      expiration_date: orNull(TEXT),
      created_at: TIME,
      updated_at: orNull(TIME),
    }),
    object: is('loyalty_tier'),
  }),
}
