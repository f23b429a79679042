import { LIMITS } from '../../platform/limits.ts'
import type { PipelineDeps } from '../context.ts'
import { type Reading, readPartition } from './read-partition.ts'

/**
 * Brings one destination forward by a batch of each partition that it can have, side by side: one person's
 * calls are all in one of them. True when there may be more to read at once.
 */
export async function readDestination(deps: PipelineDeps, reading: Reading): Promise<boolean> {
  const { destination, owner, workers, signal } = reading
  const claimed = await deps.eventLog.claim({
    reader: destination.id,
    owner,
    workers,
    now: deps.clock.now(),
    since: destination.enabledAt,
  })
  const entries = await deps.eventLog.read(destination.id, claimed, LIMITS.logReadEventsMax)
  const read = claimed.map((claim) => ({ ...claim, entries: entries.get(claim.partition) ?? [] }))
  if (signal.aborted) return false
  // One partition's failure must not leave the others running unseen.
  const results = await Promise.allSettled(
    read.map((partition) => readPartition(deps, reading, partition)),
  )
  const failure = results.find((result) => result.status === 'rejected')
  if (failure) throw failure.reason
  return read.some((partition) => partition.entries.length === LIMITS.logReadEventsMax)
}
