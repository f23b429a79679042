import { isPlainObject, type Json } from '../../kernel/json.ts'
import { compileRule, defaultLogic } from './compile-rule.ts'
import { parseApplicableTo } from './parse-applicable-to.ts'
import { parseBundleRules } from './parse-bundle-rules.ts'
import { readMessage, readRules } from './read-rule.ts'
import type { RuleDefinition } from './rule.ts'

/** What a body says about a rule, unread (engine-core §9.1). */
export type RuleInput = {
  rules?: unknown
  error?: unknown
  applicable_to?: unknown
  bundle_rules?: unknown
}

export type RuleParts = Omit<RuleDefinition, 'id'>

const NOTHING: RuleParts = { rules: {}, error: null, applicableTo: null, bundleRules: null }

/**
 * The rule that `input` describes, or what it makes of `current`: what is absent stays. Whatever is malformed is
 * refused here and never met when the rule is evaluated. Throws `invalid_validation_rules` or
 * `invalid_payload` with the place.
 */
export function parseRule(input: RuleInput, current: RuleParts = NOTHING): RuleParts {
  const { rules, error, applicable_to, bundle_rules } = input
  const parts: RuleParts = {
    rules: rules === undefined ? current.rules : completeRules(rules),
    error: error === undefined ? current.error : toError(error),
    applicableTo:
      applicable_to === undefined ? current.applicableTo : parseApplicableTo(applicable_to),
    bundleRules: bundle_rules === undefined ? current.bundleRules : parseBundleRules(bundle_rules),
  }
  compileRule({ id: '', ...parts })
  return parts
}

function toError(error: unknown): RuleParts['error'] {
  const message = readMessage(error, '')
  return message === undefined ? null : { message }
}

/** As given, with the logic and the empty rules below that the reference fills in. */
function completeRules(input: unknown): RuleParts['rules'] {
  readRules(input, '.rules')
  return withDefaults(input)
}

function withDefaults(input: unknown): RuleParts['rules'] {
  if (!isPlainObject(input)) return {}
  const { logic, ...numbered } = input
  const conditions = Object.entries(numbered).map(([number, condition]) => {
    const fields = condition as { [name: string]: Json }
    return [number, { ...fields, rules: withDefaults(fields['rules']) }] as const
  })
  const given = typeof logic === 'string' ? logic.trim() : ''
  const complete = given === '' ? defaultLogic(new Map(conditions)) : given
  return { ...Object.fromEntries(conditions), ...(complete !== '' && { logic: complete }) }
}
