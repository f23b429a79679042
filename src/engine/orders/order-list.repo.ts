import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { parseIsoDate } from '../../kernel/time.ts'
import type { Db } from '../../platform/db.ts'
import {
  compileQueryCheck,
  type FilterField,
  type Order as ListOrder,
  type Page,
  parseOrder,
  parsePage,
  toFilterCondition,
} from '../api/index.ts'
import type { Order } from './order.ts'
import { type OrderRow, toOrder } from './orders.repo.ts'

const COLUMNS = ['created_at', 'updated_at', 'status'] as const

export type OrderList = {
  page: Page
  order: ListOrder<(typeof COLUMNS)[number]>
  conditions: RawBuilder<SqlBool>[]
}

type Range = { before?: string; after?: string }
const DATE = { type: 'string', format: 'iso-date' }
const RANGE = { type: 'object', properties: { before: DATE, after: DATE } }
export const ORDER_LIST_QUERY = {
  type: 'object',
  properties: { created_at: RANGE, updated_at: RANGE },
}

const checkQuery = compileQueryCheck<{ created_at?: Range; updated_at?: Range }>(ORDER_LIST_QUERY)

/** Reads the query of `GET /v1/orders`, which shows the oldest first (§2.3). Throws `invalid_query_params`. */
export function parseOrderList(query: unknown): OrderList {
  const { order, filters, ...rest } = query as { order?: unknown; filters?: unknown }
  const { created_at: created, updated_at: updated } = checkQuery(rest)
  const filtered = toFilterCondition(filters, toOrderField)
  return {
    page: parsePage(query),
    order: parseOrder(order, COLUMNS, { column: 'created_at', direction: 'asc' }),
    conditions: [
      ...toRange(sql`created_at`, created),
      ...toRange(sql`updated_at`, updated),
      ...(filtered ? [filtered] : []),
    ],
  }
}

/** Both bounds exclusive, as `$after` and `$before` of filters are. */
const toRange = (
  column: RawBuilder<unknown>,
  { before, after }: Range = {},
): RawBuilder<SqlBool>[] => [
  ...(before === undefined ? [] : [sql<SqlBool>`${column} < ${parseIsoDate(before)}`]),
  ...(after === undefined ? [] : [sql<SqlBool>`${column} > ${parseIsoDate(after)}`]),
]

const TEXTS = ['id', 'source_id', 'status', 'customer_id', 'referrer_id']
const DATES = ['created_at', 'updated_at']

/** The fields orders can be filtered by. */
function toOrderField(name: string): FilterField | undefined {
  if (TEXTS.includes(name)) return { kind: 'text', column: sql.ref(`orders.${name}`) }
  if (DATES.includes(name)) return { kind: 'date', column: sql.ref(`orders.${name}`) }
  if (name === 'amount' || name === 'discount_amount') {
    return { kind: 'number', column: sql.ref(`orders.${name}_minor`) }
  }
  if (name === 'total_amount') {
    return {
      kind: 'number',
      column: sql`(orders.amount_minor - orders.discount_amount_minor - orders.items_discount_amount_minor)`,
    }
  }
  if (!name.startsWith('metadata.')) return undefined
  return { kind: 'metadata', column: sql`(orders.metadata ->> ${name.slice('metadata.'.length)})` }
}

/** One page of a project's orders, and how many match in all (R-LIST-08). */
export async function listOrders(
  db: Db,
  projectId: string,
  { page, order, conditions }: OrderList,
): Promise<{ orders: Order[]; total: number }> {
  const matching = conditions.reduce(
    (query, condition) => query.where(condition),
    db.kysely.selectFrom('orders').where('project_id', '=', projectId),
  )
  const { column, direction } = order
  const [rows, { total }] = await Promise.all([
    matching
      .selectAll()
      .orderBy(column, (by) => (direction === 'desc' ? by.desc() : by.asc()).nullsLast())
      .orderBy('created_at', direction)
      .orderBy('id', direction)
      .limit(page.limit)
      .offset(page.offset)
      .execute(),
    matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { orders: (rows as unknown as OrderRow[]).map(toOrder), total }
}
