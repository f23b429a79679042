/**
 * Wire B, the Voucherify source: tells a Segment-compatible endpoint what happened in the engine, as track
 * calls. Start at send-queued.ts (lease, read, send, settle); to-track-call.ts says what a call looks like,
 * decide-outcome.ts what follows from an answer, connection.repo.ts where the calls go.
 */
export {
  type ConnectSegmentSource,
  connectSegmentSource,
  findSegmentSource,
  pointSegmentSource,
} from './connection.repo.ts'
export { type SegmentSourceDeps, segmentSourceRoutes } from './connection.routes.ts'
export { createSegmentSource } from './create-segment-source.ts'
export { sweepSegmentSource } from './queue.repo.ts'
