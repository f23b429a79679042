/**
 * Simulations: the decision of a validation at any moment, with drafts and an imagined customer, without writing.
 * Start at simulate.ts.
 */
export { ruleValidationRoutes, simulationRoutes } from './simulations.routes.ts'
export { RULE_VALIDATION_BODY } from './validate-rule.ts'
