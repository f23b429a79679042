import type { Db } from '../../platform/db.ts'
import { findCategories, toCategoryView } from '../categories/index.ts'
import { findAssignments, toAssignmentsView } from '../validation-rules/index.ts'
import type { Voucher } from './voucher.ts'
import { toVoucherView, type View } from './voucher-view.ts'

/** `vouchers` as the API shows them, with their categories and the rules that are assigned to them. */
export async function showVouchers(db: Db, vouchers: readonly Voucher[]): Promise<View[]> {
  const [first] = vouchers
  if (!first) return []
  const [assignments, categories] = await Promise.all([
    findAssignments(
      db,
      vouchers.map(({ id }) => id),
    ),
    findCategories(
      db,
      first.projectId,
      vouchers.flatMap(({ categoryId }) => categoryId ?? []),
    ),
  ])
  return vouchers.map((voucher) =>
    toVoucherView(voucher, {
      categories: categories
        .filter(({ id }) => id === voucher.categoryId)
        .map((category) => toCategoryView(category)),
      assignments: toAssignmentsView(assignments.get(voucher.id) ?? []),
    }),
  )
}
