import { type Selectable, sql } from 'kysely'
import type { Mapping as MappingTable } from '../../platform/db.tables.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { MappingJson } from './definition.ts'
import type { Mapping } from './destination.ts'

function toMapping(row: Selectable<MappingTable>): Mapping {
  return {
    id: row.id,
    destinationId: row.destination_id,
    name: row.name,
    action: row.action,
    trigger: row.trigger,
    mapping: row.mapping as MappingJson,
    isEnabled: row.is_enabled,
    sortOrder: row.sort_order,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** A mapping of a destination that the caller has found in the project. */
export type MappingReference = { destinationId: string; id: string }

/** The mapping; undefined when the destination has none with this id. */
export async function findMapping(
  db: Db,
  { destinationId, id }: MappingReference,
): Promise<Mapping | undefined> {
  const row = await db.kysely
    .selectFrom('mapping')
    .selectAll()
    .where('id', '=', id)
    .where('destination_id', '=', destinationId)
    .executeTakeFirst()
  return row && toMapping(row)
}

/** Mappings of a destination in their order, from behind the place `after`. */
export async function listMappings(
  db: Db,
  list: { destinationId: string; limit: number; after?: number | undefined },
): Promise<Mapping[]> {
  let query = db.kysely
    .selectFrom('mapping')
    .selectAll()
    .where('destination_id', '=', list.destinationId)
  if (list.after !== undefined) query = query.where('sort_order', '>', list.after)
  const rows = await query.orderBy('sort_order').limit(list.limit).execute()
  return rows.map(toMapping)
}

export async function countMappings(db: Db, destinationId: string): Promise<number> {
  const { count } = await db.kysely
    .selectFrom('mapping')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('destination_id', '=', destinationId)
    .executeTakeFirstOrThrow()
  return count
}

export async function insertMappings(tx: Tx, mappings: readonly Mapping[]): Promise<void> {
  if (mappings.length === 0) return
  await tx.kysely.insertInto('mapping').values(mappings.map(toRow)).execute()
}

/** Stores what is not its place of a mapping whose destination `tx` has locked. */
export async function updateMapping(tx: Tx, mapping: Mapping): Promise<void> {
  const { id, sort_order: _place, ...row } = toRow(mapping)
  await tx.kysely.updateTable('mapping').set(row).where('id', '=', id).execute()
}

/** Puts a mapping at place `to`; those in between close up. Its destination is locked by `tx`. */
export async function moveMapping(
  tx: Tx,
  { id, destinationId, sortOrder: from }: Mapping,
  to: number,
): Promise<void> {
  const step = to > from ? -1 : 1
  await tx.kysely
    .updateTable('mapping')
    .set({
      sort_order: sql`case when id = ${id} then ${to}::integer else sort_order + ${step} end`,
    })
    .where('destination_id', '=', destinationId)
    .where('sort_order', '>=', Math.min(from, to))
    .where('sort_order', '<=', Math.max(from, to))
    .execute()
}

/** Deletes a mapping; those behind it close up. Its destination is locked by `tx`. */
export async function deleteMapping(
  tx: Tx,
  { id, destinationId, sortOrder }: Mapping,
): Promise<void> {
  await tx.kysely.deleteFrom('mapping').where('id', '=', id).execute()
  await tx.kysely
    .updateTable('mapping')
    .set({ sort_order: sql`sort_order - 1` })
    .where('destination_id', '=', destinationId)
    .where('sort_order', '>', sortOrder)
    .execute()
}

const toRow = (mapping: Mapping) => ({
  id: mapping.id,
  destination_id: mapping.destinationId,
  name: mapping.name,
  action: mapping.action,
  trigger: mapping.trigger,
  mapping: JSON.stringify(mapping.mapping),
  is_enabled: mapping.isEnabled,
  sort_order: mapping.sortOrder,
  created_at: mapping.createdAt,
  updated_at: mapping.updatedAt,
})
