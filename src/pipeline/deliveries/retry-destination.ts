import type { JsonObject } from '../../kernel/json.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { PipelineDeps } from '../context.ts'
import { type LogEntry, partitionOf } from '../log/index.ts'
import { type CompiledDestination, decideRequest } from '../process-batch/index.ts'
import type { Call } from './attempt.ts'
import { countOutcomes } from './count-outcomes.ts'
import { leaseDueDeliveries, updateRetried } from './delivery.repo.ts'
import type { DeliveryResult, QueuedDelivery } from './delivery.ts'
import { isPaused, type Lane, opensAt, startingTime } from './lane.ts'
import { filteredResult, refusedResult } from './results.ts'
import { sendInOrder } from './send-in-order.ts'

export type Retrying = {
  destinationId: string
  /** Undefined when it was disabled or deleted: its queue is cancelled (pipeline §7.4.8). */
  destination: CompiledDestination | undefined
  lane: Lane
  signal: AbortSignal
}

type Queued = {
  delivery: QueuedDelivery
  call: Call | undefined
  result: DeliveryResult | undefined
}

/**
 * Sends a batch of the due rows of one destination's retry queue, with its settings of now. Rows that
 * could not be started go back untouched. True when more may be due.
 */
export async function retryDestination(
  deps: PipelineDeps,
  { destinationId, destination, lane, signal }: Retrying,
): Promise<boolean> {
  const hasTime = startingTime()
  const now = deps.clock.now()
  if (signal.aborted || (destination && isPaused(lane, now))) return false
  const leasedUntil = new Date(now.getTime() + LIMITS.deliveryLeaseMs)
  // What is cancelled waits for nobody.
  const ordering = destination?.ordering ?? 'best_effort'
  const leased = await leaseDueDeliveries(deps.db, { destinationId, ordering, now, leasedUntil })
  if (leased.length === 0) return false

  const events = await eventsOf(deps, destination, leased)
  const queued = leased.map((delivery) =>
    prepare(destination, { delivery, event: events.get(delivery.logPosition)?.body }, now),
  )
  const mayStart = (): boolean => hasTime() && !signal.aborted
  const calls = queued.flatMap(({ call }) => call ?? [])
  const sent = destination
    ? await sendInOrder(deps, { destination, lane, calls, heldBack: new Set(), mayStart })
    : new Map<Call, DeliveryResult>()
  const sendAt = opensAt(lane, deps.clock.now())
  const retried = queued.map(({ delivery, call, result }) => ({
    delivery,
    result: result ?? (call && sent.get(call)) ?? putBack(delivery, sendAt),
  }))
  await updateRetried(deps.db, retried)
  countOutcomes(
    deps.metrics,
    retried.map(({ result }) => result),
  )
  return true
}

/** The events of deliveries whose actions send by themselves; all others need no more than their payload. */
async function eventsOf(
  { eventLog }: PipelineDeps,
  destination: CompiledDestination | undefined,
  leased: readonly QueuedDelivery[],
): Promise<Map<number, LogEntry>> {
  const performing = new Set(
    destination?.mappings.filter(({ action }) => !('toRequest' in action)).map(({ id }) => id),
  )
  const places = leased
    .filter(({ mappingId }) => performing.has(mappingId))
    .map(({ userKey, logPosition }) => ({ partition: partitionOf(userKey), position: logPosition }))
  return eventLog.readAt(places)
}

function prepare(
  destination: CompiledDestination | undefined,
  { delivery, event }: { delivery: QueuedDelivery; event: JsonObject | undefined },
  now: Date,
): Queued {
  const decision = destination
    ? decideRequest(destination, delivery.mappingId, { payload: delivery.payload, event })
    : undefined
  if (!decision) {
    const result = {
      ...filteredResult('NO_MATCHING_MAPPING', now),
      attempts: delivery.attempts,
      firstAttemptAt: delivery.firstAttemptAt,
    }
    return { delivery, call: undefined, result }
  }
  if (decision.kind === 'refused') {
    const result = {
      ...refusedResult(decision.reason, decision.message, now),
      attempts: delivery.attempts,
      firstAttemptAt: delivery.firstAttemptAt,
    }
    return { delivery, call: undefined, result }
  }
  const { messageId, userKey, attempts, firstAttemptAt, hops, replays } = delivery
  const call = { ...decision, messageId, userKey, attempts, firstAttemptAt, hops, replays }
  return { delivery, call, result: undefined }
}

const putBack = (delivery: QueuedDelivery, sendAt: Date): DeliveryResult => ({
  outcome: 'pending',
  reason: delivery.reason,
  message: delivery.message,
  status: delivery.status,
  attempts: delivery.attempts,
  response: delivery.response,
  requestId: null,
  firstAttemptAt: delivery.firstAttemptAt,
  finishedAt: null,
  nextAttemptAt: sendAt,
})
