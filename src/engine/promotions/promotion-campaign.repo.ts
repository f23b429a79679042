import { ApiError, notFound } from '../../kernel/api-error.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { fromValidityRow, type ValidityRow } from '../validity/index.ts'
import type { TierCampaign } from './promotion-tier.ts'

type Row = ValidityRow & {
  id: string
  name: string
  campaign_type: string
  is_active: boolean
  is_protected: boolean
  category_id: string | null
}

const SELECT = `select id, name, campaign_type, is_active, is_protected, category_id, start_date, expiration_date,
       validity_timeframe, validity_day_of_week, validity_hours
  from campaign where project_id = $1 and (id = $2 or name = $2) and deleted_at is null
 order by id = $2 desc limit 1`

const GET = statement('get_promotion_campaign', SELECT)
const LOCK = statement('lock_promotion_campaign', `${SELECT} for update`)

const toCampaign = (row: Row): TierCampaign => ({
  id: row.id,
  name: row.name,
  isActive: row.is_active,
  validity: fromValidityRow(row),
  categoryId: row.category_id,
})

/** The campaign that `reference` names by id or name (R-ID-03). Throws `not_found`. */
export async function getPromotionCampaign(
  db: Db,
  projectId: string,
  reference: string,
): Promise<TierCampaign> {
  const [row] = await db.run<Row>(GET, [projectId, reference])
  if (!row) throw notFound('campaign', reference)
  return toCampaign(row)
}

/**
 * The same, locked, so that tiers that are added at once get places of their own. Throws also `invalid_campaign` when
 * it has no tiers, and `resource_protected`.
 */
export async function lockPromotionCampaign(
  tx: Tx,
  { projectId }: Call,
  reference: string,
): Promise<TierCampaign> {
  const [row] = await tx.run<Row>(LOCK, [projectId, reference])
  if (!row) throw notFound('campaign', reference)
  if (row.campaign_type !== 'PROMOTION') {
    throw new ApiError('invalid_campaign', {
      details: `Campaign ${reference} is not of type PROMOTION`,
    })
  }
  if (row.is_protected) {
    throw new ApiError('resource_protected', {
      details: `Resource campaign with id ${row.id} is protected and cannot be modified`,
    })
  }
  return toCampaign(row)
}
