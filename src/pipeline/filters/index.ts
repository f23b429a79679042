/**
 * Filters of destinations: the language that says for which events, by example in README.md, and what is done with
 * those. Start at compile-filter.ts (the language) and compile-rules.ts (the actions). Pure.
 */
export { compileFilter, type Filter, type InvalidFilter } from './compile-filter.ts'
export { type CompiledRules, compileRules } from './compile-rules.ts'
export { type ExplainedRule, explainRule } from './explain-rule.ts'
export type { FilterEvent, FilterNode } from './filter.ts'
export type { FilterAction, FilterFields, FilterRule } from './filter-action.ts'
export { readPath as readFilterPath } from './reading/read-path.ts'
