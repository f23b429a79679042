import type { Selectable } from 'kysely'
import { ApiError, notFound } from '../../kernel/api-error.ts'
import type { Campaign as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { fromValidityRow, toValidityRow } from '../validity/index.ts'
import type { Campaign, CampaignType, Metadata, VoucherTemplate, WorkStatus } from './campaign.ts'

export type CampaignRow = Selectable<Row>

export const toCampaign = (row: CampaignRow): Campaign => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  description: row.description,
  campaignType: row.campaign_type as CampaignType,
  type: row.type as Campaign['type'],
  voucher: row.voucher as VoucherTemplate | null,
  isActive: row.is_active,
  isProtected: row.is_protected,
  validity: fromValidityRow(row),
  activityDuration: row.activity_duration,
  autoJoin: row.auto_join,
  joinOnce: row.join_once,
  usesVoucherMetadataSchema: row.use_voucher_metadata_schema,
  referralProgram: row.referral_program as Campaign['referralProgram'],
  tiersExpiration: row.loyalty_tiers_expiration as Campaign['tiersExpiration'],
  vouchersCount: row.vouchers_count,
  metadata: row.metadata as Metadata,
  category: row.category,
  categoryId: row.category_id,
  creationStatus: row.creation_status as WorkStatus,
  generationStatus: row.generation_status as WorkStatus,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toJson = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))

/** The inverse of `toCampaign`, but for what only `addToVouchersCount` changes. */
function toRow(campaign: Campaign) {
  const validity = toValidityRow(campaign.validity)
  return {
    id: campaign.id,
    project_id: campaign.projectId,
    name: campaign.name,
    description: campaign.description,
    campaign_type: campaign.campaignType,
    type: campaign.type,
    voucher: toJson(campaign.voucher),
    is_active: campaign.isActive,
    is_protected: campaign.isProtected,
    start_date: validity.start_date,
    expiration_date: validity.expiration_date,
    validity_timeframe: toJson(validity.validity_timeframe),
    validity_day_of_week: toJson(validity.validity_day_of_week),
    validity_hours: toJson(validity.validity_hours),
    activity_duration: campaign.activityDuration,
    auto_join: campaign.autoJoin,
    join_once: campaign.joinOnce,
    use_voucher_metadata_schema: campaign.usesVoucherMetadataSchema,
    referral_program: toJson(campaign.referralProgram),
    loyalty_tiers_expiration: toJson(campaign.tiersExpiration),
    metadata: JSON.stringify(campaign.metadata),
    category: campaign.category,
    category_id: campaign.categoryId,
    creation_status: campaign.creationStatus,
    generation_status: campaign.generationStatus,
    created_at: campaign.createdAt,
    updated_at: campaign.updatedAt,
  }
}

const FIND = statement(
  'find_campaigns',
  'select * from campaign where id = any($1::text[]) and deleted_at is null',
)
// Everybody locks campaigns by id, before vouchers.
const LOCK = statement(
  'lock_campaigns',
  'select * from campaign where id = any($1::text[]) and deleted_at is null order by id for update',
)

const byId = (rows: readonly CampaignRow[]): Map<string, Campaign> =>
  new Map(rows.map((row) => [row.id, toCampaign(row)]))

/** The campaigns outside the bin that `ids` name, by id. */
export async function findCampaigns(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, Campaign>> {
  return ids.length === 0 ? new Map() : byId(await db.run<CampaignRow>(FIND, [ids]))
}

/** As `findCampaigns`, but locks them by id until `tx` ends. Comes before vouchers. */
export async function lockCampaigns(
  tx: Tx,
  ids: readonly string[],
): Promise<Map<string, Campaign>> {
  return ids.length === 0 ? new Map() : byId(await tx.run<CampaignRow>(LOCK, [ids]))
}

const BY_REFERENCE = `select * from campaign
  where project_id = $1 and (id = $2 or name = $2) and deleted_at is null order by id = $2 desc limit 1`
const GET = statement('get_campaign', BY_REFERENCE)
const LOCK_ONE = statement('lock_campaign', `${BY_REFERENCE} for update`)

/** The campaign that `reference` names by id or name (R-ID-03). Throws `not_found`. */
export async function getCampaign(db: Db, projectId: string, reference: string): Promise<Campaign> {
  const [row] = await db.run<CampaignRow>(GET, [projectId, reference])
  if (!row) throw notFound('campaign', reference)
  return toCampaign(row)
}

/** As `getCampaign`, but locked until `tx` ends. */
export async function lockCampaign(
  tx: Tx,
  projectId: string,
  reference: string,
): Promise<Campaign> {
  const [row] = await tx.run<CampaignRow>(LOCK_ONE, [projectId, reference])
  if (!row) throw notFound('campaign', reference)
  return toCampaign(row)
}

/** Stores a new campaign. Throws `duplicate_found` when its name is taken, be it in the bin (R-CAM-06). */
export async function insertCampaign(tx: Tx, campaign: Campaign): Promise<void> {
  const inserted = await tx.kysely
    .insertInto('campaign')
    .values(toRow(campaign))
    .onConflict((conflict) => conflict.columns(['project_id', 'name']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (inserted) return
  throw new ApiError('duplicate_found', {
    details: `Duplicated campaign exists with name ${campaign.name}`,
    resource: { type: 'campaign', id: campaign.name },
  })
}

/** Stores a campaign that `tx` has locked as it is now. */
export async function updateCampaign(tx: Tx, campaign: Campaign): Promise<void> {
  await tx.kysely
    .updateTable('campaign')
    .set(toRow(campaign))
    .where('id', '=', campaign.id)
    .execute()
}

const ADD_TO_COUNT = statement(
  'add_to_vouchers_count',
  'update campaign set vouchers_count = vouchers_count + $2 where id = $1',
)

/** Counts codes that were added to a campaign. */
export function addToVouchersCount(tx: Tx, id: string, count: number): void {
  if (count !== 0) tx.send(ADD_TO_COUNT, [id, count])
}

const SET_STATUS = statement(
  'set_campaign_status',
  `update campaign set creation_status = coalesce($2, creation_status),
                       generation_status = coalesce($3, generation_status)
    where id = $1`,
)

/** Says how far the work on the codes of a campaign is. */
export function setCampaignStatus(
  tx: Tx,
  id: string,
  { creation, generation }: { creation?: WorkStatus; generation?: WorkStatus },
): void {
  tx.send(SET_STATUS, [id, creation ?? null, generation ?? null])
}

const BIN = statement('bin_campaign', 'update campaign set deleted_at = $2 where id = $1')

/** Puts a campaign into the bin, where its name stays taken; its codes cannot be found any more at once. */
export function binCampaign(tx: Tx, id: string, now: Date): void {
  tx.send(BIN, [id, now])
}

const DELETE = statement('delete_campaign', 'delete from campaign where id = $1')

/** Deletes a campaign for good, with its tiers and stacks. */
export function deleteCampaign(tx: Tx, id: string): void {
  tx.send(DELETE, [id])
}
