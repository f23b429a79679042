import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { parseIsoDate } from '../../kernel/time.ts'
import type { Db } from '../../platform/db.ts'
import { type FilterField, toFilterCondition } from '../api/index.ts'
import { type CustomerRow, toCustomer } from './customer.repo.ts'
import { ADDRESS_PARTS, type Customer } from './customer.ts'
import type { CustomerList, Range } from './customer-list.schema.ts'
import { type PickMembers, pickPage, type Query } from './pick-page.ts'

/** Who is in the segment that a list is narrowed to: nobody, those who are stored, or those whom this picks. */
export type Members = 'nobody' | 'stored' | PickMembers

/**
 * One page of a project's customers, how many match in all (R-LIST-08), and whether more follow this
 * page. With a cursor the page holds everybody created at the moment of its last customer, be it more
 * than the limit: who goes on from that moment, as clients do, misses nobody (trap 10).
 */
export async function listCustomers(
  db: Db,
  projectId: string,
  list: CustomerList,
  members?: Members,
): Promise<{ customers: Customer[]; total: number; hasMore: boolean }> {
  const cursor = toCursor(list)
  const matching = toConditions(list, members).reduce(
    (query, condition) => query.where(condition),
    db.kysely.selectFrom('customer').where('project_id', '=', projectId),
  )
  const following = cursor ? matching.where(cursor) : matching
  if (typeof members === 'function') return pickPage(db, { query: following, list, pick: members })
  const [rows, total, remaining] = await Promise.all([
    selectPage(following.selectAll(), list).execute(),
    count(matching),
    cursor ? count(following) : undefined,
  ])
  return {
    customers: (rows as unknown as CustomerRow[]).map(toCustomer),
    total,
    hasMore: rows.length < (remaining ?? total - list.page.offset),
  }
}

/** A cursor takes the place of a page number. */
function selectPage<Row>(
  query: Query<Row>,
  { page, order, query: asked }: CustomerList,
): Query<Row> {
  const { column, direction } = order
  const hasCursor = asked.starting_after !== undefined
  if (column === 'created_at') {
    const sorted = query.orderBy(column, direction)
    if (hasCursor) return sorted.modifyEnd(sql`fetch first ${page.limit} rows with ties`)
    return sorted.orderBy('id', direction).limit(page.limit).offset(page.offset)
  }
  return query
    .orderBy(column, (by) => (direction === 'desc' ? by.desc() : by.asc()).nullsLast())
    .orderBy('created_at', direction)
    .orderBy('id', direction)
    .limit(page.limit)
    .offset(hasCursor ? 0 : page.offset)
}

async function count(query: Query<object>): Promise<number> {
  const { total } = await query
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return total
}

/** Who comes after `starting_after`: the younger in a list from old to young, else the older (C-21). */
function toCursor({ order, query }: CustomerList): RawBuilder<SqlBool> | undefined {
  if (query.starting_after === undefined) return undefined
  const at = parseIsoDate(query.starting_after)
  const isAscending = order.column === 'created_at' && order.direction === 'asc'
  return isAscending ? sql`created_at > ${at}` : sql`created_at < ${at}`
}

function toConditions(
  { query, filters }: CustomerList,
  members: Members | undefined,
): RawBuilder<SqlBool>[] {
  const { email, city, name, segment_id: segment } = query
  const conditions: (RawBuilder<SqlBool> | undefined | false)[] = [
    email !== undefined && sql`email = ${email}`,
    city !== undefined && sql`address ->> 'city' = ${city}`,
    name !== undefined && sql`name = ${name}`,
    segment !== undefined && isMember(segment, members),
    ...toRange(sql`created_at`, query.created_at),
    ...toRange(sql`updated_at`, query.updated_at),
    toFilterCondition(filters, toField),
  ]
  return conditions.filter((condition) => condition !== undefined && condition !== false)
}

/** Whoever else the query is about, they must be in the segment (C-20, R-LIST-10). */
const isMember = (segmentId: string, members: Members = 'nobody'): RawBuilder<SqlBool> | false => {
  if (members === 'nobody') return sql<SqlBool>`false`
  // Whom it picks is asked of those that match all else.
  if (members !== 'stored') return false
  return sql<SqlBool>`id in (select customer_id from segment_member where segment_id = ${segmentId})`
}

/** Both bounds exclusive, as `$after` and `$before` of filters are. */
function toRange(
  column: RawBuilder<unknown>,
  { before, after }: Range = {},
): RawBuilder<SqlBool>[] {
  return [
    ...(before === undefined ? [] : [sql<SqlBool>`${column} < ${parseIsoDate(before)}`]),
    ...(after === undefined ? [] : [sql<SqlBool>`${column} > ${parseIsoDate(after)}`]),
  ]
}

const TEXT_COLUMNS = ['id', 'source_id', 'name', 'email', 'phone', 'description'] as const
const DATE_COLUMNS = ['birthdate', 'created_at', 'updated_at'] as const

/** The fields a list of customers can be filtered by. */
function toField(name: string): FilterField | undefined {
  const has = (columns: readonly string[]): boolean => columns.includes(name)
  if (has(TEXT_COLUMNS)) return { kind: 'text', column: sql.ref(name) }
  if (has(DATE_COLUMNS)) return { kind: 'date', column: sql.ref(name) }
  if (name === 'city') return { kind: 'text', column: sql`address ->> 'city'` }
  const part = ADDRESS_PARTS.find((each) => name === `address.${each}`)
  if (part) return { kind: 'text', column: sql`address ->> ${part}` }
  if (name.startsWith('metadata.')) {
    return { kind: 'text', column: sql`metadata ->> ${name.slice('metadata.'.length)}` }
  }
  return undefined
}
