/**
 * Distributions: messages to customers about what happens to them (engine-programs §12.2), sent as webhooks are.
 * Start at distribution-effect.ts; decide-matches.ts says which are meant, decide-limits.ts how many a customer is sent,
 * send-by-hand.ts goes through a segment.
 */
export { distributionRoutes } from './distribution.routes.ts'
export { distributionEffect } from './distribution-effect.ts'
export { sendByHand } from './send-by-hand.ts'
export { sweepDistributionUsage } from './usage.repo.ts'
