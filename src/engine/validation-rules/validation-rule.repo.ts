import { type Selectable, sql } from 'kysely'
import type { ValidationRule as RuleTable } from '../../platform/db.tables.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { RuleList } from './validation-rule.schema.ts'
import type { ValidationRule } from './validation-rule.ts'

export type RuleRow = Selectable<RuleTable>
type Counted = { rule: ValidationRule; assignmentsCount: number }

const COUNT = sql<number>`(select count(*) from validation_rule_assignment assignment
  where assignment.rule_id = validation_rule.id)`

const ofProject = (db: Db, projectId: string) =>
  db.kysely.selectFrom('validation_rule').where('project_id', '=', projectId)

const toCounted = ({ count, ...row }: RuleRow & { count: number }): Counted => ({
  rule: toRule(row),
  assignmentsCount: count,
})

/** The rule, and to how many objects it is assigned; undefined when the project has none with this id. */
export async function findRule(
  db: Db,
  projectId: string,
  id: string,
): Promise<Counted | undefined> {
  const row = await ofProject(db, projectId)
    .where('id', '=', id)
    .selectAll()
    .select(COUNT.as('count'))
    .executeTakeFirst()
  return row && toCounted(row)
}

/** The same, locked until `tx` ends. */
export async function lockRule(
  tx: Tx,
  projectId: string,
  id: string,
): Promise<Counted | undefined> {
  const row = await ofProject(tx, projectId)
    .where('id', '=', id)
    .selectAll()
    .select(COUNT.as('count'))
    .forUpdate()
    .executeTakeFirst()
  return row && toCounted(row)
}

/** The rule, kept from being deleted until `tx` ends. */
export async function keepRule(
  tx: Tx,
  projectId: string,
  id: string,
): Promise<ValidationRule | undefined> {
  const row = await ofProject(tx, projectId)
    .where('id', '=', id)
    .selectAll()
    .forKeyShare()
    .executeTakeFirst()
  return row && toRule(row)
}

/** One page of the rules of a project, and how many there are in all (R-LIST-08). */
export async function listRules(
  db: Db,
  projectId: string,
  { page, order, from, until }: RuleList,
): Promise<{ rules: Counted[]; total: number }> {
  const matching = ofProject(db, projectId)
    .$if(from !== undefined, (query) => query.where('created_at', '>=', from ?? null))
    .$if(until !== undefined, (query) => query.where('created_at', '<=', until ?? null))
  const { column, direction } = order
  const [rows, { total }] = await Promise.all([
    matching
      .selectAll()
      .select(COUNT.as('count'))
      .orderBy(column, (by) => (direction === 'desc' ? by.desc() : by.asc()).nullsLast())
      .orderBy('created_at', direction)
      .orderBy('id', direction)
      .limit(page.limit)
      .offset(page.offset)
      .execute(),
    matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { rules: rows.map(toCounted), total }
}

export async function insertRule(tx: Tx, rule: ValidationRule): Promise<void> {
  await tx.kysely.insertInto('validation_rule').values(toRow(rule)).execute()
}

/** Stores a rule that `tx` has locked as it is now. */
export async function updateRule(tx: Tx, rule: ValidationRule): Promise<void> {
  await tx.kysely
    .updateTable('validation_rule')
    .set(toRow(rule))
    .where('id', '=', rule.id)
    .execute()
}

/** Deletes a rule, and with it its assignments. */
export async function deleteRule(tx: Tx, id: string): Promise<void> {
  await tx.kysely.deleteFrom('validation_rule').where('id', '=', id).execute()
}

const toRule = (row: RuleRow): ValidationRule => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  rules: row.rules as ValidationRule['rules'],
  bundleRules: row.bundle_rules as ValidationRule['bundleRules'],
  error: row.error as ValidationRule['error'],
  applicableTo: row.applicable_to as ValidationRule['applicableTo'],
  type: row.type as ValidationRule['type'],
  contextType: row.context_type,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toJson = (value: object | null): string | null => value && JSON.stringify(value)

const toRow = (rule: ValidationRule) => ({
  id: rule.id,
  project_id: rule.projectId,
  name: rule.name,
  rules: JSON.stringify(rule.rules),
  bundle_rules: toJson(rule.bundleRules),
  error: toJson(rule.error),
  applicable_to: toJson(rule.applicableTo),
  type: rule.type,
  context_type: rule.contextType,
  created_at: rule.createdAt,
  updated_at: rule.updatedAt,
})
