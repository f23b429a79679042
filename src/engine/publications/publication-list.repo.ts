import { type RawBuilder, type SqlBool, sql } from 'kysely'
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
import { type PublicationRow, toPublication } from './publication.repo.ts'
import type { Publication } from './publication.ts'

const ORDER_COLUMNS = {
  id: sql`publication.id`,
  voucher_code: sql`voucher.code`,
  tracking_id: sql`customer.source_id`,
  customer_id: sql`publication.customer_id`,
  created_at: sql`publication.created_at`,
  channel: sql`publication.channel`,
}
type OrderColumn = keyof typeof ORDER_COLUMNS

const VOUCHER_TYPES = {
  discount: 'DISCOUNT_VOUCHER',
  gift: 'GIFT_VOUCHER',
  loyalty: 'LOYALTY_CARD',
}

type Query = {
  campaign?: string
  customer?: string
  voucher?: string
  result?: string
  voucher_type?: keyof typeof VOUCHER_TYPES
  is_referral_code?: string
  source_id?: string
}

/** What a list of publications was asked for. */
export type PublicationList = {
  page: Page
  order: Order<OrderColumn>
  query: Query
  filters: unknown
}

const TEXT = { type: 'string' }
export const PUBLICATION_LIST_QUERY = {
  type: 'object',
  properties: {
    campaign: TEXT,
    customer: TEXT,
    voucher: TEXT,
    result: { type: 'string', enum: ['SUCCESS', 'FAILURE'] },
    voucher_type: { type: 'string', enum: Object.keys(VOUCHER_TYPES) },
    is_referral_code: TEXT,
    source_id: TEXT,
  },
}

const checkQuery = compileQueryCheck<Query>(PUBLICATION_LIST_QUERY)

/** Reads the query of `GET /v1/publications` (§11.2, R-LIST-01 to R-LIST-03). Throws `invalid_query_params`. */
export function parsePublicationList(query: unknown): PublicationList {
  const { order, filters, ...rest } = query as { order?: unknown; filters?: unknown }
  return {
    page: parsePage(query),
    order: parseOrder(order, Object.keys(ORDER_COLUMNS) as OrderColumn[], {
      column: 'created_at',
      direction: 'desc',
    }),
    query: checkQuery(rest),
    filters,
  }
}

/**
 * One page of a project's publications, successes and failures alike, and how many there are in all
 * (R-LIST-08). Asking for an unknown customer, voucher or campaign finds none (R-LIST-10).
 */
export async function listPublications(
  db: Db,
  projectId: string,
  list: PublicationList,
): Promise<{ publications: Publication[]; total: number }> {
  const matching = toConditions(list).reduce(
    (query, condition) => query.where(condition),
    db.kysely
      .selectFrom('publication')
      .leftJoin('voucher', 'voucher.id', 'publication.voucher_id')
      .leftJoin('customer', 'customer.id', 'publication.customer_id')
      .leftJoin('campaign', 'campaign.id', 'publication.campaign_id')
      .where('publication.project_id', '=', projectId),
  )
  const { column, direction } = list.order
  const [rows, { total }] = await Promise.all([
    matching
      .selectAll('publication')
      .orderBy(ORDER_COLUMNS[column], (by) =>
        (direction === 'desc' ? by.desc() : by.asc()).nullsLast(),
      )
      .orderBy('publication.created_at', direction)
      .orderBy('publication.id', direction)
      .limit(list.page.limit)
      .offset(list.page.offset)
      .execute(),
    matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { publications: (rows as unknown as PublicationRow[]).map(toPublication), total }
}

function toConditions({ query, filters }: PublicationList): RawBuilder<SqlBool>[] {
  const { campaign, customer, voucher, result, voucher_type, is_referral_code, source_id } = query
  const conditions: (RawBuilder<SqlBool> | undefined | false)[] = [
    campaign !== undefined && sql`(campaign.id = ${campaign} or campaign.name = ${campaign})`,
    customer !== undefined && sql`(customer.id = ${customer} or customer.source_id = ${customer})`,
    voucher !== undefined &&
      sql`exists (select from voucher given
                   where given.id = any(coalesce(publication.voucher_ids, array[publication.voucher_id]))
                     and (given.id = ${voucher} or given.code = ${voucher}))`,
    result !== undefined && sql`publication.result = ${result}`,
    voucher_type !== undefined && sql`voucher.type = ${VOUCHER_TYPES[voucher_type]}`,
    // It asks for referral codes or for nothing: false does not exclude them (§11.2).
    is_referral_code === 'true' && sql`voucher.is_referral_code`,
    source_id !== undefined && sql`publication.source_id = ${source_id}`,
    toFilterCondition(filters, toField),
  ]
  return conditions.filter((condition) => condition !== undefined && condition !== false)
}

const TEXT_FIELDS: Readonly<Record<string, RawBuilder<unknown>>> = {
  failure_code: sql`publication.failure_code`,
  result: sql`publication.result`,
  customer_id: sql`publication.customer_id`,
  campaign_name: sql`campaign.name`,
  voucher_type: sql`voucher.type`,
  parent_object_id: sql`publication.campaign_id`,
  related_object_id: sql`publication.voucher_id`,
  source_id: sql`publication.source_id`,
}

/** The fields a list of publications can be filtered by (R-LIST-09). */
function toField(name: string): FilterField | undefined {
  if (name === 'is_referral_code') return { kind: 'flag', column: sql`voucher.is_referral_code` }
  const column = Object.hasOwn(TEXT_FIELDS, name) ? TEXT_FIELDS[name] : undefined
  return column && { kind: 'text', column }
}
