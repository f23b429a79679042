import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import type { Call } from '../context.ts'
import { announce, type OccurrenceType } from '../outbox/index.ts'
import {
  deleteAssignment,
  findAssignments,
  findRelatedObjectId,
  insertAssignment,
} from './assignment.repo.ts'
import { type Assignment, toAssignmentView } from './assignment.ts'
import { keepRule } from './validation-rule.repo.ts'
import { parseAssignment, type RelatedObjectType } from './validation-rule.schema.ts'
import { toRuleFact, type ValidationRule } from './validation-rule.ts'

export type AssignmentWish = {
  ruleId: string
  relatedObjectType: RelatedObjectType
  relatedObjectId: string
}

/**
 * Makes a rule hold when an object of this project is redeemed. Throws `not_found` for a rule that the project does
 * not have, `duplicate_found` when the object has it already.
 */
export async function assignRule(tx: Tx, call: Call, wish: AssignmentWish): Promise<Assignment> {
  const { ruleId, relatedObjectId, relatedObjectType } = wish
  const rule = await keepRule(tx, call.projectId, ruleId)
  if (!rule) throw notFound('validation_rules', ruleId)
  const assignment: Assignment = {
    id: newId('validationRuleAssignment'),
    projectId: call.projectId,
    ruleId,
    relatedObjectId,
    relatedObjectType,
    createdAt: call.now,
    updatedAt: null,
  }
  if (await insertAssignment(tx, assignment)) {
    tell(tx, call, { type: 'business_validation_rule.assignment.created', assignment, rule })
    return assignment
  }
  const existing = (await findAssignments(tx, [relatedObjectId])).get(relatedObjectId) ?? []
  const id = existing.find((other) => other.ruleId === ruleId)?.id ?? ruleId
  throw new ApiError('duplicate_found', {
    details: `Duplicated validation_rules_assignment exists with id ${id}`,
    resource: { type: 'validation_rules_assignment', id },
  })
}

/**
 * Assigns a rule to what `body` names; `isForced` replaces an earlier assignment of the same instead of refusing
 * (engine-core §9.5). Throws `not_found` for an object that the project does not have.
 */
export async function assignAsAsked(
  tx: Tx,
  call: Call,
  { ruleId, body, isForced }: { ruleId: string; body: unknown; isForced: boolean },
): Promise<Assignment> {
  const { relatedObjectType, relatedObjectId: name } = parseAssignment(body)
  const wanted = { type: relatedObjectType, name }
  const relatedObjectId = await findRelatedObjectId(tx, call.projectId, wanted)
  if (relatedObjectId === undefined) throw notFound(relatedObjectType, name)
  if (isForced) await deleteAssignment(tx, { projectId: call.projectId, ruleId, relatedObjectId })
  return assignRule(tx, call, { ruleId, relatedObjectType, relatedObjectId })
}

/** Takes an assignment back. Throws `not_found` when the rule has none with this id. */
export async function unassignRule(
  tx: Tx,
  call: Call,
  { ruleId, id }: { ruleId: string; id: string },
): Promise<void> {
  const { projectId } = call
  const rule = await keepRule(tx, projectId, ruleId)
  const assignment = rule && (await deleteAssignment(tx, { projectId, ruleId, id }))
  if (!assignment) throw notFound('validation_rules_assignment', id)
  tell(tx, call, { type: 'business_validation_rule.assignment.deleted', assignment, rule })
}

type Told = { type: OccurrenceType; assignment: Assignment; rule: ValidationRule }

/** As the reference tells it: what the rule is assigned to by its kind, the other kinds as null. */
function tell(tx: Tx, call: Call, { type, assignment, rule }: Told): void {
  const { relatedObjectId: id, relatedObjectType } = assignment
  const related = (object: RelatedObjectType) =>
    relatedObjectType === object ? { id, object } : null
  const data = {
    rule: toRuleFact(rule),
    assignment: toAssignmentView(assignment),
    voucher: related('voucher'),
    campaign: related('campaign'),
    promotion_tier: related('promotion_tier'),
    earning_rule: related('earning_rule'),
    distribution: null,
  }
  announce(tx, [{ call, type, customerId: null, data }])
}
