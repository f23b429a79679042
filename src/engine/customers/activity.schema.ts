import { ApiError } from '../../kernel/api-error.ts'
import { isId } from '../../kernel/ids.ts'
import { compileQueryCheck, type Order, parseOrder, parsePage } from '../api/index.ts'
import { ACTIVITY_TYPES } from './activity-types.ts'

type Query = {
  start_date?: string
  end_date?: string
  campaign_id?: string
  campaign_type?: string
  /** Of the order, or of the reward. */
  product_id?: string
  category?: 'ACTION' | 'EFFECT'
  type?: string
  starting_after_id?: string
  /** The older endpoint goes on after a moment instead of an occurrence. */
  starting_after?: string
}

/** What a customer's activity was asked for; dates still as text. */
export type ActivityList = { limit: number; order: Order<'created_at'>; query: Query }

const TEXT = { type: 'string' }
const DATE = { type: 'string', format: 'iso-date' }
const CAMPAIGN_TYPES = [
  'DISCOUNT_COUPONS',
  'REFERRAL_PROGRAM',
  'GIFT_VOUCHERS',
  'PROMOTION',
  'LOYALTY_PROGRAM',
  'LUCKY_DRAW',
]

export const ACTIVITY_QUERY = {
  type: 'object',
  properties: {
    start_date: DATE,
    end_date: DATE,
    campaign_id: TEXT,
    campaign_type: { type: 'string', enum: CAMPAIGN_TYPES },
    product_id: TEXT,
    category: { type: 'string', enum: ['ACTION', 'EFFECT'] },
    type: TEXT,
    starting_after_id: TEXT,
    starting_after: DATE,
  },
}

const checkQuery = compileQueryCheck<Query>(ACTIVITY_QUERY)

/**
 * Reads the query of a customer's activity (§2.8, R-LIST-05). Throws `invalid_query_params`, or
 * `invalid_or_expired_cursor` for an id that is none of an occurrence.
 */
export function parseActivityList(query: unknown): ActivityList {
  const { order, ...rest } = query as { order?: unknown }
  const checked = checkQuery(rest)
  const { type, starting_after_id: cursor } = checked
  if (type !== undefined && !ACTIVITY_TYPES.has(type)) {
    throw invalid(`Property .type does not know events of type ${type}`)
  }
  if (cursor !== undefined && !isId('occurrence', cursor)) {
    throw new ApiError('invalid_or_expired_cursor', {
      details: 'The provided cursor is invalid or has expired',
    })
  }
  return {
    limit: parsePage(query).limit,
    order: parseOrder(order, ['created_at'], { column: 'created_at', direction: 'desc' }),
    query: checked,
  }
}

const invalid = (details: string): ApiError => new ApiError('invalid_query_params', { details })
