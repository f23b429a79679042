import { sql } from 'kysely'
import { type Column, type Exportable, fields, iso, plain, refs, times } from './exportable.ts'

const ADDRESS = ['city', 'state', 'line_1', 'line_2', 'country', 'postal_code']
const TEXTS = ['id', 'source_id', 'name', 'email', 'phone', 'description']

const ofRedemptions = (value: string): Column => ({
  value: sql.ref(`redemptions.${value}`),
  join: 'redemptions',
})
const ofOrders = (value: Column['value']): Column => ({ value, join: 'ordered' })

export const CUSTOMER: Exportable = {
  from: sql`customer`,
  belongs: (projectId) => sql`customer.project_id = ${projectId}`,
  columns: {
    ...plain('customer', [...TEXTS, 'birthdate', 'metadata']),
    ...times('customer', ['created_at', 'updated_at']),
    birthday: { value: sql`customer.birthdate` },
    ...Object.fromEntries(
      ADDRESS.map((part) => [
        `address_${part}`,
        { value: sql`customer.address ->> ${sql.lit(part)}` },
      ]),
    ),
    redemptions_total_redeemed: ofRedemptions('succeeded'),
    redemptions_total_succeeded: ofRedemptions('succeeded'),
    redemptions_total_failed: ofRedemptions('failed'),
    redemptions_total_rolled_back: ofRedemptions('rolled_back'),
    redemptions_total_rollback_succeeded: ofRedemptions('rolled_back'),
    redemptions_total_rollback_failed: ofRedemptions('rollback_failed'),
    orders_total_amount: ofOrders(sql`ordered.total`),
    orders_total_count: ofOrders(sql`ordered.count`),
    orders_average_amount: ofOrders(
      sql`coalesce(round(ordered.total / nullif(ordered.count, 0)), 0)`,
    ),
    orders_last_order_amount: ofOrders(sql`coalesce(ordered.last_amount, 0)`),
    orders_last_order_date: ofOrders(iso(sql`ordered.last_at`)),
    loyalty_points: { value: sql`held.points`, join: 'held' },
    loyalty_referred_customers: {
      value: sql`(select count(*) from referral where referrer_id = customer.id and undone_at is null)`,
    },
  },
  defaults: ['name', 'source_id'],
  orders: refs('customer', ['name', 'id', 'email', 'source_id', 'created_at', 'updated_at']),
  id: sql`customer.id`,
  filters: {
    ...fields('text', refs('customer', TEXTS)),
    ...fields(
      'text',
      Object.fromEntries(
        ADDRESS.map((part) => [`address.${part}`, sql`(customer.address ->> ${sql.lit(part)})`]),
      ),
    ),
    ...fields('text', { city: sql`(customer.address ->> 'city')` }),
    ...fields('date', refs('customer', ['birthdate', 'created_at', 'updated_at'])),
  },
  metadata: sql`customer.metadata`,
  // The same sums as those of a customer's summary (engine-programs §2.2).
  joins: {
    redemptions: sql`left join lateral (
      select count(*) filter (where object = 'redemption' and result = 'SUCCESS') as succeeded,
             count(*) filter (where object = 'redemption' and result = 'FAILURE') as failed,
             count(*) filter (where object = 'redemption_rollback' and result = 'SUCCESS') as rolled_back,
             count(*) filter (where object = 'redemption_rollback' and result = 'FAILURE') as rollback_failed
        from redemption
       where redemption.customer_id = customer.id and redemption.project_id = customer.project_id and not is_parent
    ) as redemptions on true`,
    ordered: sql`left join lateral (
      select count(*) as count, coalesce(sum(paid.amount), 0) as total,
             (array_agg(paid.amount order by paid.created_at desc, paid.id desc))[1] as last_amount,
             max(paid.created_at) as last_at
        from (select id, created_at, amount_minor - discount_amount_minor - items_discount_amount_minor as amount
                from orders
               where orders.project_id = customer.project_id and orders.customer_id = customer.id
                 and status in ('PAID', 'FULFILLED')) as paid
    ) as ordered on true`,
    held: sql`left join lateral (
      select coalesce(sum(points - expired_points - subtracted_points - redeemed_points), 0) as points
        from voucher
       where holder_id = customer.id
         and type = 'LOYALTY_CARD' and deleted_at is null
    ) as held on true`,
  },
}
