import { inTransaction } from '../../platform/db.ts'
import type { PipelineDeps } from '../context.ts'
import { advanceCursor, type LogEntry } from '../log/index.ts'
import type { CompiledDestination, Fate } from '../process-batch/index.ts'
import { countOutcomes } from './count-outcomes.ts'
import { decideCalls } from './decide-calls.ts'
import { findUsersWithUnsent, insertDeliveries } from './delivery.repo.ts'
import type { DeliveryResult, NewDelivery } from './delivery.ts'
import { type Lane, opensAt, startingTime } from './lane.ts'
import { filteredResult, refusedResult, unsentResult } from './results.ts'
import { sendInOrder } from './send-in-order.ts'

export type Reading = {
  destination: CompiledDestination
  lane: Lane
  owner: string
  /** How many processes share the partitions, this one included. */
  workers: number
  signal: AbortSignal
}

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

  const decided = decideCalls(destination, entries)
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

function resultOf(fate: Fate, now: Date): DeliveryResult | undefined {
  if (fate.kind === 'filtered') return filteredResult(fate.reason, now, fate.message)
  if (fate.kind === 'refused') return refusedResult(fate.reason, fate.message, now)
  return undefined
}
