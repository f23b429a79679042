import { PAGE_QUERY } from '../../api/index.ts'
import { SINGLE_BODY } from '../../evaluation/index.ts'
import {
  ASSIGNMENT_BODY,
  ASSIGNMENT_CHANGE,
  ASSIGNMENT_LIST_QUERY,
  ASSIGNMENTS_BODY,
  MEMBER_REWARDS_QUERY,
  REWARD_BODY,
  REWARD_LIST_QUERY,
} from '../../rewards/index.ts'
import { EXPLAIN, listOf, NOTHING, type Operations, type Tag, view } from '../operation.ts'

const rewards: Operations = {
  'GET /v1/rewards': {
    id: 'listRewards',
    summary: 'List rewards, the newest first',
    query: [PAGE_QUERY, REWARD_LIST_QUERY],
    answer: listOf('data', 'Reward'),
  },
  'POST /v1/rewards': {
    id: 'createReward',
    summary: 'Create a reward: codes or balances of a campaign, a product, or points that pay',
    body: REWARD_BODY,
    answer: view('Reward'),
  },
  'GET /v1/rewards/{rewardId}': {
    id: 'getReward',
    summary: 'Get a reward',
    answer: view('Reward'),
  },
  'PUT /v1/rewards/{rewardId}': {
    id: 'updateReward',
    summary: 'Change a reward; what is not given stays, and its type, too',
    body: REWARD_BODY,
    answer: view('Reward'),
  },
  'DELETE /v1/rewards/{rewardId}': {
    id: 'deleteReward',
    summary: 'Delete a reward that no program has',
    ...NOTHING,
  },
}

const assignments: Operations = {
  'GET /v1/rewards/{rewardId}/assignments': {
    id: 'listAssignmentsOfReward',
    summary: 'List the programs that have a reward',
    query: [PAGE_QUERY],
    answer: listOf('data', 'RewardAssignment'),
  },
  'POST /v1/rewards/{rewardId}/assignments': {
    id: 'assignReward',
    summary: 'Put a reward into a loyalty program at a price in points',
    body: ASSIGNMENT_BODY,
    answer: view('RewardAssignment'),
  },
  'GET /v1/rewards/{rewardId}/assignments/{assignmentId}': {
    id: 'getAssignmentOfReward',
    summary: 'Get an assignment of a reward',
    answer: view('RewardAssignment'),
  },
  'PUT /v1/rewards/{rewardId}/assignments/{assignmentId}': {
    id: 'updateAssignmentOfReward',
    summary: 'Change the price of a reward in a program',
    body: ASSIGNMENT_CHANGE,
    answer: view('RewardAssignment'),
  },
  'DELETE /v1/rewards/{rewardId}/assignments/{assignmentId}': {
    id: 'deleteAssignmentOfReward',
    summary: 'Take a reward out of a program',
    ...NOTHING,
  },
}

const ofMembers: Operations = {
  'GET /v1/loyalties/members/{memberId}/rewards': {
    id: 'listRewardsOfMember',
    summary: 'List what a loyalty card could be redeemed for',
    query: [PAGE_QUERY, MEMBER_REWARDS_QUERY],
    answer: listOf('data', 'LoyaltyReward'),
  },
  'POST /v1/loyalties/members/{memberId}/redemption': {
    id: 'redeemReward',
    summary: 'Redeem a loyalty card for a reward',
    query: [EXPLAIN],
    body: SINGLE_BODY,
    answer: view('MemberRedemption'),
  },
  'POST /v1/loyalties/{campaignId}/members/{memberId}/redemption': {
    id: 'redeemRewardOfProgram',
    summary: 'Redeem a loyalty card of a program for a reward',
    query: [EXPLAIN],
    body: SINGLE_BODY,
    answer: view('MemberRedemption'),
  },
}

const ofPrograms: Operations = {
  'GET /v1/loyalties/{campaignId}/reward-assignments': {
    id: 'listRewardAssignments',
    summary: 'List the rewards of a program, by assignment',
    query: [PAGE_QUERY, ASSIGNMENT_LIST_QUERY],
    answer: listOf('data', 'RewardAssignment'),
  },
  'GET /v1/loyalties/{campaignId}/reward-assignments/{assignmentId}': {
    id: 'getRewardAssignment',
    summary: 'Get an assignment of a program',
    answer: view('RewardAssignment'),
  },
  'GET /v1/loyalties/{campaignId}/reward-assignments/{assignmentId}/reward': {
    id: 'getAssignedReward',
    summary: 'Get the reward of an assignment',
    answer: view('Reward'),
  },
  'GET /v1/loyalties/{campaignId}/rewards': {
    id: 'listRewardsOfProgram',
    summary: 'List the assignments of rewards to a program',
    query: [PAGE_QUERY, ASSIGNMENT_LIST_QUERY],
    answer: listOf('data', 'RewardAssignment'),
  },
  'POST /v1/loyalties/{campaignId}/rewards': {
    id: 'assignRewards',
    summary: 'Put rewards into a program',
    body: ASSIGNMENTS_BODY,
    answer: { type: 'array', items: view('RewardAssignment') },
  },
  'GET /v1/loyalties/{campaignId}/rewards/{assignmentId}': {
    id: 'getRewardOfProgram',
    summary: 'Get an assignment of a reward to a program',
    answer: view('RewardAssignment'),
  },
  'PUT /v1/loyalties/{campaignId}/rewards/{assignmentId}': {
    id: 'updateRewardOfProgram',
    summary: 'Change the price of a reward in a program',
    body: ASSIGNMENT_CHANGE,
    answer: view('RewardAssignment'),
  },
  'DELETE /v1/loyalties/{campaignId}/rewards/{assignmentId}': {
    id: 'deleteRewardOfProgram',
    summary: 'Take a reward out of a program',
    ...NOTHING,
  },
}

export const REWARDS: Tag = {
  name: 'Rewards',
  description: 'What the points of loyalty cards are spent on, and in which programs.',
  operations: { ...rewards, ...assignments, ...ofPrograms, ...ofMembers },
}
