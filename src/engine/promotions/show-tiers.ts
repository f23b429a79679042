import type { Json } from '../../kernel/json.ts'
import type { Db } from '../../platform/db.ts'
import { findCategories, toCategoryView } from '../categories/index.ts'
import { findAssignments, toAssignmentsView } from '../validation-rules/index.ts'
import type { PromotionStack, PromotionTier } from './promotion-tier.ts'
import { toStackView, toTierView } from './promotion-view.ts'

type View = { [key: string]: Json }
type Sorted = { projectId: string; categoryId: string | null }

/** The categories of each of `sorted`, at its place. */
async function findViews(db: Db, sorted: readonly Sorted[]): Promise<View[][]> {
  const [first] = sorted
  if (!first) return []
  const categories = await findCategories(
    db,
    first.projectId,
    sorted.flatMap(({ categoryId }) => categoryId ?? []),
  )
  return sorted.map(({ categoryId }) =>
    categories.filter(({ id }) => id === categoryId).map((category) => toCategoryView(category)),
  )
}

/** Tiers as the API shows them, with their categories and the rules that are assigned to them. */
export async function showTiers(db: Db, tiers: readonly PromotionTier[]): Promise<View[]> {
  const [categories, assignments] = await Promise.all([
    findViews(db, tiers),
    findAssignments(
      db,
      tiers.map(({ id }) => id),
    ),
  ])
  return tiers.map((tier, index) =>
    toTierView(tier, {
      categories: categories[index] ?? [],
      assignments: toAssignmentsView(assignments.get(tier.id) ?? []),
    }),
  )
}

/** Stacks as the API shows them, with their categories. */
export async function showStacks(db: Db, stacks: readonly PromotionStack[]): Promise<View[]> {
  const categories = await findViews(db, stacks)
  return stacks.map((stack, index) => toStackView(stack, categories[index]))
}
