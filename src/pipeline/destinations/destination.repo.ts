import { type Selectable, sql } from 'kysely'
import { notFound } from '../../kernel/api-error.ts'
import { type CreatedPosition, olderThan } from '../../platform/created-order.ts'
import type { Destination as DestinationTable } from '../../platform/db.tables.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Destination, DestinationReference, Ordering } from './destination.ts'
import type { SealedSettings } from './sealed-settings.ts'

const toDestination = (row: Selectable<DestinationTable>): Destination => ({
  id: row.id,
  projectId: row.project_id,
  sourceId: row.source_id,
  definition: row.definition,
  name: row.name,
  enabledAt: row.enabled_at,
  settings: row.settings as SealedSettings,
  ordering: row.ordering as Ordering,
  concurrency: row.concurrency,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** The inverse of `toDestination`. */
const toRow = (destination: Destination) => ({
  id: destination.id,
  project_id: destination.projectId,
  source_id: destination.sourceId,
  definition: destination.definition,
  name: destination.name,
  is_enabled: destination.enabledAt !== null,
  enabled_at: destination.enabledAt,
  settings: JSON.stringify(destination.settings),
  ordering: destination.ordering,
  concurrency: destination.concurrency,
  created_at: destination.createdAt,
  updated_at: destination.updatedAt,
})

const selectDestination = (db: Db, { projectId, id }: DestinationReference) =>
  db.kysely
    .selectFrom('destination')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)

/** The destination with this id. Throws `not_found` when there is none or it is another project's. */
export async function getDestination(
  db: Db,
  reference: DestinationReference,
): Promise<Destination> {
  const row = await selectDestination(db, reference).executeTakeFirst()
  if (!row) throw notFound('destination', reference.id)
  return toDestination(row)
}

/**
 * As `getDestination`, but locks it until `tx` ends. Whoever changes a destination, or the number and order of
 * its mappings, holds this lock: rivals queue up here and each sees what the one before left.
 */
export async function lockDestination(
  tx: Tx,
  reference: DestinationReference,
): Promise<Destination> {
  const row = await selectDestination(tx, reference).forNoKeyUpdate().executeTakeFirst()
  if (!row) throw notFound('destination', reference.id)
  return toDestination(row)
}

/** The destinations of a project, or those of one source, newest first. */
export async function listDestinations(
  db: Db,
  list: {
    projectId: string
    sourceId?: string | undefined
    limit: number
    after?: CreatedPosition | undefined
  },
): Promise<Destination[]> {
  let query = db.kysely
    .selectFrom('destination')
    .selectAll()
    .where('project_id', '=', list.projectId)
  if (list.sourceId !== undefined) query = query.where('source_id', '=', list.sourceId)
  if (list.after) query = query.where(olderThan(list.after))
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(list.limit)
    .execute()
  return rows.map(toDestination)
}

/**
 * Locks a source until `tx` ends and counts its destinations of `definition`, so that rivals for the last place
 * queue up here. Throws `not_found` when there is no such source or it is another project's.
 */
export async function lockPlaces(
  tx: Tx,
  { projectId, sourceId, definition }: { projectId: string; sourceId: string; definition: string },
): Promise<number> {
  const source = await tx.kysely
    .selectFrom('source')
    .select('id')
    .where('project_id', '=', projectId)
    .where('id', '=', sourceId)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!source) throw notFound('source', sourceId)
  const { count } = await tx.kysely
    .selectFrom('destination')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('source_id', '=', sourceId)
    .where('definition', '=', definition)
    .executeTakeFirstOrThrow()
  return count
}

export async function insertDestination(tx: Tx, destination: Destination): Promise<void> {
  await tx.kysely.insertInto('destination').values(toRow(destination)).execute()
}

/** Locks the destinations, of every project, in whose settings `text` stands, until `tx` ends. */
export async function lockDestinationsNaming(tx: Tx, text: string): Promise<Destination[]> {
  const rows = await tx.kysely
    .selectFrom('destination')
    .selectAll()
    .where(sql<boolean>`strpos(settings::text, ${text}) > 0`)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute()
  return rows.map(toDestination)
}

/** Stores a destination that `tx` has locked as it is now. */
export async function updateDestination(tx: Tx, destination: Destination): Promise<void> {
  const { id, ...row } = toRow(destination)
  await tx.kysely.updateTable('destination').set(row).where('id', '=', id).execute()
}

/** Deletes the destination with its mappings; false when the project has none with this id. */
export async function deleteDestination(
  db: Db,
  { projectId, id }: DestinationReference,
): Promise<boolean> {
  const { numDeletedRows } = await db.kysely
    .deleteFrom('destination')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
