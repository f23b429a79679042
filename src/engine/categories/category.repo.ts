import type { Selectable } from 'kysely'
import type { Category as CategoryTable } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Page } from '../api/index.ts'
import type { Category } from './category.ts'

type CategoryRow = Selectable<CategoryTable>

const FIND = statement(
  'find_categories',
  'select * from category where project_id = $1 and id = any($2::text[])',
)

/** Those of `ids` that are categories of the project, in no particular order. */
export async function findCategories(
  db: Db,
  projectId: string,
  ids: readonly string[],
): Promise<Category[]> {
  if (ids.length === 0) return []
  return (await db.run<CategoryRow>(FIND, [projectId, ids])).map(toCategory)
}

/** The category, locked until `tx` ends; undefined when the project has none with this id. */
export async function lockCategory(
  tx: Tx,
  projectId: string,
  id: string,
): Promise<Category | undefined> {
  const row = await tx.kysely
    .selectFrom('category')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && toCategory(row)
}

/** One page of a project's categories with the newest first, all of them without one; and how many there are. */
export async function listCategories(
  db: Db,
  projectId: string,
  page: Page | undefined,
): Promise<{ categories: Category[]; total: number }> {
  const all = db.kysely.selectFrom('category').where('project_id', '=', projectId)
  const newest = all.selectAll().orderBy('created_at', 'desc').orderBy('id', 'desc')
  const [rows, { total }] = await Promise.all([
    (page ? newest.limit(page.limit).offset(page.offset) : newest).execute(),
    all.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { categories: rows.map(toCategory), total }
}

export async function insertCategory(tx: Tx, category: Category): Promise<void> {
  await tx.kysely.insertInto('category').values(toRow(category)).execute()
}

/** Stores a category that `tx` has locked as it is now. */
export async function updateCategory(tx: Tx, category: Category): Promise<void> {
  const { name, hierarchy, updated_at } = toRow(category)
  await tx.kysely
    .updateTable('category')
    .set({ name, hierarchy, updated_at })
    .where('id', '=', category.id)
    .execute()
}

export async function deleteCategory(tx: Tx, id: string): Promise<void> {
  await tx.kysely.deleteFrom('category').where('id', '=', id).execute()
}

const toCategory = (row: CategoryRow): Category => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  hierarchy: row.hierarchy,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toRow = (category: Category): CategoryRow => ({
  id: category.id,
  project_id: category.projectId,
  name: category.name,
  hierarchy: category.hierarchy,
  created_at: category.createdAt,
  updated_at: category.updatedAt,
})
