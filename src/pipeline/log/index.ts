/**
 * The log of accepted calls, in partitions by user key, and the cursors of its readers.
 * Start at append-to-log.ts; log-reader.repo.ts is the other end.
 */
export { type Appended, appendToLog } from './append-to-log.ts'
export { receivedEventRoutes } from './events.routes.ts'
export { RECEIVED_EVENT_VIEW, toReceivedEventView } from './events.schema.ts'
export { type EventFilter, listEvents } from './list-events.ts'
export type { LogEntry, NewLogEntry } from './log-entry.ts'
export {
  advanceCursor,
  type ClaimedPartition,
  CursorLostError,
  claimPartitions,
  lagOf,
  readPartitions,
} from './log-reader.repo.ts'
export { partitionOf } from './partition-of.ts'
export { sweepIngest } from './sweep-ingest.ts'
export { leaveWorkers, reportWorker } from './workers.repo.ts'
