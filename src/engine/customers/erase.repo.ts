import type { Json } from '../../kernel/json.ts'
import { statement, type Tx } from '../../platform/db.ts'
import { toJsonList } from '../../platform/json-list.ts'
import { LIMITS } from '../../platform/limits.ts'
import { calculateForgotten } from './calculate-forgotten.ts'
import type { Customer } from './customer.ts'

/** How many rows of each kind were erased; of orders, how many name nobody any more. */
export type Erased = {
  events: number
  activity: number
  segments: number
  orders: number
  orderActivity: number
}

const ERASE = statement(
  'erase_customer',
  `with events as (delete from custom_event where project_id = $2 and customer_id = $1 returning 1),
        -- Messages of distributions repeat what happened.
        bodies as (update webhook_message message set body = null from occurrence
                    where occurrence.customer_id = $1 and message.occurrence_id = occurrence.id
                      and message.body is not null),
        counters as (delete from distribution_usage where customer_id = $1),
        consents as (delete from customer_consent where customer_id = $1),
        activity as (delete from occurrence where customer_id = $1 returning type),
        memberships as (delete from segment_member where customer_id = $1 returning 1),
        holders as (delete from redeemable_holder where customer_id = $1),
        -- A tracking id can be calculated from a source_id.
        redeemed as (update redemption set tracking_id = null
                      where customer_id = $1 and project_id = $2 and tracking_id is not null),
        erased as (delete from customer where id = $1)
   select (select count(*) from events) as events,
          (select count(*) from activity where type not like 'customer.order.%') as activity,
          (select count(*) from activity where type like 'customer.order.%') as order_activity,
          (select count(*) from memberships) as segments,
          (select count(*) from orders where project_id = $2 and customer_id = $1) as orders`,
)

// No index tells of whom an occurrence tells, so all are read, by their ids and so many at a time that none takes long.
const FIND_TELLING = statement(
  'find_occurrences_telling_of',
  `with part as (select id, project_id, data from occurrence where id > $2 order by id limit $4)
   select max(id) as last, count(*) = $4 as is_more,
          coalesce(array_agg(id) filter (where project_id = $1 and strpos(data::text, $3) > 0), '{}') as telling
     from part`,
)
// Read again under lock, because who is erased at the same time may be told of in the same.
const LOCK_TELLING = statement(
  'lock_occurrences',
  'select id, data from occurrence where id = any($1::text[]) order by id for update',
)
const REWRITE = statement(
  'rewrite_occurrences',
  `update occurrence set data = datum.list[wanted.place]
     from (select json_list($2) as list offset 0) as datum,
          unnest($1::text[]) with ordinality as wanted (id, place)
    where occurrence.id = wanted.id`,
)

type Part = { last: string | null; is_more: boolean; telling: string[] }

/**
 * Makes somebody who was erased unknown in some of the occurrences behind `after`, in the order of their ids: what
 * happened to others tells of them, too, such as who holds a card or referred somebody. Answers how many told of them.
 */
export async function forgetNext(
  tx: Tx,
  { projectId, customerId, after }: { projectId: string; customerId: string; after: string },
): Promise<{ count: number; last: string; isMore: boolean }> {
  const limit = LIMITS.occurrencesPerLook
  const [part] = await tx.run<Part>(FIND_TELLING, [projectId, after, customerId, limit])
  const { last, is_more: isMore, telling } = part ?? { last: null, is_more: false, telling: [] }
  if (telling.length > 0) await rewrite(tx, customerId, telling)
  return { count: telling.length, last: last ?? after, isMore }
}

const FORGET_BODIES = statement(
  'forget_message_bodies',
  'update webhook_message set body = null where occurrence_id = any($1::text[]) and body is not null',
)

async function rewrite(tx: Tx, customerId: string, ids: readonly string[]): Promise<void> {
  await tx.run(FORGET_BODIES, [ids])
  const rows = await tx.run<{ id: string; data: Json }>(LOCK_TELLING, [ids])
  await tx.run(REWRITE, [
    rows.map(({ id }) => id),
    toJsonList(rows.map(({ data }) => calculateForgotten(data, customerId))),
  ])
}

/** Erases a customer whom `tx` has locked, and what is recorded of them. */
export async function eraseCustomerRows(tx: Tx, customer: Customer): Promise<Erased> {
  const [row] = await tx.run<{
    events: number
    activity: number
    order_activity: number
    segments: number
    orders: number
  }>(ERASE, [customer.id, customer.projectId])
  return {
    events: row?.events ?? 0,
    activity: row?.activity ?? 0,
    segments: row?.segments ?? 0,
    orders: row?.orders ?? 0,
    orderActivity: row?.order_activity ?? 0,
  }
}
