import { sql } from 'kysely'
import { notFound } from '../../kernel/api-error.ts'
import { type CreatedPosition, olderThan } from '../../platform/created-order.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Source } from './source.ts'
import type { SourceKind } from './source-catalog.ts'

const selectSources = (db: Db) =>
  db.kysely
    .selectFrom('source')
    .selectAll()
    .select(
      sql<string[]>`array(
        select key from write_key where source_id = source.id order by created_at, key
      )`.as('write_keys'),
    )

type SourceRow = Awaited<ReturnType<ReturnType<typeof selectSources>['executeTakeFirstOrThrow']>>

const toSource = (row: SourceRow): Source => ({
  id: row.id,
  projectId: row.project_id,
  nickname: row.nickname,
  schemaName: row.schema_name,
  catalog: row.catalog as SourceKind,
  isEnabled: row.is_enabled,
  writeKeys: row.write_keys,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** The source with this id, unless it is another project's. */
export async function findSource(
  db: Db,
  projectId: string,
  id: string,
): Promise<Source | undefined> {
  const row = await selectSources(db)
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row && toSource(row)
}

/** The same, but throws `not_found` when there is none. */
export async function getSource(db: Db, projectId: string, id: string): Promise<Source> {
  const source = await findSource(db, projectId, id)
  if (!source) throw notFound('source', id)
  return source
}

/** The oldest source of this kind, which the first start made; undefined when there is none (any more). */
export async function findFirstSource(
  db: Db,
  projectId: string,
  catalog: SourceKind,
): Promise<Source | undefined> {
  const row = await selectSources(db)
    .where('project_id', '=', projectId)
    .where('catalog', '=', catalog)
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row && toSource(row)
}

/** The sources of a project, newest first. */
export async function listSources(
  db: Db,
  list: { projectId: string; limit: number; after?: CreatedPosition | undefined },
): Promise<Source[]> {
  let query = selectSources(db).where('project_id', '=', list.projectId)
  if (list.after) query = query.where(olderThan(list.after))
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(list.limit)
    .execute()
  return rows.map(toSource)
}

/**
 * Locks the schema names of a project until `tx` ends and returns those that are taken: whoever creates a
 * source meanwhile waits, so that each finds a free name.
 */
export async function lockSchemaNames(tx: Tx, projectId: string): Promise<Set<string>> {
  await tx.kysely
    .selectFrom('project')
    .select('id')
    .where('id', '=', projectId)
    .forNoKeyUpdate()
    .execute()
  const rows = await tx.kysely
    .selectFrom('source')
    .select('schema_name')
    .where('project_id', '=', projectId)
    .execute()
  return new Set(rows.map((row) => row.schema_name))
}

/** Stores a source without its write keys. */
export async function insertSource(tx: Tx, source: Source): Promise<void> {
  await tx.kysely
    .insertInto('source')
    .values({
      id: source.id,
      project_id: source.projectId,
      nickname: source.nickname,
      schema_name: source.schemaName,
      catalog: source.catalog,
      is_enabled: source.isEnabled,
      created_at: source.createdAt,
    })
    .execute()
}

export type SourceChanges = {
  nickname?: string | undefined
  isEnabled?: boolean | undefined
  updatedAt: Date
}

/** Changes what is given; false when the project has no such source. */
export async function updateSource(
  tx: Tx,
  projectId: string,
  id: string,
  { nickname, isEnabled, updatedAt }: SourceChanges,
): Promise<boolean> {
  const { numUpdatedRows } = await tx.kysely
    .updateTable('source')
    .set({
      updated_at: updatedAt,
      ...(nickname !== undefined && { nickname }),
      ...(isEnabled !== undefined && { is_enabled: isEnabled }),
    })
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Deletes a source with its write keys and destinations; false when the project has no such source. */
export async function deleteSource(db: Db, projectId: string, id: string): Promise<boolean> {
  const { numDeletedRows } = await db.kysely
    .deleteFrom('source')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
