import { invariant } from '../../kernel/assert.ts'
import type { Batch } from '../process-batch/index.ts'

/** A call as far as its place in a batch depends on it. */
type Batchable = { batch: Batch | null; payload: unknown }

/**
 * The batches that can be sent next, given for each person the calls still to be sent, in their order. A
 * person's calls of one batch stay in their order and together; a call that belongs elsewhere ends them, so
 * whatever came later waits for the batches after these. `callsOfPersonMax` is 1 when a person's call must be
 * known to have arrived before the next is sent. Every given person's first call must be one of a batch.
 */
export function calculateBatches<C extends Batchable>(
  queues: readonly (readonly C[])[],
  callsOfPersonMax: number,
): C[][] {
  const open = new Map<string, { calls: C[]; bytes: number }>()
  const batches: C[][] = []
  for (const queue of queues) {
    const run = takeRun(queue, callsOfPersonMax)
    const batch = open.get(run.batch.key)
    const fits =
      batch &&
      batch.calls.length + run.calls.length <= run.batch.callsMax &&
      batch.bytes + run.bytes <= run.batch.bytesMax
    if (fits) {
      batch.calls.push(...run.calls)
      batch.bytes += run.bytes
    } else {
      open.set(run.batch.key, run)
      batches.push(run.calls)
    }
  }
  return batches
}

/** The first calls of a person that go into one batch. */
function takeRun<C extends Batchable>(
  queue: readonly C[],
  callsMax: number,
): { batch: Batch; calls: C[]; bytes: number } {
  const batch = queue[0]?.batch
  invariant(batch, 'the first call belongs to a batch')
  const calls: C[] = []
  let bytes = 0
  for (const call of queue) {
    if (call.batch?.key !== batch.key || calls.length === Math.min(callsMax, batch.callsMax)) break
    const size = Buffer.byteLength(JSON.stringify(call.payload))
    if (calls.length > 0 && bytes + size > batch.bytesMax) break
    calls.push(call)
    bytes += size
  }
  return { batch, calls, bytes }
}
