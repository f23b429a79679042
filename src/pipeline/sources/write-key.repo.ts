import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/db.ts'
import type { WriteKey } from './source.ts'

/** The write keys of a source, oldest first. */
export async function listWriteKeys(
  db: Db,
  list: { sourceId: string; limit: number; after?: WriteKey | undefined },
): Promise<WriteKey[]> {
  let query = db.kysely
    .selectFrom('write_key')
    .select(['key', 'created_at'])
    .where('source_id', '=', list.sourceId)
  if (list.after) {
    const { createdAt, key } = list.after
    query = query.where(sql<boolean>`(created_at, key) > (${createdAt}, ${key})`)
  }
  const rows = await query.orderBy('created_at').orderBy('key').limit(list.limit).execute()
  return rows.map((row) => ({ key: row.key, createdAt: row.created_at }))
}

/**
 * Locks a source until `tx` ends, so that changes of its write keys happen one after the other; false when
 * the project has no such source.
 */
export async function lockSource(tx: Tx, projectId: string, sourceId: string): Promise<boolean> {
  const row = await tx.kysely
    .selectFrom('source')
    .select('id')
    .where('project_id', '=', projectId)
    .where('id', '=', sourceId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row !== undefined
}

/** Gives a source a write key; false when the key is any source's already. */
export async function insertWriteKey(
  tx: Tx,
  sourceId: string,
  { key, createdAt }: WriteKey,
): Promise<boolean> {
  const row = await tx.kysely
    .insertInto('write_key')
    .values({ key, source_id: sourceId, created_at: createdAt })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('key')
    .executeTakeFirst()
  return row !== undefined
}

/** False when the source has no such key. */
export async function deleteWriteKey(tx: Tx, sourceId: string, key: string): Promise<boolean> {
  const { numDeletedRows } = await tx.kysely
    .deleteFrom('write_key')
    .where('source_id', '=', sourceId)
    .where('key', '=', key)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
