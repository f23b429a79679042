import { type SqlBool, sql } from 'kysely'
import type { Db, Tx } from '../../platform/db.ts'
import { type HolderRow, type RedeemableHolder, toHolder } from '../redeemable-holders/index.ts'
import type { HolderList } from './holder.schema.ts'

/** The holders of a voucher; how many match in all, and whether more follow. */
export async function listHoldersOf(
  db: Db,
  voucherId: string,
  { limit, direction, after, filter }: HolderList,
): Promise<{ holders: RedeemableHolder[]; total: number; hasMore: boolean }> {
  const matching = db.kysely
    .selectFrom('redeemable_holder')
    .where('voucher_id', '=', voucherId)
    .where(filter ?? sql<SqlBool>`true`)
  const [rows, { total }] = await Promise.all([
    matching
      .$if(after !== undefined, (all) =>
        all.where('id', direction === 'desc' ? '<' : '>', after ?? ''),
      )
      .selectAll()
      .orderBy('id', direction)
      .limit(limit + 1)
      .execute(),
    matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return {
    holders: rows.slice(0, limit).map((row: HolderRow) => toHolder(row)),
    total,
    hasMore: rows.length > limit,
  }
}

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
