import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Json } from '../../kernel/json.ts'
import { parseIsoDate, toIso } from '../../kernel/time.ts'
import type { Db } from '../../platform/db.ts'
import { fromStoredData } from '../outbox/index.ts'
import type { ActivityList } from './activity.schema.ts'
import type { Customer } from './customer.ts'

type View = { [key: string]: Json }

/** Narrows an activity to some types, and to what happened to one voucher. */
export type OfVoucher = { voucher: { id: string }; types: string[] }

/** One stretch of what a customer did and what was done to them, and whether more follows. */
export async function listActivity(
  db: Db,
  customer: Pick<Customer, 'id' | 'projectId'>,
  { limit, order, query }: ActivityList,
  of?: OfVoucher,
): Promise<{ entries: View[]; hasMore: boolean }> {
  const sign = sql.raw(order.direction === 'desc' ? '<' : '>')
  const { starting_after_id: id, starting_after: moment } = query
  const rows = await matching(db, customer, query, of)
    .$if(id !== undefined, (all) => all.where(sql<SqlBool>`id ${sign} ${id}`))
    .$if(moment !== undefined, (all) =>
      all.where(sql<SqlBool>`created_at ${sign} ${parseIsoDate(moment ?? '')}`),
    )
    .select(['id', 'type', 'data', 'created_at', 'group_id', 'channel', 'app_id'])
    // Ids sort by time.
    .orderBy('id', order.direction)
    .limit(limit + 1)
    .execute()
  return { entries: rows.slice(0, limit).map(toEntry), hasMore: rows.length > limit }
}

/** How many occurrences match, wherever the list goes on from. */
export async function countActivity(
  db: Db,
  customer: Pick<Customer, 'id' | 'projectId'>,
  { query }: ActivityList,
  of?: OfVoucher,
): Promise<number> {
  const { total } = await matching(db, customer, query, of)
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return total
}

function matching(
  db: Db,
  { id, projectId }: Pick<Customer, 'id' | 'projectId'>,
  query: ActivityList['query'],
  of: OfVoucher | undefined,
) {
  const { start_date: start, end_date: end, category, type } = query
  const { campaign_id: campaign, campaign_type: campaignType, product_id: product } = query
  const conditions: (RawBuilder<SqlBool> | false)[] = [
    start !== undefined && sql`created_at >= ${parseIsoDate(start)}`,
    end !== undefined && sql`created_at <= ${parseIsoDate(end)}`,
    category !== undefined && sql`category = ${category}`,
    type !== undefined && sql`type = ${type}`,
    campaign !== undefined && sql`data -> 'campaign' ->> 'id' = ${campaign}`,
    campaignType !== undefined && sql`data -> 'campaign' ->> 'campaign_type' = ${campaignType}`,
    product !== undefined && isAboutProduct(product),
    of !== undefined &&
      sql`type = any(${of.types}) and data -> 'voucher' ->> 'id' = ${of.voucher.id}`,
  ]
  return conditions
    .filter((condition) => condition !== false)
    .reduce(
      (all, condition) => all.where(condition),
      db.kysely
        .selectFrom('occurrence')
        .where('customer_id', '=', id)
        .where('project_id', '=', projectId),
    )
}

/** Whether the order has a line of the product, or the reward is one. */
const isAboutProduct = (id: string): RawBuilder<SqlBool> =>
  sql`((data -> 'order' -> 'items')::jsonb @> ${JSON.stringify([{ product_id: id }])}::jsonb
       or data -> 'reward' -> 'product' ->> 'id' = ${id})`

/** An occurrence as a customer's activity shows it (§2.8, C-50). */
const toEntry = (row: {
  id: string
  type: string
  data: unknown
  created_at: Date
  group_id: string
  channel: string
  app_id: string | null
}): View => ({
  id: row.id,
  type: row.type,
  data: {
    ...fromStoredData(row.data as View),
    event_source: {
      channel: row.channel,
      ...(row.app_id !== null && { api_key: { app_id: row.app_id } }),
    },
  },
  created_at: toIso(row.created_at),
  group_id: row.group_id,
})
