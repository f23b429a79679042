import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import { ApiError } from '../../kernel/api-error.ts'
import { newSortableId } from '../../kernel/ids.ts'
import type { VoucherTransaction as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { toJsonList } from '../../platform/json-list.ts'
import { type FilterField, toFilterCondition } from '../api/index.ts'
import type {
  NewVoucherTransaction,
  VoucherTransaction,
  VoucherTransactionType,
} from './voucher-transaction.ts'

const INSERT = statement(
  'insert_voucher_transactions',
  `insert into voucher_transaction (id, project_id, voucher_id, campaign_id, type, amount_minor, balance_minor,
                                    total_minor, redemption_id, order_id, created_at, source_id, source, reason,
                                    related_transaction_id, details)
   select id, project_id, voucher_id, campaign_id, type, amount, balance, total, redemption_id, order_id, created_at,
          source_id, source, reason, related_transaction_id, details.list[place::integer]
     from (select jsonb_list($16) as list offset 0) as details, unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[],
                        $8::bigint[], $9::text[], $10::text[], $11::timestamptz[], $12::text[], $13::text[],
                        $14::text[], $15::text[])
          with ordinality as given (id, project_id, voucher_id, campaign_id, type, amount, balance, total, redemption_id,
                                    order_id, created_at, source_id, source, reason, related_transaction_id, place)
    order by place`,
)

/** Writes the ledger of gift cards and loyalty cards, in the order given. Answers what was written, with ids. */
export function insertVoucherTransactions(
  tx: Tx,
  given: readonly NewVoucherTransaction[],
): VoucherTransaction[] {
  const transactions = given.map(
    (transaction): VoucherTransaction => ({
      sourceId: null,
      source: 'API',
      reason: null,
      relatedTransactionId: null,
      details: null,
      ...transaction,
      id: transaction.id ?? newSortableId('voucherTransaction', transaction.createdAt.getTime()),
    }),
  )
  if (transactions.length === 0) return transactions
  tx.send(INSERT, [
    transactions.map(({ id }) => id),
    transactions.map(({ projectId }) => projectId),
    transactions.map(({ voucherId }) => voucherId),
    transactions.map(({ campaignId }) => campaignId),
    transactions.map(({ type }) => type),
    transactions.map(({ amount }) => amount),
    transactions.map(({ balance }) => balance),
    transactions.map(({ total }) => total),
    transactions.map(({ redemptionId }) => redemptionId),
    transactions.map(({ orderId }) => orderId),
    transactions.map(({ createdAt }) => createdAt),
    transactions.map(({ sourceId }) => sourceId),
    transactions.map(({ source }) => source),
    transactions.map(({ reason }) => reason),
    transactions.map(({ relatedTransactionId }) => relatedTransactionId),
    toJsonList(transactions.map(({ details }) => details)),
  ])
  return transactions
}

const toTransaction = (row: Selectable<Row>): VoucherTransaction => ({
  id: row.id,
  projectId: row.project_id,
  voucherId: row.voucher_id,
  campaignId: row.campaign_id,
  type: row.type as VoucherTransactionType,
  amount: row.amount_minor,
  balance: row.balance_minor,
  // What was written before totals were kept.
  total: row.total_minor ?? row.balance_minor,
  redemptionId: row.redemption_id,
  orderId: row.order_id,
  createdAt: row.created_at,
  sourceId: row.source_id,
  source: row.source,
  reason: row.reason,
  relatedTransactionId: row.related_transaction_id,
  details: row.details as VoucherTransaction['details'],
})

/** Whose transactions: those of a voucher or of all vouchers of a campaign. */
export type TransactionsOf = { voucherId: string } | { campaignId: string }

export type TransactionList = {
  limit: number
  direction: 'asc' | 'desc'
  startingAfterId: string | undefined
  filters: unknown
}

/** The fields a list of transactions can be filtered by (R-LIST-09). */
const toField = (name: string): FilterField | undefined =>
  name === 'id' || name === 'voucher_id' ? { kind: 'text', column: sql.ref(name) } : undefined

/**
 * A page of transactions, by id, which sorts by when they were made. Throws `invalid_or_expired_cursor` when it is
 * to go on after one that is not there (R-LIST-05).
 */
export async function listVoucherTransactions(
  db: Db,
  of: TransactionsOf,
  { limit, direction, startingAfterId, filters }: TransactionList,
): Promise<{ transactions: VoucherTransaction[]; hasMore: boolean }> {
  const matching = db.kysely
    .selectFrom('voucher_transaction')
    .selectAll()
    .where(
      'voucherId' in of
        ? sql<boolean>`voucher_id = ${of.voucherId}`
        : sql<boolean>`campaign_id = ${of.campaignId}`,
    )
  const condition = toFilterCondition(filters, toField)
  let page = condition ? matching.where(condition) : matching
  if (startingAfterId !== undefined) {
    const cursor = await matching.where('id', '=', startingAfterId).executeTakeFirst()
    if (!cursor) {
      throw new ApiError('invalid_or_expired_cursor', {
        details: 'The provided cursor is invalid or has expired',
      })
    }
    page = page.where('id', direction === 'desc' ? '<' : '>', startingAfterId)
  }
  const rows = await page
    .orderBy('id', direction)
    .limit(limit + 1)
    .execute()
  return {
    transactions: rows.slice(0, limit).map(toTransaction),
    hasMore: rows.length > limit,
  }
}
