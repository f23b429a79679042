import { type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import type { DB as Tables } from '../../platform/db.tables.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type CustomerRow, toCustomer } from './customer.repo.ts'
import type { Customer } from './customer.ts'
import type { CustomerList } from './customer-list.schema.ts'

export type Query<Row> = SelectQueryBuilder<Tables, 'customer', Row>

/** Those of some customers, in their order, who belong to a list. */
export type PickMembers = (customers: readonly Customer[]) => Promise<readonly Customer[]>

/**
 * One page of those whom `pick` picks of the customers of a query. It is asked of some at a time, in the order of the list,
 * until the page is full, so `total` counts them up to the one behind the page unless the list ends before.
 */
export async function pickPage(
  query: Query<object>,
  list: CustomerList,
  pick: PickMembers,
): Promise<{ customers: Customer[]; total: number; hasMore: boolean }> {
  const { limit, offset } = list.page
  const hasCursor = list.query.starting_after !== undefined
  const start = hasCursor ? 0 : offset
  const found: Customer[] = []
  let size = Math.min(2 * (start + limit + 1), LIMITS.segmentWalkCustomersMax)
  let last: CustomerRow | undefined
  for (let isMore = true; isMore; size = Math.min(2 * size, LIMITS.segmentWalkCustomersMax)) {
    const rows = await readPart(query, list, { last, size })
    found.push(...(await pick(rows.map(toCustomer))))
    last = rows.at(-1)
    isMore = rows.length === size && found.length <= endOfPage(found, start + limit, hasCursor)
  }
  const end = endOfPage(found, start + limit, hasCursor)
  return { customers: found.slice(start, end), total: found.length, hasMore: found.length > end }
}

/** With a cursor the page holds everybody created at the moment of its last customer (trap 10). */
function endOfPage(found: readonly Customer[], end: number, hasCursor: boolean): number {
  const moment = found[end - 1]?.createdAt.getTime()
  let last = end
  while (hasCursor && moment !== undefined && found[last]?.createdAt.getTime() === moment) last += 1
  return last
}

async function readPart(
  query: Query<object>,
  { order: { column, direction } }: CustomerList,
  { last, size }: { last: CustomerRow | undefined; size: number },
): Promise<CustomerRow[]> {
  const rows = await query
    .selectAll()
    .$if(last !== undefined, (all) =>
      all.where(isBehind(last as CustomerRow, column, direction === 'desc')),
    )
    .orderBy(column, (by) => (direction === 'desc' ? by.desc() : by.asc()).nullsLast())
    .orderBy('created_at', direction)
    .orderBy('id', direction)
    .limit(size)
    .execute()
  return rows as unknown as CustomerRow[]
}

/** Who comes behind `last` in a list whose column has its nulls at the end. */
function isBehind(
  last: CustomerRow,
  column: CustomerList['order']['column'],
  isDescending: boolean,
): RawBuilder<SqlBool> {
  const sign = sql.raw(isDescending ? '<' : '>')
  const name = sql.ref(column)
  const value = last[column]
  const isLater = sql<SqlBool>`(created_at, id) ${sign} (${last.created_at}, ${last.id})`
  if (value === null) return sql`${name} is null and ${isLater}`
  return sql`(${name} ${sign} ${value} or ${name} is null or (${name} = ${value} and ${isLater}))`
}
