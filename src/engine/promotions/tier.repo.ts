import { type Selectable, sql } from 'kysely'
import { type Money, money } from '../../kernel/money.ts'
import { toIso } from '../../kernel/time.ts'
import type { PromotionTier as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Order, Page } from '../api/index.ts'
import { type StoredDiscount, toDiscount, toStoredDiscount } from '../discounts/index.ts'
import { fromValidityRow, toValidityRow, type ValidityRow } from '../validity/index.ts'
import type { Metadata, PromotionTier, TierCampaign } from './promotion-tier.ts'

type CampaignRow = ValidityRow & {
  id: string
  name: string
  is_active: boolean
  category_id: string | null
}
type TierRow = Selectable<Row> & {
  campaign: Omit<CampaignRow, 'start_date' | 'expiration_date'> & {
    start_date: string | null
    expiration_date: string | null
  }
}

/** What to select for a `TierRow`. */
const SELECT = `select promotion_tier.*, json_build_object(
       'id', campaign.id, 'name', campaign.name, 'is_active', campaign.is_active, 'category_id', campaign.category_id,
       'start_date', campaign.start_date, 'expiration_date', campaign.expiration_date,
       'validity_timeframe', campaign.validity_timeframe, 'validity_day_of_week', campaign.validity_day_of_week,
       'validity_hours', campaign.validity_hours) as campaign
  from promotion_tier join campaign on campaign.id = promotion_tier.campaign_id
 where promotion_tier.deleted_at is null and campaign.deleted_at is null`

const toDate = (text: string | null): Date | null => (text === null ? null : new Date(text))

const toCampaign = ({ campaign }: TierRow): TierCampaign => ({
  id: campaign.id,
  name: campaign.name,
  isActive: campaign.is_active,
  validity: fromValidityRow({
    ...campaign,
    start_date: toDate(campaign.start_date),
    expiration_date: toDate(campaign.expiration_date),
  }),
  categoryId: campaign.category_id,
})

const toTier = (row: TierRow): PromotionTier => ({
  id: row.id,
  projectId: row.project_id,
  campaignId: row.campaign_id,
  campaign: toCampaign(row),
  name: row.name,
  banner: row.banner,
  discount: toDiscount(row.discount as StoredDiscount),
  hierarchy: row.hierarchy,
  metadata: row.metadata as Metadata,
  isActive: row.is_active,
  validity: fromValidityRow(row),
  categoryId: row.category_id,
  redeemedQuantity: row.redeemed_quantity,
  ordersAmount: money(row.orders_amount_minor),
  ordersDiscount: money(row.orders_discount_minor),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const FIND = statement(
  'find_promotion_tiers',
  `${SELECT} and promotion_tier.project_id = $1 and promotion_tier.id = any($2::text[])`,
)

/** The tiers of a project that `ids` name, by id; those of campaigns in the bin are gone with them. */
export async function findTiers(
  db: Db,
  projectId: string,
  ids: readonly string[],
): Promise<Map<string, PromotionTier>> {
  if (ids.length === 0) return new Map()
  const rows = await db.run<TierRow>(FIND, [projectId, ids])
  return new Map(rows.map((row) => [row.id, toTier(row)]))
}

const FIND_OF_CAMPAIGNS = statement(
  'find_tiers_of_campaigns',
  `${SELECT} and promotion_tier.campaign_id = any($1::text[]) order by hierarchy, promotion_tier.created_at, promotion_tier.id`,
)

/** The tiers of the campaigns, in the order of their hierarchy. */
export async function findTiersOfCampaigns(
  db: Db,
  campaignIds: readonly string[],
): Promise<PromotionTier[]> {
  if (campaignIds.length === 0) return []
  return (await db.run<TierRow>(FIND_OF_CAMPAIGNS, [campaignIds])).map(toTier)
}

/** Switched on, as its campaign is, and within its dates, which go before those of the campaign. */
const isAvailable = (now: string): string =>
  `promotion_tier.is_active and campaign.is_active
   and coalesce(promotion_tier.start_date, campaign.start_date, ${now}) <= ${now}
   and coalesce(promotion_tier.expiration_date, campaign.expiration_date, 'infinity') > ${now}`

export type TierList = {
  page: Page
  order: Order<'created_at' | 'updated_at'>
  campaignId?: string
  /** Only those that can be redeemed now as far as flags and dates go (R-PROMO-03). */
  availableAt?: Date
}

/** One page of a project's tiers, and how many there are in all. */
export async function listTiers(
  db: Db,
  projectId: string,
  { page, order: { column, direction }, campaignId, availableAt }: TierList,
): Promise<{ tiers: PromotionTier[]; total: number }> {
  const matching = sql`${sql.raw(SELECT)} and promotion_tier.project_id = ${projectId}
    ${campaignId === undefined ? sql`` : sql`and promotion_tier.campaign_id = ${campaignId}`}
    ${availableAt === undefined ? sql`` : sql`and ${sql.raw(isAvailable(`'${toIso(availableAt)}'::timestamptz`))}`}`
  const by = sql.raw(direction)
  const [{ rows }, { rows: counts }] = await Promise.all([
    sql<TierRow>`${matching}
      order by promotion_tier.${sql.raw(column)} ${by} nulls last, promotion_tier.created_at ${by}, promotion_tier.id ${by}
      limit ${page.limit} offset ${page.offset}`.execute(db.kysely),
    sql<{ total: number }>`select count(*) as total from (${matching}) as matching`.execute(
      db.kysely,
    ),
  ])
  return { tiers: rows.map(toTier), total: counts[0]?.total ?? 0 }
}

const LOCK = statement(
  'lock_promotion_tier',
  `${SELECT} and promotion_tier.project_id = $1 and promotion_tier.id = $2 for update of promotion_tier`,
)

/** Locks a tier until `tx` ends. */
export async function lockTier(
  tx: Tx,
  projectId: string,
  id: string,
): Promise<PromotionTier | undefined> {
  const [row] = await tx.run<TierRow>(LOCK, [projectId, id])
  return row && toTier(row)
}

const toRow = (tier: PromotionTier) => {
  const validity = toValidityRow(tier.validity)
  return {
    id: tier.id,
    project_id: tier.projectId,
    campaign_id: tier.campaignId,
    name: tier.name,
    banner: tier.banner,
    discount: JSON.stringify(toStoredDiscount(tier.discount)),
    hierarchy: tier.hierarchy,
    metadata: JSON.stringify(tier.metadata),
    is_active: tier.isActive,
    start_date: validity.start_date,
    expiration_date: validity.expiration_date,
    validity_timeframe: toJson(validity.validity_timeframe),
    validity_day_of_week: toJson(validity.validity_day_of_week),
    validity_hours: toJson(validity.validity_hours),
    category_id: tier.categoryId,
    created_at: tier.createdAt,
    updated_at: tier.updatedAt,
  }
}

const toJson = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))

