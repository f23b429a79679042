import { type Db, statement } from '../../platform/db.ts'
import { OUTSIDE_BIN, WITH_CAMPAIGN } from './voucher-row.ts'

const FIND = statement(
  'find_held_voucher',
  `select voucher.id from voucher ${WITH_CAMPAIGN}
    where voucher.holder_id = $1 and voucher.campaign_id = $2 and voucher.is_active and ${OUTSIDE_BIN}
    order by voucher.created_at, voucher.id limit 1`,
)

/** The id of the first voucher of a campaign that a customer holds and that is not disabled; undefined for none. */
export async function findHeldVoucherId(
  db: Db,
  campaignId: string,
  customerId: string,
): Promise<string | undefined> {
  const [row] = await db.run<{ id: string }>(FIND, [customerId, campaignId])
  return row?.id
}
