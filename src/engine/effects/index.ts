/**
 * What programs do about things that happened, after the transaction that made them happen: earning rules, referrals,
 * tiers, segments. `announce` queues what some program of the project reacts to; run-effects.ts does what follows.
 */

export type { Effect, Happening, ProgramEffect } from './effect.ts'
export { findLastWaiting, findPrograms, findWaiting, sweepEffects } from './effect-queue.repo.ts'
export { effectRoutes } from './effects.routes.ts'
export { endProgram, startProgram } from './program.repo.ts'
export { runEffects } from './run-effects.ts'
