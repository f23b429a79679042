import type { Selectable } from 'kysely'
import type { StackingRules as StackingRulesTable } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import {
  DEFAULT_STACKING_RULES,
  type StackingRules,
  type StoredStackingRules,
} from './stacking-rules.ts'
import { type StackingRulesInput, toStackingRulesBody, withBody } from './stacking-rules-view.ts'

const FIND = statement(
  'find_stacking_rules',
  'select rules from stacking_rules where project_id = $1',
)

/** The stacking rules of a project, as they are now: its own, or the defaults (D-12). */
export async function findStackingRules(db: Db, projectId: string): Promise<StackingRules> {
  const [row] = await db.run<{ rules: StackingRulesInput }>(FIND, [projectId])
  return row ? fromBody(row.rules) : DEFAULT_STACKING_RULES
}

/** A field that a later version added has its default where rules were stored before. */
const fromBody = (body: StackingRulesInput): StackingRules =>
  withBody(DEFAULT_STACKING_RULES, body, DEFAULT_STACKING_RULES)

/** What a project has stored; undefined for one with the defaults. */
export async function findStoredRules(
  db: Db,
  projectId: string,
): Promise<StoredStackingRules | undefined> {
  const row = await ofProject(db, projectId).executeTakeFirst()
  return row && toStored(row)
}

/** The same, locked until `tx` ends. */
export async function lockStoredRules(
  tx: Tx,
  projectId: string,
): Promise<StoredStackingRules | undefined> {
  const row = await ofProject(tx, projectId).forUpdate().executeTakeFirst()
  return row && toStored(row)
}

const ofProject = (db: Db, projectId: string) =>
  db.kysely.selectFrom('stacking_rules').selectAll().where('project_id', '=', projectId)

/** Stores the first rules of a project; false when it has some. */
export async function insertStoredRules(tx: Tx, stored: StoredStackingRules): Promise<boolean> {
  const inserted = await tx.kysely
    .insertInto('stacking_rules')
    .values({
      project_id: stored.projectId,
      id: stored.id,
      rules: JSON.stringify(toStackingRulesBody(stored.rules)),
      created_at: stored.createdAt,
      updated_at: stored.updatedAt,
    })
    .onConflict((conflict) => conflict.column('project_id').doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Stores rules that `tx` has locked as they are now. */
export async function updateStoredRules(tx: Tx, stored: StoredStackingRules): Promise<void> {
  await tx.kysely
    .updateTable('stacking_rules')
    .set({
      rules: JSON.stringify(toStackingRulesBody(stored.rules)),
      updated_at: stored.updatedAt,
    })
    .where('project_id', '=', stored.projectId)
    .execute()
}

/** Gives a project the defaults back; false when it has no rules with this id. */
export async function deleteStoredRules(
  tx: Tx,
  { projectId, id }: { projectId: string; id: string },
): Promise<boolean> {
  const deleted = await tx.kysely
    .deleteFrom('stacking_rules')
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return deleted !== undefined
}

/** Those of `ids` that are categories of the project, kept from being deleted until `tx` ends. */
export async function keepCategories(
  tx: Tx,
  projectId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await tx.kysely
    .selectFrom('category')
    .select('id')
    .where('project_id', '=', projectId)
    .where('id', 'in', ids)
    .orderBy('id')
    .forKeyShare()
    .execute()
  return new Set(rows.map(({ id }) => id))
}

const toStored = (row: Selectable<StackingRulesTable>): StoredStackingRules => ({
  id: row.id,
  projectId: row.project_id,
  rules: fromBody(row.rules as StackingRulesInput),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
