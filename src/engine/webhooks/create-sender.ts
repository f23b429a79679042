import { LIMITS } from '../../platform/limits.ts'
import type { EngineDeps } from '../context.ts'
import { type LeasedEndpoint, leaseEndpoints } from './queue.repo.ts'
import { sendRound } from './send-round.ts'

export type WebhookSender = {
  /** Starts a round with every endpoint that is to be sent something; true when there may be more to start. */
  run(signal: AbortSignal): Promise<boolean>
  /** Waits until every round that was started is over. */
  finish(): Promise<void>
}

/**
 * The sender of webhooks in this process; any number of them may run on one database. Every endpoint has a
 * round of its own, which nobody else waits for. What was committed is sent at least once, whatever dies in
 * between, under the same id (WH-3). `roundOver` is called when a round ends, after which there may be more.
 */
export function createWebhookSender(
  deps: Pick<EngineDeps, 'db' | 'clock' | 'log' | 'vault' | 'send'>,
  roundOver: () => void,
): WebhookSender {
  const rounds = new Set<Promise<void>>()

  function start(endpoint: LeasedEndpoint): void {
    const round = sendRound(deps, endpoint)
      // The lease ends by itself: until then this endpoint waits, and nobody else.
      .catch((error: unknown) =>
        deps.log.error({ err: error, webhookId: endpoint.id }, 'a round of webhooks failed'),
      )
      .finally(() => {
        rounds.delete(round)
        roundOver()
      })
    rounds.add(round)
  }

  return {
    async run(signal) {
      const limit = LIMITS.webhookEndpointsInFlightMax - rounds.size
      if (signal.aborted || limit <= 0) return false
      const endpoints = await leaseEndpoints(deps.db, { now: deps.clock.now(), limit })
      for (const endpoint of endpoints) start(endpoint)
      return false
    },
    async finish() {
      await Promise.all(rounds)
    },
  }
}
