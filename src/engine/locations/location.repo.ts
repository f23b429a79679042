import { type RawBuilder, type Selectable, type SqlBool, sql } from 'kysely'
import { notFound } from '../../kernel/api-error.ts'
import type { Location as Row } from '../../platform/db.tables.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Order, Page } from '../api/index.ts'
import type { Location } from './location.ts'

const toLocation = (row: Selectable<Row>): Location => ({
  id: row.id,
  name: row.name,
  shape: row.shape as Location['shape'],
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export const LOCATION_ORDER = ['created_at', 'updated_at', 'name'] as const
export type LocationList = {
  page: Page
  order: Order<(typeof LOCATION_ORDER)[number]>
  filter: RawBuilder<SqlBool> | undefined
}

/** One page of a project's locations, and how many match in all. */
export async function listLocations(
  db: Db,
  projectId: string,
  { page, order, filter }: LocationList,
): Promise<{ locations: Location[]; total: number }> {
  const matching = db.kysely
    .selectFrom('location')
    .where('project_id', '=', projectId)
    .where(filter ?? sql<SqlBool>`true`)
  const { column, direction } = order
  const [rows, { total }] = await Promise.all([
    matching
      .selectAll()
      .orderBy(column, (by) => (direction === 'desc' ? by.desc() : by.asc()).nullsLast())
      .orderBy('created_at', direction)
      .orderBy('id', direction)
      .limit(page.limit)
      .offset(page.offset)
      .execute(),
    matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { locations: rows.map(toLocation), total }
}

/** The location with `id`; throws `not_found`. */
export async function getLocation(db: Db, projectId: string, id: string): Promise<Location> {
  const row = await db.kysely
    .selectFrom('location')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw notFound('location', id)
  return toLocation(row)
}

export async function insertLocation(tx: Tx, projectId: string, location: Location): Promise<void> {
  await tx.kysely
    .insertInto('location')
    .values({
      id: location.id,
      project_id: projectId,
      name: location.name,
      shape: JSON.stringify(location.shape),
      created_at: location.createdAt,
    })
    .execute()
}

/** Changes the location with `id`; throws `not_found`. */
export async function updateLocation(
  tx: Tx,
  projectId: string,
  { id, name, shape, now }: { id: string; name: string; shape: Location['shape']; now: Date },
): Promise<Location> {
  const row = await tx.kysely
    .updateTable('location')
    .set({ name, shape: JSON.stringify(shape), updated_at: now })
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst()
  if (!row) throw notFound('location', id)
  return toLocation(row)
}

/** Deletes the location with `id`; throws `not_found`. */
export async function deleteLocation(tx: Tx, projectId: string, id: string): Promise<void> {
  const row = await tx.kysely
    .deleteFrom('location')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  if (!row) throw notFound('location', id)
}

/** The shapes of those of `ids` that are locations of the project, by id. */
export async function findShapes(
  db: Db,
  projectId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Location['shape']>> {
  if (ids.length === 0) return new Map()
  const rows = await db.kysely
    .selectFrom('location')
    .select(['id', 'shape'])
    .where('project_id', '=', projectId)
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map(({ id, shape }) => [id, shape as Location['shape']]))
}
