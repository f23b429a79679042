import type { Json } from '../../kernel/json.ts'
import type { Db } from '../../platform/db.ts'
import { showVouchers, type Voucher } from '../vouchers/index.ts'

type View = { [key: string]: Json }

/** Cards as they are shown after a transfer: without what is not of cards (engine-programs §8.5). */
export async function showCards(db: Db, cards: readonly Voucher[]): Promise<View[]> {
  const views = await showVouchers(db, cards)
  return views.map(({ referrer_id, validation_rules_assignments, ...view }) => view)
}

/** Cards as members of a program are shown: the same without their categories (engine-programs §8.2). */
export async function showMembers(db: Db, cards: readonly Voucher[]): Promise<View[]> {
  const views = await showCards(db, cards)
  return views.map(({ categories, ...view }) => view)
}
