import { toIso } from '../../kernel/time.ts'
import type { RuleParts } from '../rules/index.ts'

export const RULE_TYPES = ['expression', 'basic', 'advanced', 'complex'] as const

/** A validation rule of a project (engine-core §9.1). */
export type ValidationRule = RuleParts & {
  id: string
  projectId: string
  name: string
  type: (typeof RULE_TYPES)[number]
  /** What it was written for; kept as given. */
  contextType: string
  createdAt: Date
  updatedAt: Date | null
}

/** A rule as events tell it. An error message and a bundle are there where somebody gave them. */
export const toRuleFact = (rule: ValidationRule) => ({
  id: rule.id,
  name: rule.name,
  rules: rule.rules,
  ...(rule.bundleRules && { bundle_rules: rule.bundleRules }),
  ...(rule.error && { error: rule.error }),
  applicable_to: rule.applicableTo,
  type: rule.type,
  context_type: rule.contextType,
  created_at: toIso(rule.createdAt),
  updated_at: rule.updatedAt && toIso(rule.updatedAt),
  object: 'validation_rules',
})

/** A rule as it goes out. */
export const toRuleView = (rule: ValidationRule, assignmentsCount: number) => ({
  ...toRuleFact(rule),
  assignments_count: assignmentsCount,
})
