import { LIMITS } from '../../platform/limits.ts'
import type { EngineDeps } from '../context.ts'
import { leaseConnections } from './queue.repo.ts'
import { sendQueued } from './send-queued.ts'

export type SourceSender = {
  /** Sends what is queued, each project on its own; true when there may be more to send at once. */
  run(signal: AbortSignal): Promise<boolean>
}

/**
 * The sender of wire B in this process; any number of them may run on one database. What was committed is
 * sent at least once, whatever dies in between, and its message id makes it once (SO-3, SO-9).
 */
export function createSegmentSource(deps: EngineDeps): SourceSender {
  return {
    async run(signal) {
      if (signal.aborted) return false
      const now = deps.clock.now()
      const connections = await leaseConnections(deps.db, {
        now,
        limit: LIMITS.sourceConnectionsInFlightMax,
      })
      const hasMore = await Promise.all(
        connections.map((connection) =>
          sendQueued(deps, connection, signal).catch((error: unknown) => {
            // The lease ends by itself: until then this project waits, and nobody else.
            deps.log.error({ err: error, projectId: connection.projectId }, 'source events failed')
            return false
          }),
        ),
      )
      return hasMore.includes(true) || connections.length === LIMITS.sourceConnectionsInFlightMax
    },
  }
}
