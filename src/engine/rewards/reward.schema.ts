import { LIMITS } from '../../platform/limits.ts'
import { compileBodyCheck, compileQueryCheck } from '../api/index.ts'
import type { Metadata } from './reward.ts'

const TEXT = { type: ['string', 'null'], maxLength: LIMITS.textLengthMax }
const COUNT_MAX = Number.MAX_SAFE_INTEGER

/** A reward as a caller writes it, to make one or to change one. */
export type RewardInput = {
  name?: string | null
  type?: 'CAMPAIGN' | 'MATERIAL' | 'COIN' | null
  parameters?: {
    campaign?: { id?: string | null; balance?: number | null } | null
    product?: { id?: string | null; sku_id?: string | null } | null
    coin?: { exchange_ratio?: number | null; points_ratio?: number | null } | null
  } | null
  stock?: number | null
  attributes?: { image_url?: string | null; description?: string | null } | null
  metadata?: Metadata | null
}

export const REWARD_BODY = {
  type: 'object',
  properties: {
    name: { type: ['string', 'null'], maxLength: LIMITS.nameLengthMax },
    type: { type: ['string', 'null'], enum: ['CAMPAIGN', 'MATERIAL', 'COIN', null] },
    parameters: {
      type: ['object', 'null'],
      properties: {
        campaign: {
          type: ['object', 'null'],
          properties: { id: TEXT, balance: { type: ['integer', 'null'], maximum: COUNT_MAX } },
        },
        product: { type: ['object', 'null'], properties: { id: TEXT, sku_id: TEXT } },
        coin: {
          type: ['object', 'null'],
          properties: {
            exchange_ratio: { type: ['number', 'null'], exclusiveMinimum: 0, maximum: 1e9 },
            points_ratio: { type: ['integer', 'null'], minimum: 1, maximum: 1e9 },
          },
        },
      },
    },
    stock: { type: ['integer', 'null'], minimum: 0, maximum: COUNT_MAX },
    attributes: {
      type: ['object', 'null'],
      properties: { image_url: TEXT, description: TEXT },
    },
    metadata: { type: ['object', 'null'] },
  },
}

export const parseReward = compileBodyCheck<RewardInput>(REWARD_BODY)

/** What an assignment says of its price (§9.2). */
export type AssignmentInput = {
  campaign?: string | null
  parameters?: {
    loyalty?: { points?: number | null; auto_redeem?: boolean | null } | null
  } | null
  validation_rules?: string[] | null
}

const PARAMETERS = {
  type: ['object', 'null'],
  properties: {
    loyalty: {
      type: ['object', 'null'],
      properties: {
        points: { type: ['integer', 'null'], minimum: 1, maximum: COUNT_MAX },
        auto_redeem: { type: ['boolean', 'null'] },
      },
    },
  },
}
const RULES = { type: ['array', 'null'], maxItems: 1, items: { type: 'string' } }

export const ASSIGNMENT_BODY = {
  type: 'object',
  properties: { campaign: TEXT, parameters: PARAMETERS, validation_rules: RULES },
}
export const ASSIGNMENT_CHANGE = { type: 'object', properties: { parameters: PARAMETERS } }

export const parseAssignment = compileBodyCheck<AssignmentInput>(ASSIGNMENT_BODY)
export const parseAssignmentChange =
  compileBodyCheck<Pick<AssignmentInput, 'parameters'>>(ASSIGNMENT_CHANGE)

/** `POST /v1/loyalties/{campaignId}/rewards` assigns many to one program. */
export const ASSIGNMENTS_BODY = {
  type: 'array',
  minItems: 1,
  maxItems: LIMITS.rewardsPerRequestMax,
  items: {
    type: 'object',
    properties: { reward: TEXT, parameters: PARAMETERS, validation_rules: RULES },
  },
}

export const parseAssignments =
  compileBodyCheck<(Omit<AssignmentInput, 'campaign'> & { reward?: string | null })[]>(
    ASSIGNMENTS_BODY,
  )

export const REWARD_LIST_QUERY = {
  type: 'object',
  properties: { assignment_id: { type: 'string' } },
}
export const parseRewardList = compileQueryCheck<{ assignment_id?: string }>(REWARD_LIST_QUERY)

export const ASSIGNMENT_LIST_QUERY = {
  type: 'object',
  properties: { assignmentId: { type: 'string' }, assignment_id: { type: 'string' } },
}
export const parseAssignmentList = compileQueryCheck<{
  assignmentId?: string
  assignment_id?: string
}>(ASSIGNMENT_LIST_QUERY)

export const MEMBER_REWARDS_QUERY = {
  type: 'object',
  properties: { affordable_only: { type: 'boolean' } },
}

export const parseMemberRewards = compileQueryCheck<{ affordable_only?: boolean }>(
  MEMBER_REWARDS_QUERY,
)
