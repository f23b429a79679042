import { notFound } from '../../kernel/api-error.ts'
import type { Db } from '../../platform/db.ts'
import { findCategories } from './category.repo.ts'

/** Throws `not_found` when something is to be sorted into a category that the project does not have. */
export async function requireCategory(
  db: Db,
  projectId: string,
  id: string | null | undefined,
): Promise<void> {
  if (!id) return
  const [category] = await findCategories(db, projectId, [id])
  if (!category) throw notFound('category', id)
}
