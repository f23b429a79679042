import { inTransaction } from '../../platform/db.ts'
import type { PipelineDeps } from '../context.ts'
import { advanceCursor, type LogEntry } from '../log/index.ts'
import { type CompiledDestination, type Fate, processBatch } from '../process-batch/index.ts'
import type { Call } from './attempt.ts'
import { countOutcomes } from './count-outcomes.ts'
import { findUsersWithUnsent, insertDeliveries } from './delivery.repo.ts'
import type { DeliveredEvent, DeliveryResult, NewDelivery } from './delivery.ts'
import { type Lane, opensAt, startingTime } from './lane.ts'
import { filteredResult, refusedResult, unsentResult } from './results.ts'
import { sendInOrder } from './send-in-order.ts'
import { toDeliveredEvent } from './to-delivered-event.ts'

export type Reading = {
  destination: CompiledDestination
  lane: Lane
  owner: string
  /** How many processes share the partitions, this one included. */
  workers: number
  signal: AbortSignal
}

type Decided = { event: DeliveredEvent; fate: Fate; call: Call | undefined }

/**
 * Brings one destination forward by the next entries of one partition of the log: decide, send, then record
 * what came of it and move the cursor in one transaction. Who loses the partition in between records
 * nothing; the other sends again with the same Idempotency-Keys.
 */
export async function readPartition(
  deps: PipelineDeps,
  { destination, lane, owner, signal }: Reading,
  { partition, position, entries }: { partition: number; position: number; entries: LogEntry[] },
): Promise<void> {
  const hasTime = startingTime()
  const last = entries.at(-1)
  if (!last) return

  const decided = decide(destination, entries)
  const calls = decided.flatMap(({ call }) => call ?? [])
  const heldBack = await findUsersWithUnsent(deps.db, destination, [
    ...new Set(calls.map((call) => call.userKey)),
  ])
  const mayStart = (): boolean => hasTime() && !signal.aborted
  const sent = await sendInOrder(deps, { destination, lane, calls, heldBack, mayStart })

  const now = deps.clock.now()
  const sendAt = opensAt(lane, now)
  const deliveries = decided.map(
    ({ event, fate, call }): NewDelivery => ({
      destinationId: destination.id,
      mappingId: fate.kind === 'filtered' ? null : fate.mappingId,
      filteredMappingIds: fate.kind === 'filtered' ? fate.mappingIds : null,
      event,
      payload: fate.kind === 'filtered' ? null : fate.payload,
      result: resultOf(fate, now) ?? (call && sent.get(call)) ?? unsentResult(sendAt),
    }),
  )
  await inTransaction(deps.db, async (tx) => {
    const move = { partition, from: position, to: last.position, owner }
    await advanceCursor(tx, { reader: destination.id, ...move })
    insertDeliveries(tx, deliveries)
  })
  countOutcomes(
    deps.metrics,
    deliveries.map(({ result }) => result),
  )
}

function decide(destination: CompiledDestination, entries: readonly LogEntry[]): Decided[] {
  return processBatch(destination, entries).flatMap(({ entry, fates }) => {
    const event = toDeliveredEvent(entry)
    return fates.map((fate) => ({ event, fate, call: toCall(event, fate) }))
  })
}

const toCall = ({ messageId, userKey, hops }: DeliveredEvent, fate: Fate): Call | undefined =>
  fate.kind === 'call'
    ? { ...fate, messageId, userKey, attempts: 0, firstAttemptAt: null, hops, replays: 0 }
    : undefined

function resultOf(fate: Fate, now: Date): DeliveryResult | undefined {
  if (fate.kind === 'filtered') return filteredResult(fate.reason, now, fate.message)
  if (fate.kind === 'refused') return refusedResult(fate.reason, fate.message, now)
  return undefined
}
