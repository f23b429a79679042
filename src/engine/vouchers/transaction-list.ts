import { LIMITS } from '../../platform/limits.ts'
import { compileQueryCheck, parseOrder } from '../api/index.ts'
import type { TransactionList } from './voucher-transaction.repo.ts'
import { toTransactionView, type VoucherTransaction } from './voucher-transaction.ts'

export const TRANSACTION_LIST_QUERY = {
  type: 'object',
  properties: {
    limit: { type: 'integer', minimum: 1, maximum: LIMITS.listLimitMax },
    starting_after_id: { type: 'string' },
  },
}

const checkList = compileQueryCheck<{ limit?: number; starting_after_id?: string }>(
  TRANSACTION_LIST_QUERY,
)

/** Reads the query of a list of transactions: newest first unless asked otherwise (R-LIST-03, R-LIST-05, R-LIST-09). */
export function parseTransactionList(query: unknown): TransactionList {
  const { limit = LIMITS.listLimitDefault, starting_after_id } = checkList({ ...(query as object) })
  const { order, filters } = query as { order?: unknown; filters?: unknown }
  const { direction } = parseOrder(order, ['id'], { column: 'id', direction: 'desc' })
  return { limit, direction, startingAfterId: starting_after_id || undefined, filters }
}

/** The envelope of a page of transactions (§2.3). */
export function toTransactionListView({
  transactions,
  hasMore,
}: {
  transactions: readonly VoucherTransaction[]
  hasMore: boolean
}): Record<string, unknown> {
  return {
    object: 'list',
    data_ref: 'data',
    data: transactions.map(toTransactionView),
    has_more: hasMore,
    ...(hasMore && { more_starting_after: transactions.at(-1)?.id }),
  }
}
