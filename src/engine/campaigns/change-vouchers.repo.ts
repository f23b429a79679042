import { statement, type Tx } from '../../platform/db.ts'
import type { ValidityInput } from '../validity/index.ts'

/**
 * What a change of a campaign gives its codes: columns of `voucher` with their new values, as JSON. Only what was
 * changed is here, so that what a code has of its own stays.
 */
export type VoucherColumns = {
  discount?: unknown
  gift_effect?: string
  redemption_quantity?: number | null
  category?: string | null
  category_id?: string | null
} & ValidityInput

const COLUMNS: readonly (keyof VoucherColumns)[] = [
  'discount',
  'gift_effect',
  'redemption_quantity',
  'category',
  'category_id',
  'start_date',
  'expiration_date',
  'validity_timeframe',
  'validity_day_of_week',
  'validity_hours',
]

const CHANGE = statement(
  'change_campaign_vouchers',
  `with next as (
     select id from voucher
      where campaign_id = $1 and publish_count = 0 and redeemed_quantity = 0 and deleted_at is null and id > $2
      order by id limit $3 for update
   ), changed as (
     update voucher set updated_at = $6, ${COLUMNS.map(
       (column) =>
         `${column} = case when '${column}' = any($5) then given.${column} else voucher.${column} end`,
     ).join(', ')}
       from next, jsonb_populate_record(null::voucher, $4) as given
      where voucher.id = next.id
     returning voucher.id)
   select count(*)::integer as changed, max(id) as last from changed`,
)

/**
 * Changes the next codes of a campaign behind `afterId` that were neither published nor redeemed (R-CAM-04). Answers
 * how many, and the last of them.
 */
export async function changeNextVouchers(
  tx: Tx,
  campaignId: string,
  {
    afterId,
    columns,
    limit,
    now,
  }: { afterId: string; columns: VoucherColumns; limit: number; now: Date },
): Promise<{ changed: number; last: string | null }> {
  const [row] = await tx.run<{ changed: number; last: string | null }>(CHANGE, [
    campaignId,
    afterId,
    limit,
    JSON.stringify(columns),
    Object.keys(columns),
    now,
  ])
  return row ?? { changed: 0, last: null }
}
