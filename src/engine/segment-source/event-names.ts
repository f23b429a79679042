import type { Naming, RewardEvents } from './source-settings.ts'

/**
 * What each row of engine-programs §17.2 that the engine announces is called. The later documentation tells 5 and 6 with 7
 * and 8 alone.
 */
const EVENT_NAMES: Readonly<Record<number, Readonly<Record<Naming, string | null>>>> = {
  1: { seed: 'Redemption succeeded', published: 'Customer Redemption Succeeded' },
  2: { seed: 'Redemption failed', published: 'Customer Redemption Failed' },
  3: {
    seed: 'Redemption rollback succeeded',
    published: 'Customer Redemption Rollback Succeeded',
  },
  4: { seed: 'Redemption rollback failed', published: 'Customer Redemption Rollback Failed' },
  5: {
    seed: 'Customer creates a reward redemption request',
    published: null,
  },
  6: {
    seed: 'Customer reward redemption completed',
    published: null,
  },
  7: { seed: 'Reward redemption created', published: 'Customer Reward Redemptions Created' },
  8: { seed: 'Reward redemption completed', published: 'Customer Reward Redemptions Completed' },
  9: { seed: 'Customer rewarded', published: 'Customer Rewarded' },
  10: {
    seed: 'Customer rewarded with loyalty points',
    published: 'Customer Rewarded Loyalty Points',
  },
  11: { seed: 'Validation succeeded', published: 'Customer Validation Succeeded' },
  12: { seed: 'Validation failed', published: 'Customer Validation Failed' },
  13: { seed: 'Publication succeeded', published: 'Customer Publication Succeeded' },
  14: { seed: 'Publication failed', published: 'Customer Publication Failed' },
}

/** The rows of one happening that has two (D-02). */
const TWINS: Readonly<Record<Exclude<RewardEvents, 'both'>, readonly number[]>> = {
  customer: [5, 6],
  reward: [7, 8],
}

/**
 * The `event` of a track call; null for a row that the settings do not want told, undefined for one that this version does
 * not know. What has one name alone under `published` is told under it.
 */
export function eventNameOf(
  row: number,
  naming: Naming,
  rewardEvents: RewardEvents,
): string | null | undefined {
  const isUnwanted =
    (rewardEvents === 'customer' && naming === 'seed' && TWINS.reward.includes(row)) ||
    (rewardEvents === 'reward' && TWINS.customer.includes(row))
  return isUnwanted ? null : EVENT_NAMES[row]?.[naming]
}
