import type { Selectable } from 'kysely'
import { type CreatedPosition, newerThan } from '../../platform/created-order.ts'
import type { DestinationFilter as FilterTable } from '../../platform/db.tables.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { FilterAction } from '../filters/index.ts'
import type { DestinationFilter } from './filter.ts'

const toFilter = (row: Selectable<FilterTable>): DestinationFilter => ({
  id: row.id,
  destinationId: row.destination_id,
  title: row.title,
  description: row.description,
  condition: row.condition,
  actions: row.actions as FilterAction[],
  isEnabled: row.is_enabled,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** The inverse of `toFilter`. */
const toRow = (filter: DestinationFilter) => ({
  id: filter.id,
  destination_id: filter.destinationId,
  title: filter.title,
  description: filter.description,
  condition: filter.condition,
  actions: JSON.stringify(filter.actions),
  is_enabled: filter.isEnabled,
  created_at: filter.createdAt,
  updated_at: filter.updatedAt,
})

/** A filter of a destination that the caller has found in the project. */
export type FilterReference = { destinationId: string; id: string }

/** The filter; undefined when the destination has none with this id. */
export async function findFilter(
  db: Db,
  { destinationId, id }: FilterReference,
): Promise<DestinationFilter | undefined> {
  const row = await db.kysely
    .selectFrom('destination_filter')
    .selectAll()
    .where('id', '=', id)
    .where('destination_id', '=', destinationId)
    .executeTakeFirst()
  return row && toFilter(row)
}

/** Filters of a destination, oldest first: the order in which events pass them. */
export async function listFilters(
  db: Db,
  list: { destinationId: string; limit?: number; after?: CreatedPosition | undefined },
): Promise<DestinationFilter[]> {
  let query = db.kysely
    .selectFrom('destination_filter')
    .selectAll()
    .where('destination_id', '=', list.destinationId)
  if (list.after) query = query.where(newerThan(list.after))
  const rows = await query
    .orderBy('created_at')
    .orderBy('id')
    .limit(list.limit ?? LIMITS.filtersPerDestinationMax)
    .execute()
  return rows.map(toFilter)
}

/** Stores a filter of a destination that `tx` has locked; false when all places are taken. */
export async function insertFilter(tx: Tx, filter: DestinationFilter): Promise<boolean> {
  const rows = await tx.kysely
    .selectFrom('destination_filter')
    .select('place')
    .where('destination_id', '=', filter.destinationId)
    .execute()
  const taken = new Set(rows.map(({ place }) => place))
  const places = Array.from({ length: LIMITS.filtersPerDestinationMax }, (_, place) => place)
  const place = places.find((free) => !taken.has(free))
  if (place === undefined) return false
  await tx.kysely
    .insertInto('destination_filter')
    .values({ ...toRow(filter), place })
    .execute()
  return true
}

/** Stores a filter of a destination that `tx` has locked as it is now. */
export async function updateFilter(tx: Tx, filter: DestinationFilter): Promise<void> {
  const { id, ...row } = toRow(filter)
  await tx.kysely.updateTable('destination_filter').set(row).where('id', '=', id).execute()
}

export async function deleteFilter(tx: Tx, { id }: DestinationFilter): Promise<void> {
  await tx.kysely.deleteFrom('destination_filter').where('id', '=', id).execute()
}
