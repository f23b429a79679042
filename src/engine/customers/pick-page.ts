import { type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import type { DB as Tables } from '../../platform/db.tables.ts'
import type { Db } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { type CustomerRow, findCustomers } from './customer.repo.ts'
import type { Customer } from './customer.ts'
import type { CustomerList } from './customer-list.schema.ts'

export type Query<Row> = SelectQueryBuilder<Tables, 'customer', Row>

/** Those of some customers, in their order, who belong to a list. */
export type PickMembers = (customers: readonly Customer[]) => Promise<readonly Customer[]>

/**
 * One page of those whom `pick` picks of the customers of a query. It is asked of some at a time, in the order of the list,
 * until the page is full, so `total` counts them up to the one behind the page unless the list ends before. Where few are
 * picked that takes a walk through the whole list, of which each part is twice as long: however it is sorted, it is sorted
 * but a few times.
 */
export async function pickPage(
  db: Db,
  { query, list, pick }: { query: Query<object>; list: CustomerList; pick: PickMembers },
): Promise<{ customers: Customer[]; total: number; hasMore: boolean }> {
  const { limit, offset } = list.page
  const hasCursor = list.query.starting_after !== undefined
  const start = hasCursor ? 0 : offset
  const found: Customer[] = []
  const isFull = (): boolean => found.length > endOfPage(found, start + limit, hasCursor)
  let last: Place | undefined
  let size = Math.min(2 * (start + limit + 1), LIMITS.segmentWalkCustomersMax)
  for (let isMore = true; isMore; size = Math.min(2 * size, LIMITS.customerIdsPerPartMax)) {
    const places = await readPart(query, list, { last, size })
    for (let at = 0; at < places.length && !isFull(); at += LIMITS.segmentWalkCustomersMax)
      found.push(
        ...(await pick(await findAt(db, places.slice(at, at + LIMITS.segmentWalkCustomersMax)))),
      )
    last = places.at(-1)
    isMore = places.length === size && !isFull()
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

/** Where a customer is in a list. */
type Place = Pick<CustomerRow, 'id' | 'project_id' | 'created_at' | 'updated_at' | 'source_id'>

/** The customers at these places, in their order, but for those who are gone by now. */
async function findAt(db: Db, places: readonly Place[]): Promise<Customer[]> {
  const [first] = places
  if (!first) return []
  const ids = places.map(({ id }) => id)
  const customers = await findCustomers(db, first.project_id, ids)
  const byId = new Map(customers.map((customer) => [customer.id, customer]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

async function readPart(
  query: Query<object>,
  { order: { column, direction } }: CustomerList,
  { last, size }: { last: Place | undefined; size: number },
): Promise<Place[]> {
  const rows = await query
    .select(['id', 'project_id', 'created_at', 'updated_at', 'source_id'])
    .$if(last !== undefined, (all) =>
      all.where(isBehind(last as Place, column, direction === 'desc')),
    )
    // One direction of an index, where there is one: a moment of creation is never null.
    .$if(column !== 'created_at', (all) =>
      all.orderBy(column, (by) => (direction === 'desc' ? by.desc() : by.asc()).nullsLast()),
    )
    .orderBy('created_at', direction)
    .orderBy('id', direction)
    .limit(size)
    .execute()
  return rows as unknown as Place[]
}

/** Who comes behind `last` in a list whose column has its nulls at the end. */
function isBehind(
  last: Place,
  column: CustomerList['order']['column'],
  isDescending: boolean,
): RawBuilder<SqlBool> {
  const sign = sql.raw(isDescending ? '<' : '>')
  const name = sql.ref(column)
  const value = last[column]
  const isLater = sql<SqlBool>`(created_at, id) ${sign} (${last.created_at}, ${last.id})`
  if (column === 'created_at') return isLater
  if (value === null) return sql`${name} is null and ${isLater}`
  return sql`(${name} ${sign} ${value} or ${name} is null or (${name} = ${value} and ${isLater}))`
}
