/**
 * Simulations: the decision of a validation at any moment, with drafts and an imagined customer, without writing.
 * Start at simulate.ts.
 */
export { simulationRoutes } from './simulations.routes.ts'
