/**
 * The language of validation rules: what may be redeemed, by whom, on which order. Pure.
 * Start at compile-rule.ts (a rule is understood once) and evaluate-rule.ts (and then asked often);
 * attributes.ts lists what a condition can look at, operators/ how it compares.
 */
export { compileRule } from './compile-rule.ts'
export {
  changesNeeded,
  evaluateRule,
  explainRule,
  type RedeemableKind,
  violationDetails,
} from './evaluate-rule.ts'
export { parseRule, type RuleInput, type RuleParts } from './parse-rule.ts'
export type {
  CompiledRule,
  CounterNeed,
  RuleDefinition,
  RuleFacts,
  RuleItem,
  RuleNeeds,
  RuleViolation,
  ViolationKey,
} from './rule.ts'
