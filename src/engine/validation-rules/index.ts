/**
 * Validation rules of a project, and what they are assigned to. What a rule means is in `rules`.
 * Start at change-rule.ts and assign-rule.ts; find-assigned-rules.ts is what a redemption asks.
 */
export { type AssignmentWish, assignRule } from './assign-rule.ts'
export { deleteAssignmentsOf, findAssignments } from './assignment.repo.ts'
export { type Assignment, toAssignmentsView } from './assignment.ts'
export { createRule } from './change-rule.ts'
export { findAssignedRules } from './find-assigned-rules.ts'
export { findRule } from './validation-rule.repo.ts'
export { validationRuleRoutes } from './validation-rule.routes.ts'
export type { RelatedObjectType } from './validation-rule.schema.ts'
export {
  ASSIGNMENT_LIST_QUERY,
  NEW_RULE,
  RULE_ASSIGNMENT,
  RULE_CHANGES,
  RULE_LIST_QUERY,
} from './validation-rule.schema.ts'
export { toRuleFact } from './validation-rule.ts'
