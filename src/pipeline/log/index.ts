/**
 * The log of accepted calls, in partitions by user key, and the cursors of its readers. Start at event-log.ts,
 * which has two implementations: in PostgreSQL (append-to-log.ts, log-reader.repo.ts) and in NATS JetStream
 * (jetstream/).
 */
export type { EventLog } from './event-log.ts'
export { receivedEventRoutes } from './events.routes.ts'
export { RECEIVED_EVENT_VIEW, toReceivedEventView } from './events.schema.ts'
export type { LogEntry, NewLogEntry } from './log-entry.ts'
export { advanceCursor, CursorLostError } from './log-reader.repo.ts'
export { openEventLog } from './open-event-log.ts'
export { partitionOf, userKeyOf } from './partition-of.ts'
export { leaveWorkers, reportWorker } from './workers.repo.ts'
