import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { CounterNeed } from '../rules/index.ts'

const FIND_CARDS = statement(
  'find_cards_of_customers',
  `select id, holder_id, campaign_id from voucher
    where holder_id = any($1::text[]) and campaign_id = any($2::text[]) and project_id = $3
      and type = 'LOYALTY_CARD' and deleted_at is null
    order by id`,
)

/** A loyalty card that somebody holds. */
export type HeldCard = { id: string; holder_id: string; campaign_id: string }

/** The loyalty cards that customers hold of programs. */
export async function findHeldCards(
  db: Db,
  projectId: string,
  { customerIds, campaignIds }: { customerIds: readonly string[]; campaignIds: readonly string[] },
): Promise<HeldCard[]> {
  if (customerIds.length === 0 || campaignIds.length === 0) return []
  return db.run<HeldCard>(FIND_CARDS, [customerIds, campaignIds, projectId])
}

const EARN_ONCE = statement(
  'earn_orders_once',
  `insert into earned_order (order_id, project_id, created_at)
   select order_id, $2, $3 from unnest($1::text[]) as paid (order_id) group by order_id
   on conflict (order_id) do nothing
   returning order_id`,
)

/** Those of the orders that have not earned before; from now on they have (L-15). */
export async function takeUnearned(
  tx: Tx,
  projectId: string,
  orderIds: readonly string[],
  now: Date,
): Promise<ReadonlySet<string>> {
  if (orderIds.length === 0) return new Set()
  const rows = await tx.run<{ order_id: string }>(EARN_ONCE, [orderIds, projectId, now])
  return new Set(rows.map(({ order_id }) => order_id))
}

/**
 * A number to be counted: points given by a rule, or else by any of a program, to somebody or to all, in a period; or what
 * the orders come to for which a program gave any.
 */
export type CountWanted = {
  key: string
  measure: CounterNeed['measure']
  campaignId: string
  ruleId: string | null
  customerId: string | null
  /** What the period of today is called, such as `2026-06`; null for ever. */
  periodKey: string | null
  /** How such a period is written (`to_char`). */
  format: string | null
}

/**
 * When rules gave points, and which: those that came at once, those that waited and came, and those that still wait
 * (L-40), which count from when they were given.
 */
const given = (of: string): string => `(
  select details, coalesce((details->'pending_points'->>'created_at')::timestamptz, created_at) as given_at
    from voucher_transaction where ${of} and type in ('POINTS_ACCRUAL', 'PENDING_POINTS_ACTIVATION')
   union all
  select details, created_at from pending_points where ${of} and status = 'PENDING') as accrual`

/** What the orders of a program come to for which it gave points, each once, however many rules did. */
const SUM = `(
  select coalesce(sum(case wanted.measure when 'orders_amount' then coalesce(orders.amount_minor, 0)
                      else orders.discount_amount_minor + orders.items_discount_amount_minor end), 0)
    from orders where orders.id in (
      select order_id from voucher_transaction
       where campaign_id = wanted.campaign_id and type in ('POINTS_ACCRUAL', 'PENDING_POINTS_ACTIVATION')
       union all
      select order_id from pending_points where campaign_id = wanted.campaign_id and status = 'PENDING'))`

const IS_WANTED = `(wanted.rule_id is null or accrual.details->'earning_rule'->>'id' = wanted.rule_id)
   and (wanted.format is null or to_char(accrual.given_at at time zone $7, wanted.format) = wanted.period_key)`

// Of a customer only what is on their cards is read, not all that the program gave.
const COUNT = statement(
  'count_accruals',
  `select wanted.key,
          case when wanted.measure <> 'redemptions' then ${SUM}
          when wanted.customer_id is null then (select count(*) from ${given('campaign_id = wanted.campaign_id')} where ${IS_WANTED})
          else (select count(*) from voucher card cross join lateral ${given('voucher_id = card.id')}
                 where card.holder_id = wanted.customer_id and card.campaign_id = wanted.campaign_id and ${IS_WANTED})
          end as count
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $8::text[])
          as wanted (key, campaign_id, rule_id, customer_id, period_key, format, measure)`,
)

/** How often points were given, or the sums, by key; only what is wanted is in it. */
export async function countAccruals(
  db: Db,
  wanted: readonly CountWanted[],
  timeZone: string,
): Promise<Map<string, number>> {
  if (wanted.length === 0) return new Map()
  const rows = await db.run<{ key: string; count: string }>(COUNT, [
    wanted.map(({ key }) => key),
    wanted.map(({ campaignId }) => campaignId),
    wanted.map(({ ruleId }) => ruleId),
    wanted.map(({ customerId }) => customerId),
    wanted.map(({ periodKey }) => periodKey),
    wanted.map(({ format }) => format),
    timeZone,
    wanted.map(({ measure }) => measure),
  ])
  return new Map(rows.map(({ key, count }) => [key, Number(count)]))
}
