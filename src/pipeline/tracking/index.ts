/**
 * The Tracking API: calls come in, are normalised, checked, and appended to the log before they are answered.
 * Start at tracking.routes.ts; what is accepted is decided in decide-acceptance.ts and touches no IO.
 */
export { trackingRoutes } from './tracking.routes.ts'
