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
import { toCampaign } from './campaign.repo.ts'
import type { Campaign } from './campaign.ts'

/** What a list of campaigns was asked for; filters as they came. */
export type CampaignList = {
  page: Page
  order: Order<'created_at' | 'updated_at' | 'name'>
  campaignType?: string
  isReferralCode?: boolean
  /** A state of `STATES` by its name. */
  status?: string
  filters: unknown
}

export const CAMPAIGN_LIST_QUERY = {
  type: 'object',
  properties: {
    campaign_type: { type: 'string' },
    is_referral_code: { type: 'boolean' },
    campaign_status: {
      type: 'string',
      enum: ['IN_PROGRESS', 'DONE', 'FAILED', 'DRAFT', 'MODIFYING'],
    },
  },
}

const checkQuery = compileQueryCheck<{
  campaign_type?: string
  is_referral_code?: boolean
  campaign_status?: string
}>(CAMPAIGN_LIST_QUERY)

/** Reads the query of `GET /v1/campaigns` (§5.2, R-LIST-03). Throws `invalid_query_params`. */
export function parseCampaignList(query: unknown): CampaignList {
  const { campaign_type, is_referral_code, campaign_status } = checkQuery({ ...(query as object) })
  const { order, filters } = query as { order?: unknown; filters?: unknown }
  return {
    page: parsePage(query),
    order: parseOrder(order, ['created_at', 'updated_at', 'name'], {
      column: 'created_at',
      direction: 'desc',
    }),
    ...(campaign_type && { campaignType: campaign_type }),
    ...(is_referral_code !== undefined && { isReferralCode: is_referral_code }),
    ...(campaign_status && { status: campaign_status }),
    filters,
  }
}

/** One page of a project's campaigns outside the bin, and how many there are in all (R-LIST-08). */
export async function listCampaigns(
  db: Db,
  projectId: string,
  list: CampaignList,
  now: Date,
): Promise<{ campaigns: Campaign[]; total: number }> {
  const matching = toConditions(list, now).reduce(
    (query, condition) => query.where(condition),
    db.kysely
      .selectFrom('campaign')
      .where('project_id', '=', projectId)
      .where('deleted_at', 'is', null),
  )
  const { column, direction } = list.order
  const [rows, { total }] = await Promise.all([
    matching
      .selectAll()
      .orderBy(column, (order) => (direction === 'desc' ? order.desc() : order.asc()).nullsLast())
      .orderBy('created_at', direction)
      .orderBy('id', direction)
      .limit(list.page.limit)
      .offset(list.page.offset)
      .execute(),
    matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { campaigns: rows.map(toCampaign), total }
}

const isReferral = sql<SqlBool>`(campaign_type = 'REFERRAL_PROGRAM')`

function toConditions(list: CampaignList, now: Date): RawBuilder<SqlBool>[] {
  const { campaignType, isReferralCode, status, filters } = list
  const conditions: (RawBuilder<SqlBool> | undefined | false)[] = [
    campaignType !== undefined && sql<SqlBool>`campaign_type = ${campaignType}`,
    isReferralCode !== undefined && sql<SqlBool>`${isReferral} = ${isReferralCode}`,
    status !== undefined && sql<SqlBool>`generation_status = ${status}`,
    toFilterCondition(filters, (name) => toField(name, now)),
  ]
  return conditions.filter((condition) => condition !== undefined && condition !== false)
}

const text = (column: RawBuilder<unknown>): FilterField => ({ kind: 'text', column })
const date = (name: string): FilterField => ({ kind: 'date', column: sql.ref(name) })

/** The fields a list of campaigns can be filtered by (R-LIST-09). */
function toField(name: string, now: Date): FilterField | undefined {
  if (name.startsWith('metadata.')) {
    return text(sql`metadata ->> ${name.slice('metadata.'.length)}`)
  }
  if (name === 'status' || name === 'active') return toStates(now)
  const field = FIELDS[name]
  return field?.kind === 'date' ? { ...field, now } : field
}

const FIELDS: Readonly<Record<string, FilterField>> = {
  campaigns: text(sql`name`),
  campaigns_id: text(sql`id`),
  campaign_type: text(sql`campaign_type`),
  campaign_status: text(sql`generation_status`),
  type: text(sql`type`),
  voucher_type: text(sql`voucher ->> 'type'`),
  categories: text(sql`category`),
  category_ids: text(sql`category_id`),
  is_referral_code: { kind: 'flag', column: isReferral },
  validity_timeframe: text(sql`validity_timeframe::text`),
  validity_day_of_week: text(sql`validity_day_of_week::text`),
  created_date: date('created_at'),
  created_at: date('created_at'),
  updated_at: date('updated_at'),
  start_date: date('start_date'),
  expiration_date: date('expiration_date'),
}

/** `$active` is what can be redeemed from now as far as flag and dates go. */
const toStates = (now: Date): FilterField => ({
  kind: 'states',
  states: {
    $enabled: sql`is_active`,
    $disabled: sql`not is_active`,
    $expired: sql`coalesce(expiration_date <= ${now}, false)`,
    $before_start: sql`coalesce(start_date > ${now}, false)`,
    $in_progress: sql`generation_status = 'IN_PROGRESS'`,
    $failed: sql`generation_status = 'FAILED'`,
    $active: sql`(is_active and coalesce(start_date <= ${now}, true) and coalesce(expiration_date > ${now}, true))`,
  },
})