export async function insertTiers(tx: Tx, tiers: readonly PromotionTier[]): Promise<void> {
  if (tiers.length > 0)
    await tx.kysely.insertInto('promotion_tier').values(tiers.map(toRow)).execute()
}

/** Stores a tier that `tx` has locked as it is now; its sums change through `saveTierUsage` alone. */
export async function updateTier(tx: Tx, tier: PromotionTier): Promise<void> {
  await tx.kysely.updateTable('promotion_tier').set(toRow(tier)).where('id', '=', tier.id).execute()
}

/** What a redemption (or, negative, its rollback) adds to the sums of a tier. */
export type TierUsage = {
  tierId: string
  redeemedQuantityDelta: number
  ordersAmountDelta: Money | number
  ordersDiscountDelta: Money | number
}

// Everybody locks tiers by id, so that two batches over the same ones queue and do not deadlock.
const SAVE_USAGE = statement(
  'save_tier_usage',
  `with change as (
     select tier_id, sum(quantity)::integer as quantity, sum(amount)::bigint as amount, sum(discount)::bigint as discount
       from unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[]) as change (tier_id, quantity, amount, discount)
      group by tier_id
   ), locked as (
     select id from promotion_tier where id in (select tier_id from change) order by id for no key update
   )
   update promotion_tier
      set redeemed_quantity = redeemed_quantity + change.quantity,
          orders_amount_minor = orders_amount_minor + change.amount,
          orders_discount_minor = orders_discount_minor + change.discount
     from change join locked on locked.id = change.tier_id
    where promotion_tier.id = change.tier_id`,
)

/** Counts redemptions of tiers; several changes of one tier add up. */
export function saveTierUsage(tx: Tx, changes: readonly TierUsage[]): void {
  if (changes.length === 0) return
  tx.send(SAVE_USAGE, [
    changes.map(({ tierId }) => tierId),
    changes.map(({ redeemedQuantityDelta }) => redeemedQuantityDelta),
    changes.map(({ ordersAmountDelta }) => ordersAmountDelta),
    changes.map(({ ordersDiscountDelta }) => ordersDiscountDelta),
  ])
}

/** Removes a tier for good, also out of the stacks it was in; a stack that had no other goes with it. */
export async function deleteTier(tx: Tx, { id, campaignId }: PromotionTier): Promise<void> {
  await tx.kysely
    .deleteFrom('promotion_stack')
    .where('campaign_id', '=', campaignId)
    .where(sql<boolean>`tier_ids = array[${id}]`)
    .execute()
  await tx.kysely
    .updateTable('promotion_stack')
    .set({ tier_ids: sql`array_remove(tier_ids, ${id})` })
    .where('campaign_id', '=', campaignId)
    .where(sql<boolean>`${id} = any(tier_ids)`)
    .execute()
  await tx.kysely.deleteFrom('promotion_tier').where('id', '=', id).execute()
}
