import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { parseIsoDate } from '../../kernel/time.ts'
import type { Db } from '../../platform/db.ts'
import {
  compileQueryCheck,
  type FilterField,
  type Order,
  type Page,
  parseOrder,
  parsePage,
  toFilterCondition,
} from '../api/index.ts'
import type { Redemption } from './redemption.ts'
import { type RedemptionRow, toRedemption } from './redemptions.repo.ts'

const COLUMNS = ['created_at', 'result'] as const

type Query = {
  result?: string
  campaign?: string
  customer?: string
  voucher?: string
  created_at?: { before?: string; after?: string }
}

/** What a list of redemptions was asked for. */
export type RedemptionList = {
  page: Page
  order: Order<(typeof COLUMNS)[number]>
  query: Query
  filters: unknown
}

const DATE = { type: 'string', format: 'iso-date' }
export const REDEMPTION_LIST_QUERY = {
  type: 'object',
  properties: {
    result: { type: 'string', enum: ['SUCCESS', 'FAILURE'] },
    campaign: { type: 'string' },
    customer: { type: 'string' },
    voucher: { type: 'string' },
    created_at: { type: 'object', properties: { before: DATE, after: DATE } },
  },
}

const checkQuery = compileQueryCheck<Query>(REDEMPTION_LIST_QUERY)

/** Reads the query of `GET /v1/redemptions` (§18.4, R-LIST-01 to R-LIST-04). Throws `invalid_query_params`. */
export function parseRedemptionList(query: unknown): RedemptionList {
  const { order, filters, ...rest } = query as { order?: unknown; filters?: unknown }
  return {
    page: parsePage(query),
    order: parseOrder(order, COLUMNS, { column: 'created_at', direction: 'desc' }),
    query: checkQuery(rest),
    filters,
  }
}

/**
 * One page of a project's redemptions and rollbacks, successes and failures alike, and how many there
 * are in all (R-LIST-08). Asking for an unknown customer or campaign finds none (R-LIST-10).
 */
export async function listRedemptions(
  db: Db,
  projectId: string,
  list: RedemptionList,
): Promise<{ redemptions: Redemption[]; total: number }> {
  const matching = toConditions(list).reduce(
    (query, condition) => query.where(condition),
    db.kysely.selectFrom('redemption').where('project_id', '=', projectId),
  )
  const { column, direction } = list.order
  const [rows, { total }] = await Promise.all([
    matching
      .selectAll()
      .orderBy(column, direction)
      .orderBy('id', direction)
      .limit(list.page.limit)
      .offset(list.page.offset)
      .execute(),
    matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { redemptions: (rows as unknown as RedemptionRow[]).map(toRedemption), total }
}

function toConditions({ query, filters }: RedemptionList): RawBuilder<SqlBool>[] {
  const { result, campaign, customer, voucher, created_at: range = {} } = query
  const conditions: (RawBuilder<SqlBool> | undefined | false)[] = [
    result !== undefined && sql`result = ${result}`,
    campaign !== undefined &&
      sql`campaign_id in (select campaign.id from campaign
            where campaign.project_id = redemption.project_id
              and (campaign.id = ${campaign} or campaign.name = ${campaign}))`,
    voucher !== undefined && sql`(voucher_id = ${voucher} or voucher_code = ${voucher})`,
    customer !== undefined &&
      sql`customer_id in (select customer.id from customer
            where customer.project_id = redemption.project_id
              and (customer.id = ${customer} or customer.source_id = ${customer}))`,
    range.before !== undefined && sql`created_at < ${parseIsoDate(range.before)}`,
    range.after !== undefined && sql`created_at > ${parseIsoDate(range.after)}`,
    toFilterCondition(filters, toField),
  ]
  return conditions.filter((condition) => condition !== undefined && condition !== false)
}

const TEXT_FIELDS: Readonly<Record<string, RawBuilder<unknown>>> = {
  voucher_code: sql`voucher_code`,
  related_object_id: sql`coalesce(voucher_id, promotion_tier_id)`,
  related_object_parent_id: sql`campaign_id`,
  campaign_name: sql`(select campaign.name from campaign where campaign.id = redemption.campaign_id)`,
  user_login: sql`null::text`,
  parent_redemption_id: sql`parent_id`,
  failure_code: sql`failure_code`,
  result: sql`result`,
  object: sql`object`,
  customer_id: sql`customer_id`,
}

/** The fields a list of redemptions can be filtered by (R-LIST-09). */
function toField(name: string): FilterField | undefined {
  const column = Object.hasOwn(TEXT_FIELDS, name) ? TEXT_FIELDS[name] : undefined
  return column && { kind: 'text', column }
}
