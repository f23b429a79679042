import { money, ZERO } from '../../kernel/money.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { toJsonList } from '../../platform/json-list.ts'
import { startRedeemable, totalsOf } from '../discounts/index.ts'
import type { Metadata, Order, OrderRedemption, OrderStatus } from './order.ts'
import type { OrderReference } from './order-reference.ts'
import { fromItemView, toItemViews } from './order-view.ts'

export type OrderRow = {
  id: string
  project_id: string
  source_id: string | null
  customer_id: string | null
  referrer_id: string | null
  status: OrderStatus
  amount_minor: number | null
  initial_amount_minor: number | null
  discount_amount_minor: number
  items: Metadata[]
  metadata: Metadata
  redemptions: Record<string, OrderRedemption>
  created_at: Date
  updated_at: Date | null
}

export function toOrder(row: OrderRow): Order {
  const lines = row.items.map(fromItemView)
  return {
    id: row.id,
    projectId: row.project_id,
    sourceId: row.source_id,
    customerId: row.customer_id,
    referrerId: row.referrer_id,
    status: row.status,
    items: lines.map(({ item }) => item),
    cart: {
      amount: row.amount_minor === null ? undefined : money(row.amount_minor),
      initialAmount:
        row.initial_amount_minor === null ? undefined : money(row.initial_amount_minor),
      discountAmount: money(row.discount_amount_minor),
      appliedDiscountAmount: ZERO,
      lines: lines.map(({ line }) => line),
    },
    metadata: row.metadata,
    redemptions: row.redemptions,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

const FIND = statement(
  'find_orders',
  `select orders.* from orders
     join unnest($1::text[], $2::text[], $3::text[]) as wanted (project_id, id, source_id)
       on orders.project_id = wanted.project_id and orders.id = wanted.id
   union all
   select orders.* from orders
     join unnest($1::text[], $2::text[], $3::text[]) as wanted (project_id, id, source_id)
       on orders.project_id = wanted.project_id and orders.source_id = wanted.source_id and wanted.id is null`,
)
const LOCK = statement(
  'lock_orders',
  'select * from orders where id = any($1::text[]) order by id for update',
)

/** The stored orders among `references`, in no order, one named twice maybe twice. An id counts before a `source_id`. */
export async function findOrders(db: Db, references: readonly OrderReference[]): Promise<Order[]> {
  if (references.length === 0) return []
  const rows = await db.run<OrderRow>(FIND, [
    references.map((reference) => reference.projectId),
    references.map((reference) => reference.id),
    references.map((reference) => reference.sourceId),
  ])
  return rows.map(toOrder)
}

/** Locks orders until `tx` ends and returns them as they are then. After vouchers, by id. */
export async function lockOrders(tx: Tx, references: readonly OrderReference[]): Promise<Order[]> {
  const found = await findOrders(tx, references)
  if (found.length === 0) return []
  return (await tx.run<OrderRow>(LOCK, [found.map((order) => order.id)])).map(toOrder)
}

const SAVE = statement(
  'save_orders',
  `insert into orders (id, project_id, source_id, customer_id, status, amount_minor, discount_amount_minor,
                       items, metadata, redemptions, created_at, updated_at, initial_amount_minor,
                       items_discount_amount_minor, referrer_id)
   select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[],
                        jsonb_list($8), jsonb_list($9), jsonb_list($10), $11::timestamptz[], $12::timestamptz[], $13::bigint[],
                        $14::bigint[], $15::text[])
   on conflict (id) do update set
     customer_id = excluded.customer_id, status = excluded.status, amount_minor = excluded.amount_minor,
     discount_amount_minor = excluded.discount_amount_minor, items = excluded.items,
     metadata = excluded.metadata, redemptions = excluded.redemptions, updated_at = excluded.updated_at,
     initial_amount_minor = excluded.initial_amount_minor,
     items_discount_amount_minor = excluded.items_discount_amount_minor, referrer_id = excluded.referrer_id`,
)

/** The constraint two transactions meet at when both create the order of one `source_id`. */
export const ORDER_SOURCE_ID_TAKEN = 'orders_project_id_source_id_key'

/**
 * Creates or overwrites orders. Fails `tx` with a violation of `ORDER_SOURCE_ID_TAKEN` when another transaction
 * created one of them meanwhile; work started again finds it.
 */
export function saveOrders(tx: Tx, orders: readonly Order[]): void {
  if (orders.length === 0) return
  // Rivals that create the same orders wait for each other in one sequence.
  const sorted = [...orders].sort((a, b) => compare(a.sourceId ?? '', b.sourceId ?? ''))
  tx.send(SAVE, [
    sorted.map((order) => order.id),
    sorted.map((order) => order.projectId),
    sorted.map((order) => order.sourceId),
    sorted.map((order) => order.customerId),
    sorted.map((order) => order.status),
    sorted.map(({ cart }) => cart.amount ?? null),
    sorted.map(({ cart }) => cart.discountAmount),
    toJsonList(sorted.map(toStoredItems)),
    toJsonList(sorted.map((order) => order.metadata)),
    toJsonList(sorted.map((order) => order.redemptions)),
    sorted.map((order) => order.createdAt),
    sorted.map((order) => order.updatedAt),
    sorted.map(({ cart }) => cart.initialAmount ?? null),
    sorted.map(({ cart }) => totalsOf(cart).itemsDiscountAmount),
    sorted.map((order) => order.referrerId),
  ])
}

/** What a request applied is part of its answer, not of the order. */
const toStoredItems = (order: Order) =>
  order.cart.lines.length === 0
    ? []
    : toItemViews({ items: order.items, cart: startRedeemable(order.cart) })

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
