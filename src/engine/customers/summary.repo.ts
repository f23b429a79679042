import { type Money, money, ZERO } from '../../kernel/money.ts'
import { type Db, statement } from '../../platform/db.ts'
import type { Customer } from './customer.ts'

/** What a customer redeemed, ordered and holds (engine-programs §2.2). */
export type Summary = {
  redemptions: { succeeded: number; failed: number; rolledBack: number; rollbackFailed: number }
  gift: { redeemed: Money; balance: Money }
  orders: { count: number; amount: Money; last: { amount: Money; at: Date } | null }
}

/** The summary of somebody new (C-1). */
export const NO_SUMMARY: Summary = {
  redemptions: { succeeded: 0, failed: 0, rolledBack: 0, rollbackFailed: 0 },
  gift: { redeemed: ZERO, balance: ZERO },
  orders: { count: 0, amount: ZERO, last: null },
}

type SummaryRow = {
  id: string
  succeeded: number
  failed: number
  rolled_back: number
  rollback_failed: number
  gift_redeemed: number
  gift_balance: number
  order_count: number
  order_amount: number
  last_order_amount: number | null
  last_order_at: Date | null
}

// A stack counts by its parts. Sums stop at the largest safe integer instead of leaving it.
const toSum = (amount: string): string =>
  `least(coalesce(sum(${amount}), 0), ${Number.MAX_SAFE_INTEGER})::bigint`

const SUMMARISE = statement(
  'summarise_customers',
  `select wanted.id, redemptions.*, held.*, ordered.*, last_order.*
     from unnest($1::text[], $2::text[]) as wanted (project_id, id)
    cross join lateral (
      select count(*) filter (where object = 'redemption' and result = 'SUCCESS') as succeeded,
             count(*) filter (where object = 'redemption' and result = 'FAILURE') as failed,
             count(*) filter (where object = 'redemption_rollback' and result = 'SUCCESS') as rolled_back,
             count(*) filter (where object = 'redemption_rollback' and result = 'FAILURE') as rollback_failed,
             ${toSum('amount_minor')} as gift_redeemed
        from redemption
       where customer_id = wanted.id and project_id = wanted.project_id and not is_parent) as redemptions
    cross join lateral (
      select ${toSum('gift_amount_minor - gift_subtracted_minor - redeemed_amount_minor')} as gift_balance
        from voucher
       where holder_id = wanted.id and project_id = wanted.project_id
         and type = 'GIFT_VOUCHER' and deleted_at is null) as held
    cross join lateral (
      select count(*) as order_count, ${toSum('amount_minor - discount_amount_minor')} as order_amount
        from orders
       where project_id = wanted.project_id and customer_id = wanted.id
         and status in ('PAID', 'FULFILLED')) as ordered
     left join lateral (
      select amount_minor - discount_amount_minor as last_order_amount, created_at as last_order_at
        from orders
       where project_id = wanted.project_id and customer_id = wanted.id
         and status in ('PAID', 'FULFILLED')
       order by created_at desc, id desc limit 1) as last_order on true`,
)

/** The summaries of customers by their ids, summed up at this moment (C-2 to C-5, C-7). */
export async function findSummaries(
  db: Db,
  customers: readonly Customer[],
): Promise<ReadonlyMap<string, Summary>> {
  const wanted = [...new Map(customers.map((customer) => [customer.id, customer])).values()]
  if (wanted.length === 0) return new Map()
  const rows = await db.run<SummaryRow>(SUMMARISE, [
    wanted.map(({ projectId }) => projectId),
    wanted.map(({ id }) => id),
  ])
  return new Map(rows.map((row) => [row.id, toSummary(row)]))
}

const toSummary = (row: SummaryRow): Summary => ({
  redemptions: {
    succeeded: row.succeeded,
    failed: row.failed,
    rolledBack: row.rolled_back,
    rollbackFailed: row.rollback_failed,
  },
  gift: { redeemed: money(row.gift_redeemed), balance: money(row.gift_balance) },
  orders: {
    count: row.order_count,
    amount: money(row.order_amount),
    last:
      row.last_order_amount === null || row.last_order_at === null
        ? null
        : { amount: money(row.last_order_amount), at: row.last_order_at },
  },
})
