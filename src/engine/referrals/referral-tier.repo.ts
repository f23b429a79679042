import type { Selectable } from 'kysely'
import { notFound } from '../../kernel/api-error.ts'
import type { ReferralTier as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { ReferralTier } from './referral.ts'

const toTier = (row: Selectable<Row>): ReferralTier => ({
  id: row.id,
  projectId: row.project_id,
  campaignId: row.campaign_id,
  rewardId: row.reward_id,
  banner: row.banner,
  conversions: row.conversions,
  isRecurring: row.is_recurring,
  segmentId: row.segment_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toRow = (tier: ReferralTier): Selectable<Row> => ({
  id: tier.id,
  project_id: tier.projectId,
  campaign_id: tier.campaignId,
  reward_id: tier.rewardId,
  banner: tier.banner,
  conversions: tier.conversions,
  is_recurring: tier.isRecurring,
  segment_id: tier.segmentId,
  created_at: tier.createdAt,
  updated_at: tier.updatedAt,
})

const FIND = statement(
  'find_referral_tiers',
  'select * from referral_tier where campaign_id = any($1::text[]) order by created_at, id',
)

/** The tiers of referral campaigns, the oldest first. */
export async function findReferralTiers(
  db: Db,
  campaignIds: readonly string[],
): Promise<ReferralTier[]> {
  if (campaignIds.length === 0) return []
  return (await db.run<Selectable<Row>>(FIND, [campaignIds])).map(toTier)
}

/** The tier with `id`, locked until `tx` ends; throws `not_found`. */
export async function lockReferralTier(
  tx: Tx,
  projectId: string,
  id: string,
): Promise<ReferralTier> {
  const row = await tx.kysely
    .selectFrom('referral_tier')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw notFound('referral_tier', id)
  return toTier(row)
}

export async function insertReferralTier(tx: Tx, tier: ReferralTier): Promise<void> {
  await tx.kysely.insertInto('referral_tier').values(toRow(tier)).execute()
}

/** Stores a tier that `tx` has locked as it is now. */
export async function updateReferralTier(tx: Tx, tier: ReferralTier): Promise<void> {
  await tx.kysely.updateTable('referral_tier').set(toRow(tier)).where('id', '=', tier.id).execute()
}

export async function deleteReferralTier(tx: Tx, id: string): Promise<void> {
  await tx.kysely.deleteFrom('referral_tier').where('id', '=', id).execute()
}
