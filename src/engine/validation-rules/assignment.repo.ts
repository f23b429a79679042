import type { Selectable } from 'kysely'
import type { ValidationRuleAssignment as AssignmentTable } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { Assignment } from './assignment.ts'
import type { AssignmentList, RelatedObjectType } from './validation-rule.schema.ts'

type AssignmentRow = Selectable<AssignmentTable>

const FIND_OF_OBJECTS = statement(
  'find_validation_rule_assignments',
  `select * from validation_rule_assignment where related_object_id = any($1::text[])
    order by created_at, id`,
)

/** The assignments to each of the objects, the oldest first; one without is absent. */
export async function findAssignments(
  db: Db,
  relatedObjectIds: readonly string[],
): Promise<Map<string, Assignment[]>> {
  const found = new Map<string, Assignment[]>()
  if (relatedObjectIds.length === 0) return found
  for (const row of await db.run<AssignmentRow>(FIND_OF_OBJECTS, [relatedObjectIds])) {
    const assignments = found.get(row.related_object_id) ?? []
    assignments.push(toAssignment(row))
    found.set(row.related_object_id, assignments)
  }
  return found
}

/** One page of the assignments of a project, and how many there are in all (R-LIST-08). */
export async function listAssignments(
  db: Db,
  projectId: string,
  { page, order, ruleId, relatedObjectId }: AssignmentList,
): Promise<{ assignments: Assignment[]; total: number }> {
  const matching = db.kysely
    .selectFrom('validation_rule_assignment')
    .where('project_id', '=', projectId)
    .$if(ruleId !== undefined, (query) => query.where('rule_id', '=', ruleId ?? ''))
    .$if(relatedObjectId !== undefined, (query) =>
      query.where('related_object_id', '=', relatedObjectId ?? ''),
    )
  const [rows, { total }] = await Promise.all([
    matching
      .selectAll()
      .orderBy('created_at', order.direction)
      .orderBy('id', order.direction)
      .limit(page.limit)
      .offset(page.offset)
      .execute(),
    matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
  ])
  return { assignments: rows.map(toAssignment), total }
}

/** Stores an assignment; false when the object has the rule already, and then nothing was stored. */
export async function insertAssignment(tx: Tx, assignment: Assignment): Promise<boolean> {
  const inserted = await tx.kysely
    .insertInto('validation_rule_assignment')
    .values(toRow(assignment))
    .onConflict((conflict) => conflict.columns(['related_object_id', 'rule_id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Which assignment of a project: by its own id, or by what it connects. */
export type AssignmentReference = { projectId: string; ruleId: string } & (
  | { id: string }
  | { relatedObjectId: string }
)

const matchingOne = (reference: AssignmentReference) =>
  'id' in reference
    ? ({ column: 'id', value: reference.id } as const)
    : ({ column: 'related_object_id', value: reference.relatedObjectId } as const)

/** Deletes an assignment and tells which it was; undefined when there is none. */
export async function deleteAssignment(
  tx: Tx,
  reference: AssignmentReference,
): Promise<Assignment | undefined> {
  const { column, value } = matchingOne(reference)
  const row = await tx.kysely
    .deleteFrom('validation_rule_assignment')
    .where('project_id', '=', reference.projectId)
    .where('rule_id', '=', reference.ruleId)
    .where(column, '=', value)
    .returningAll()
    .executeTakeFirst()
  return row && toAssignment(row)
}

const DELETE_OF_OBJECT = statement(
  'delete_validation_rule_assignments',
  'delete from validation_rule_assignment where related_object_id = $1',
)

/** Takes its rules from an object. With an object that is deleted they go by themselves. */
export function deleteAssignmentsOf(tx: Tx, relatedObjectId: string): void {
  tx.send(DELETE_OF_OBJECT, [relatedObjectId])
}

const FIND_RELATED: Record<RelatedObjectType, { name: string; text: string }> = {
  // A code may stand for the voucher.
  voucher: statement(
    'find_voucher_to_assign',
    `select id from voucher where project_id = $1 and (id = $2 or code = $2) and deleted_at is null
      order by (code = $2) desc limit 1`,
  ),
  campaign: statement(
    'find_campaign_to_assign',
    `select id from campaign where project_id = $1 and (id = $2 or name = $2) and deleted_at is null
      order by (id = $2) desc limit 1`,
  ),
  promotion_tier: statement(
    'find_tier_to_assign',
    'select id from promotion_tier where project_id = $1 and id = $2 and deleted_at is null',
  ),
  earning_rule: statement(
    'find_earning_rule_to_assign',
    'select id from earning_rule where project_id = $1 and id = $2',
  ),
  reward_assignment: statement(
    'find_reward_assignment_to_assign',
    'select id from reward_assignment where project_id = $1 and id = $2',
  ),
}

/**
 * The id of what a caller wants to assign a rule to; undefined when the project has no such thing outside the bin.
 * Read here, because vouchers, campaigns and tiers are made with rules and so depend on this module.
 */
export async function findRelatedObjectId(
  db: Db,
  projectId: string,
  { type, name }: { type: RelatedObjectType; name: string },
): Promise<string | undefined> {
  const [row] = await db.run<{ id: string }>(FIND_RELATED[type], [projectId, name])
  return row?.id
}

const toAssignment = (row: AssignmentRow): Assignment => ({
  id: row.id,
  projectId: row.project_id,
  ruleId: row.rule_id,
  relatedObjectId: row.related_object_id,
  relatedObjectType: row.related_object_type as RelatedObjectType,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toRow = (assignment: Assignment): AssignmentRow => ({
  id: assignment.id,
  project_id: assignment.projectId,
  rule_id: assignment.ruleId,
  related_object_id: assignment.relatedObjectId,
  related_object_type: assignment.relatedObjectType,
  created_at: assignment.createdAt,
  updated_at: assignment.updatedAt,
})
