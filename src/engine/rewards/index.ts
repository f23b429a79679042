/**
 * Rewards: what the points of loyalty cards are spent on.
 * Start at reward.ts (what they are) and assign-reward.ts (which programs have them).
 */

export { type AutoRedemption, findAutoRedeemable } from './find-auto-redeemable.ts'
export { findOffers } from './find-offers.ts'
export { giveOfCampaign, openReward, toGivenBalance, toResult } from './give-of-campaign.ts'
export { type GivenReward, giveReward, toGivenFacts } from './give-reward.ts'
export { loyaltyRewardRoutes } from './loyalty-reward.routes.ts'
export { findOffer, type NamedReward, type Offer, type Offers } from './offer.ts'
export {
  lockOffered,
  lockRecipients,
  type PreparedRewards,
  prepareRewards,
  type RewardWish,
} from './prepare-rewards.ts'
export { findRewards, getReward } from './reward.repo.ts'
export { rewardRoutes } from './reward.routes.ts'
export {
  ASSIGNMENT_BODY,
  ASSIGNMENT_CHANGE,
  ASSIGNMENT_LIST_QUERY,
  ASSIGNMENTS_BODY,
  MEMBER_REWARDS_QUERY,
  REWARD_BODY,
  REWARD_LIST_QUERY,
} from './reward.schema.ts'
export type { Reward } from './reward.ts'
export { toGivenView } from './reward-facts.ts'
export { findRewardResults } from './reward-redemption.repo.ts'
export { rewardRedemptionRoutes } from './reward-redemption.routes.ts'
export { toRewardDetails } from './reward-view.ts'
export { tierRewardRoutes } from './tier-reward.routes.ts'
export { type Destination, type Given, openDestination, topUp } from './top-up.ts'
export { undoRewards } from './undo-rewards.ts'
