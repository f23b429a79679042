import { toIso } from '../../kernel/time.ts'
import { toListView } from '../api/index.ts'
import type { RelatedObjectType } from './validation-rule.schema.ts'

/** That a rule is to hold when an object is redeemed (engine-core §9.5). */
export type Assignment = {
  id: string
  projectId: string
  ruleId: string
  relatedObjectId: string
  relatedObjectType: RelatedObjectType
  createdAt: Date
  updatedAt: Date | null
}

export const toAssignmentView = (assignment: Assignment) => ({
  id: assignment.id,
  rule_id: assignment.ruleId,
  related_object_id: assignment.relatedObjectId,
  related_object_type: assignment.relatedObjectType,
  created_at: toIso(assignment.createdAt),
  ...(assignment.updatedAt && { updated_at: toIso(assignment.updatedAt) }),
  object: 'validation_rules_assignment',
})

/** The `validation_rules_assignments` of a voucher, a campaign or a tier: all of them. */
export const toAssignmentsView = (assignments: readonly Assignment[]) =>
  toListView('data', assignments.map(toAssignmentView), assignments.length)
