/**
 * Stacking rules: how several redeemables of one request go together.
 * Start at stacking-rules.ts; who applies them is `evaluation`.
 */
export { releaseCategory } from './change-stacking-rules.ts'
export { findStackingRules } from './stacking-rules.repo.ts'
export { stackingRulesRoutes } from './stacking-rules.routes.ts'
export { readStackingRules, STACKING_RULES_BODY } from './stacking-rules.schema.ts'
export { DEFAULT_STACKING_RULES, type StackingRules } from './stacking-rules.ts'
export { toStackingRulesView } from './stacking-rules-view.ts'
