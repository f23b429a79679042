/**
 * Replays: sending deliveries anew, with the payload they had or with what the mappings of now make of their events
 * (pipeline §7.7). Start at start-replay.ts; run-replays.ts is the job, and what it queues is sent by deliveries/.
 */
export { sweepReplays } from './replay.repo.ts'
export { replayRoutes } from './replay.routes.ts'
export { stepReplay } from './run-replays.ts'
