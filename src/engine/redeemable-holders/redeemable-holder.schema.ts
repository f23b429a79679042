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

/** The fields that engine-programs §2.7 names. */
const FIELDS: Readonly<Record<string, FilterField>> = {
  id: { kind: 'text', column: sql.ref('holder.id') },
  created_at: { kind: 'date', column: sql.ref('holder.created_at') },
  redeemable_id: { kind: 'text', column: sql.ref('holder.voucher_id') },
  redeemable_object: { kind: 'text', column: sql`'voucher'::text` },
  holder_role: { kind: 'text', column: sql.ref('holder.role') },
  campaign_id: { kind: 'text', column: sql.ref('holder.campaign_id') },
  campaign_type: { kind: 'text', column: sql.ref('campaign.campaign_type') },
  voucher_type: { kind: 'text', column: sql.ref('voucher.type') },
}

/** Reads the query of a list of holder entries, newest first. Throws `invalid_query_params`, `invalid_or_expired_cursor`. */
export function parseHolderList(query: unknown): HolderList {
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
    filter: toFilterCondition(filters, (name) =>
      Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined,
    ),
  }
}
