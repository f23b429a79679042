import type { Tx } from '../../platform/db.ts'
import { type RedeemableHolder, toHolder } from '../redeemable-holders/index.ts'

/** A holder of a voucher, locked until `tx` ends; undefined when there is none with this id. */
export async function lockHolder(
  tx: Tx,
  voucherId: string,
  id: string,
): Promise<RedeemableHolder | undefined> {
  const row = await tx.kysely
    .selectFrom('redeemable_holder')
    .selectAll()
    .where('voucher_id', '=', voucherId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && toHolder(row)
}

export async function deleteHolder(tx: Tx, id: string): Promise<void> {
  await tx.kysely.deleteFrom('redeemable_holder').where('id', '=', id).execute()
}
