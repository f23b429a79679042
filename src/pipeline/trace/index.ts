/**
 * The trace of an event: why each mapping took it or not, what was sent of it and what came back.
 * Start at trace-event.ts, which puts together what the log, the mappings and the deliveries say.
 */
export { traceRoutes } from './trace.routes.ts'
