import type { CompiledDestination } from '../process-batch/index.ts'
import { type AttemptDeps, attemptCalls, type Call } from './attempt.ts'
import { calculateBatches } from './calculate-batches.ts'
import type { DeliveryResult } from './delivery.ts'
import { isPaused, type Lane, pauseLane } from './lane.ts'

export type Sending<C extends Call> = {
  destination: CompiledDestination
  lane: Lane
  calls: readonly C[]
  /** Users whose calls may not be sent now, because earlier ones of theirs were not tried yet. */
  heldBack: ReadonlySet<string>
  /** False once no more calls should be started. */
  mayStart: () => boolean
}

/**
 * Sends calls to one destination: those of one user one after the other in the given order, those of
 * different users side by side as far as the lane has places (pipeline §7.4.5), or together where their mapping
 * asks for batches (§6.3). Calls that could not be
 * started in time, or while the lane is paused, are absent from the answer, and so are all later calls of
 * the same user. A call that has to be tried again holds back the next only in strict order: waiting for it could
 * take hours.
 */
export async function sendInOrder<C extends Call>(
  deps: AttemptDeps,
  { destination, lane, calls, heldBack, mayStart }: Sending<C>,
): Promise<Map<C, DeliveryResult>> {
  const results = new Map<C, DeliveryResult>()
  const isStrict = destination.ordering === 'strict'

  const sendTogether = (together: readonly C[]): Promise<void> =>
    lane.gate.run(async () => {
      if (!mayStart() || isPaused(lane, deps.clock.now())) return
      const attempted = await attemptCalls(deps, destination, together)
      for (const [index, { result, pausesUntil }] of attempted.entries()) {
        if (pausesUntil) pauseLane(lane, pausesUntil)
        results.set(together[index] as C, result)
      }
    })
  /** Whether the user's next call may follow this one. */
  const isPast = (call: C): boolean => {
    const result = results.get(call)
    return result !== undefined && !(isStrict && result.outcome === 'pending')
  }
  /** Sends the user's calls up to the first one that belongs to a batch; what is left of them. */
  const sendSingles = async (queue: readonly C[]): Promise<readonly C[]> => {
    for (const [index, call] of queue.entries()) {
      if (call.batch) return queue.slice(index)
      await sendTogether([call])
      if (!isPast(call)) return []
    }
    return []
  }
  /** What is left of the user's calls after a round of batches. */
  const withoutSent = (queue: readonly C[]): readonly C[] => {
    const next = queue.findIndex((call) => !isPast(call))
    const isOver = next <= 0 || results.has(queue[next] as C)
    return isOver ? [] : queue.slice(next)
  }

  let queues: (readonly C[])[] = groupByUser(calls.filter(({ userKey }) => !heldBack.has(userKey)))
  while (queues.length > 0) {
    const waiting = (await Promise.all(queues.map(sendSingles))).filter(hasCalls)
    const batches = calculateBatches(waiting, isStrict ? 1 : Number.POSITIVE_INFINITY)
    await Promise.all(batches.map(sendTogether))
    queues = waiting.map(withoutSent).filter(hasCalls)
  }
  return results
}

const hasCalls = (queue: readonly unknown[]): boolean => queue.length > 0

function groupByUser<C extends Call>(calls: readonly C[]): C[][] {
  const groups = new Map<string, C[]>()
  for (const call of calls) {
    const group = groups.get(call.userKey)
    if (group) group.push(call)
    else groups.set(call.userKey, [call])
  }
  return [...groups.values()]
}
