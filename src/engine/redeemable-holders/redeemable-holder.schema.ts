import { sql } from 'kysely'
import { ApiError } from '../../kernel/api-error.ts'
import { isId } from '../../kernel/ids.ts'
import {
  compileQueryCheck,
  type FilterField,
  parseOrder,
  parsePage,
  toFilterCondition,
} from '../api/index.ts'
import { HOLDER_ORDER, type HolderList } from './redeemable-holder.repo.ts'

export const HOLDER_LIST_QUERY = {
  type: 'object',
  properties: { starting_after_id: { type: 'string' } },
}

const checkQuery = compileQueryCheck<{ starting_after_id?: string }>(HOLDER_LIST_QUERY)

const FIELDS = {
  id: { kind: 'text', column: sql.ref('holder.id') },
  created_at: { kind: 'date', column: sql.ref('holder.created_at') },
  customer_id: { kind: 'text', column: sql.ref('holder.customer_id') },
  redeemable_id: { kind: 'text', column: sql.ref('holder.voucher_id') },
  redeemable_object: { kind: 'text', column: sql`'voucher'::text` },
  holder_role: { kind: 'text', column: sql.ref('holder.role') },
  campaign_id: { kind: 'text', column: sql.ref('holder.campaign_id') },
  campaign_type: { kind: 'text', column: sql.ref('campaign.campaign_type') },
  voucher_type: { kind: 'text', column: sql.ref('voucher.type') },
} as const satisfies Record<string, FilterField>

export type HolderField = keyof typeof FIELDS

/**
 * Reads the query of a list of holder entries, newest first, which may be filtered by `fields`. Throws
 * `invalid_query_params`, `invalid_or_expired_cursor`.
 */
export function parseHolderList(query: unknown, fields: readonly HolderField[]): HolderList {
  const { order, filters, ...rest } = query as { order?: unknown; filters?: unknown }
  const { starting_after_id: after } = checkQuery(rest)
  if (after !== undefined && !isId('redeemableHolder', after)) {
    throw new ApiError('invalid_or_expired_cursor', {
      details: 'The provided cursor is invalid or has expired',
    })
  }
  return {
    limit: parsePage(query).limit,
    direction: parseOrder(order, HOLDER_ORDER, { column: 'id', direction: 'desc' }).direction,
    after,
    filter: toFilterCondition(filters, (name) => {
      const field = fields.find((each) => each === name)
      return field && FIELDS[field]
    }),
  }
}
