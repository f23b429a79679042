/**
 * Earning rules: by what members of loyalty programs earn points.
 * Start at earning-rule.ts (what one is) and calculate-earning.ts (what it gives).
 */

export { earningEffect } from './earn.ts'
export { earningRuleRoutes } from './earning-rule.routes.ts'
export { EARNING_RULE_CHANGE, EARNING_RULES_BODY } from './earning-rule.schema.ts'
export { ESTIMATE_BODY } from './estimate-points.ts'
