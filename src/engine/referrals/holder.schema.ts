import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { ApiError } from '../../kernel/api-error.ts'
import { isId } from '../../kernel/ids.ts'
import { LIMITS } from '../../platform/limits.ts'
import {
  compileBodyCheck,
  compileQueryCheck,
  type FilterField,
  parseOrder,
  parsePage,
  toFilterCondition,
} from '../api/index.ts'
import {
  CUSTOMER_SCHEMA,
  type CustomerInput,
  type Metadata,
  toCustomerInput,
} from '../customers/index.ts'

export const HOLDERS_BODY = {
  type: 'object',
  required: ['holders'],
  properties: {
    holders: {
      type: 'array',
      minItems: 1,
      maxItems: LIMITS.holdersPerRequestMax,
      items: CUSTOMER_SCHEMA,
    },
    metadata: { type: ['object', 'null'] },
  },
}

const checkBody = compileBodyCheck<{
  holders: (CustomerInput | string | null)[]
  metadata?: Metadata | null
}>(HOLDERS_BODY)

/** Reads who is to hold a referral code (F-20). Throws `invalid_payload`. */
export function parseHolders(body: unknown): { holders: CustomerInput[]; metadata: Metadata } {
  const { holders, metadata } = checkBody(body)
  return {
    holders: holders.map((holder, index) => {
      const input = toCustomerInput(holder)
      if (input) return input
      throw new ApiError('invalid_payload', {
        details: `Property .holders[${index}] should be object`,
      })
    }),
    metadata: metadata ?? {},
  }
}

export const REFERRAL_HOLDERS_QUERY = {
  type: 'object',
  properties: { starting_after_id: { type: 'string' } },
}
const checkQuery = compileQueryCheck<{ starting_after_id?: string }>(REFERRAL_HOLDERS_QUERY)

const FIELDS: Readonly<Record<string, FilterField>> = {
  id: { kind: 'text', column: sql.ref('id') },
  created_at: { kind: 'date', column: sql.ref('created_at') },
  customer_id: { kind: 'text', column: sql.ref('customer_id') },
  holder_role: { kind: 'text', column: sql.ref('role') },
}

export type HolderList = {
  limit: number
  direction: 'asc' | 'desc'
  /** The id of the entry after which the list goes on. */
  after: string | undefined
  filter: RawBuilder<SqlBool> | undefined
}

/** Reads the query of a list of holders, the newest first. Throws `invalid_query_params`, `invalid_or_expired_cursor`. */
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
    direction: parseOrder(order, ['id'], { column: 'id', direction: 'desc' }).direction,
    after,
    filter: toFilterCondition(filters, (name) =>
      Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined,
    ),
  }
}
