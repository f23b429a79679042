import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { ApiError } from '../../kernel/api-error.ts'
import {
  compileQueryCheck,
  type FilterField,
  parseOrder,
  parsePage,
  toFilterCondition,
} from '../api/index.ts'

/** What a list of the bin was asked for. */
export type BinList = {
  limit: number
  direction: 'asc' | 'desc'
  /** The id of the entry it goes on behind. */
  after: string | undefined
  filter: RawBuilder<SqlBool> | undefined
}

export const BIN_QUERY = {
  type: 'object',
  properties: { starting_after_id: { type: 'string' } },
}

const checkQuery = compileQueryCheck<{ starting_after_id?: string }>(BIN_QUERY)

const ENTRY_ID = /^tbe_[0-9a-f]{11}_\w/

/** Reads the query of `GET /v1/trash-bin`. Throws `invalid_query_params` or `invalid_or_expired_cursor`. */
export function parseBinList(query: unknown): BinList {
  const { order, filters } = query as { order?: unknown; filters?: unknown }
  const { starting_after_id: after } = checkQuery({ ...(query as object) })
  if (after !== undefined && !ENTRY_ID.test(after)) {
    throw new ApiError('invalid_or_expired_cursor', {
      details: 'The provided cursor is invalid or has expired',
    })
  }
  return {
    limit: parsePage(query).limit,
    direction: parseOrder(order, ['id'], { column: 'id', direction: 'desc' }).direction,
    after,
    filter: toFilterCondition(filters, toField),
  }
}

const TEXTS = ['id', 'resource_type', 'resource_id', 'resource_name', 'resource_parent_id']

const toField = (name: string): FilterField | undefined =>
  TEXTS.includes(name) ? { kind: 'text', column: sql.ref(`entry.${name}`) } : undefined
