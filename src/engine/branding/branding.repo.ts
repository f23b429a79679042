import type { Selectable } from 'kysely'
import type { Branding as BrandingTable } from '../../platform/db.tables.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Branding } from './branding.ts'

const ofProject = (db: Db, projectId: string) =>
  db.kysely.selectFrom('branding').selectAll().where('project_id', '=', projectId)

/** The brand of a project; undefined while it has none. */
export async function findBranding(db: Db, projectId: string): Promise<Branding | undefined> {
  const row = await ofProject(db, projectId).executeTakeFirst()
  return row && toBranding(row)
}

/** The same, locked until `tx` ends. */
export async function lockBranding(tx: Tx, projectId: string): Promise<Branding | undefined> {
  const row = await ofProject(tx, projectId).forUpdate().executeTakeFirst()
  return row && toBranding(row)
}

const toColumns = ({ brand, address, contact }: Branding) => ({
  brand: JSON.stringify(brand),
  address: JSON.stringify(address),
  contact: JSON.stringify(contact),
})

/** Stores the first brand of a project; false when it has one. */
export async function insertBranding(tx: Tx, branding: Branding, now: Date): Promise<boolean> {
  const inserted = await tx.kysely
    .insertInto('branding')
    .values({
      ...toColumns(branding),
      id: branding.id,
      project_id: branding.projectId,
      created_at: now,
    })
    .onConflict((conflict) => conflict.constraint('branding_once').doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Stores a brand that `tx` has locked as it is now. */
export async function updateBranding(tx: Tx, branding: Branding): Promise<void> {
  await tx.kysely
    .updateTable('branding')
    .set(toColumns(branding))
    .where('id', '=', branding.id)
    .execute()
}

/** Deletes the brand of a project; false when it has none with this id. */
export async function deleteBranding(
  tx: Tx,
  { projectId, id }: Pick<Branding, 'projectId' | 'id'>,
): Promise<boolean> {
  const deleted = await tx.kysely
    .deleteFrom('branding')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return deleted !== undefined
}

const toBranding = (row: Selectable<BrandingTable>): Branding => ({
  id: row.id,
  projectId: row.project_id,
  brand: row.brand as Branding['brand'],
  address: row.address as Branding['address'],
  contact: row.contact as Branding['contact'],
})
