import type { Ordering } from '../destinations/index.ts'
import { type AttemptDeps, attemptCall, type Call } from './attempt.ts'
import type { DeliveryResult } from './delivery.ts'
import { isPaused, type Lane, pauseLane } from './lane.ts'

export type Sending<C extends Call> = {
  lane: Lane
  calls: readonly C[]
  /** Users whose calls may not be sent now, because earlier ones of theirs were not tried yet. */
  heldBack: ReadonlySet<string>
  ordering: Ordering
  /** False once no more calls should be started. */
  mayStart: () => boolean
}

/**
 * Sends calls to one destination: those of one user one after the other in the given order, those of
 * different users side by side as far as the lane has places (pipeline §7.4.5). Calls that could not be
 * started in time, or while the lane is paused, are absent from the answer, and so are all later calls of
 * the same user. A call that has to be tried again holds back the next only in strict order: waiting for it could
 * take hours.
 */
export async function sendInOrder<C extends Call>(
  deps: AttemptDeps,
  { lane, calls, heldBack, ordering, mayStart }: Sending<C>,
): Promise<Map<C, DeliveryResult>> {
  const results = new Map<C, DeliveryResult>()

  const sendOne = (call: C): Promise<boolean> =>
    lane.gate(async () => {
      if (!mayStart() || isPaused(lane, deps.clock.now())) return false
      const { result, pausesUntil } = await attemptCall(deps, call)
      if (pausesUntil) pauseLane(lane, pausesUntil)
      results.set(call, result)
      return ordering !== 'strict' || result.outcome !== 'pending'
    })

  const sendInTurn = async (ofUser: readonly C[]): Promise<void> => {
    for (const call of ofUser) if (!(await sendOne(call))) return
  }

  const free = calls.filter((call) => !heldBack.has(call.userKey))
  await Promise.all(groupByUser(free).map(sendInTurn))
  return results
}

function groupByUser<C extends Call>(calls: readonly C[]): C[][] {
  const groups = new Map<string, C[]>()
  for (const call of calls) {
    const group = groups.get(call.userKey)
    if (group) group.push(call)
    else groups.set(call.userKey, [call])
  }
  return [...groups.values()]
}
