import type { Json } from '../../kernel/json.ts'
import type { Db } from '../../platform/db.ts'
import { showVouchers, type Voucher } from '../vouchers/index.ts'

/** Cards as members of a program are shown: without what is not of cards (engine-programs §8.2). */
export async function showMembers(
  db: Db,
  cards: readonly Voucher[],
): Promise<{ [key: string]: Json }[]> {
  const views = await showVouchers(db, cards)
  return views.map(({ categories, referrer_id, validation_rules_assignments, ...view }) => view)
}
