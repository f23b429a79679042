import { PAGE_QUERY } from '../../api/index.ts'
import {
  EARNING_RULE_CHANGE,
  EARNING_RULES_BODY,
  ESTIMATE_BODY,
} from '../../earning-rules/index.ts'
import { LOYALTY_TIER_BODY, LOYALTY_TIERS_BODY } from '../../loyalty-tiers/index.ts'
import { listOf, NOTHING, type Operations, orderBy, type Tag, view } from '../operation.ts'

const LIST = [PAGE_QUERY, orderBy('created_at', 'updated_at')]
const many = (name: string) => ({ type: 'array', items: view(name) })

const rules: Operations = {
  'GET /v1/loyalties/{campaignId}/earning-rules': {
    id: 'listEarningRules',
    summary: 'List the rules by which members of a program earn points',
    query: LIST,
    answer: listOf('data', 'EarningRule'),
  },
  'POST /v1/loyalties/{campaignId}/earning-rules': {
    id: 'createEarningRules',
    summary: 'Add rules to a program',
    body: EARNING_RULES_BODY,
    answer: many('EarningRule'),
  },
  'GET /v1/loyalties/{campaignId}/earning-rules/{earningRuleId}': {
    id: 'getEarningRule',
    summary: 'Get a rule',
    answer: view('EarningRule'),
  },
  'PUT /v1/loyalties/{campaignId}/earning-rules/{earningRuleId}': {
    id: 'updateEarningRule',
    summary: 'Change a rule; what sets it off and what it measures stay',
    body: EARNING_RULE_CHANGE,
    answer: view('EarningRule'),
  },
  'DELETE /v1/loyalties/{campaignId}/earning-rules/{earningRuleId}': {
    id: 'deleteEarningRule',
    summary: 'Delete a rule; points that it gave stay',
    ...NOTHING,
  },
  'POST /v1/loyalties/{campaignId}/earning-rules/{earningRuleId}/enable': {
    id: 'enableEarningRule',
    summary: 'Let a rule give points',
    answer: view('EarningRule'),
  },
  'POST /v1/loyalties/{campaignId}/earning-rules/{earningRuleId}/disable': {
    id: 'disableEarningRule',
    summary: 'Let a rule give no points',
    answer: view('EarningRule'),
  },
}

const estimates: Operations = {
  'POST /v1/loyalties/{campaignId}/qualifications': {
    id: 'estimatePoints',
    summary: 'Ask how many points a customer would earn by an order',
    body: ESTIMATE_BODY,
    answer: view('PointsEstimate'),
  },
}

const tiers: Operations = {
  'GET /v1/loyalties/{campaignId}/tiers': {
    id: 'listLoyaltyTiers',
    summary: 'List the tiers of a program',
    query: LIST,
    answer: listOf('data', 'LoyaltyTier'),
  },
  'POST /v1/loyalties/{campaignId}/tiers': {
    id: 'createLoyaltyTiers',
    summary: 'Add tiers to a program, whose points do not overlap',
    body: LOYALTY_TIERS_BODY,
    answer: many('LoyaltyTier'),
  },
  'GET /v1/loyalties/{campaignId}/tiers/{tierId}': {
    id: 'getLoyaltyTier',
    summary: 'Get a tier',
    answer: view('LoyaltyTier'),
  },
  'PUT /v1/loyalties/{campaignId}/tiers/{tierId}': {
    id: 'updateLoyaltyTier',
    summary: 'Change a tier; what is not given stays',
    body: LOYALTY_TIER_BODY,
    answer: view('LoyaltyTier'),
  },
  'DELETE /v1/loyalties/{campaignId}/tiers/{tierId}': {
    id: 'deleteLoyaltyTier',
    summary: 'Delete a tier, which its members leave at once',
    ...NOTHING,
  },
  'GET /v1/loyalties/{campaignId}/tiers/{tierId}/earning-rules': {
    id: 'listEarningRulesOfTier',
    summary: 'List the rules of a program, with the points that members of a tier earn by them',
    query: LIST,
    answer: listOf('data', 'EarningRule'),
  },
  'GET /v1/loyalties/{campaignId}/tiers/{tierId}/rewards': {
    id: 'listRewardsOfTier',
    summary: 'List the rewards of a program at the prices for members of a tier',
    query: [PAGE_QUERY],
    answer: listOf('data', 'TierReward'),
  },
  'GET /v1/loyalties/members/{memberId}/tiers': {
    id: 'listTiersOfMember',
    summary: 'List the tier that a card is in',
    answer: listOf('data', 'LoyaltyTier'),
  },
}

export const EARNING: Tag = {
  name: 'Earning rules and tiers',
  description: 'How members of loyalty programs earn points, and what they get for having many.',
  operations: { ...rules, ...estimates, ...tiers },
}
