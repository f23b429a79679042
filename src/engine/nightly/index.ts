/**
 * What a day begins with in each project, at midnight of its time zone: pending points come, points expire (L-66).
 * Start at nightly-step.ts; run-nightly.ts does the steps, once and in order.
 */
export type { Night, NightlyStep } from './nightly-step.ts'
export { nightRoutes } from './nights.routes.ts'
export { runNightly } from './run-nightly.ts'
