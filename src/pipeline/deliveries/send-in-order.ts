import type { InProcessDoor } from '../../platform/http/index.ts'
import type { CompiledDestination } from '../process-batch/index.ts'
import { type AttemptDeps, attemptCalls, type Call, type CallGroup } from './attempt.ts'
import { calculateBatches } from './calculate-batches.ts'
import { calculateDoorGroups } from './calculate-door-groups.ts'
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
 * asks for batches (§6.3) or a door of this process takes them. Calls that could not be
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

  /** A door gets as many requests at a time as others would: each takes a place of the lane. */
  const sendGroup = (group: CallGroup<C>): Promise<void> => {
    const placesNeeded = group.door ? group.calls.length : 1
    return lane.gate.run(async () => {
      if (!mayStart() || isPaused(lane, deps.clock.now())) return
      const attempted = await attemptCalls(deps, destination, group)
      for (const [index, { result, pausesUntil }] of attempted.entries()) {
        if (pausesUntil) pauseLane(lane, pausesUntil)
        results.set(group.calls[index] as C, result)
      }
    }, placesNeeded)
  }
  /** Whether the user's next call may follow this one. */
  const isPast = (call: C): boolean => {
    const result = results.get(call)
    return result !== undefined && !(isStrict && result.outcome === 'pending')
  }
  const doorOf = ({ request }: C): InProcessDoor | undefined =>
    request === null ? undefined : deps.doors.find(request)
  const goesWithOthers = (call: C): boolean => call.batch !== null || doorOf(call) !== undefined
  /** Sends the user's calls up to the first one that goes with others; what is left of them. */
  const sendSingles = async (queue: readonly C[]): Promise<readonly C[]> => {
    for (const [index, call] of queue.entries()) {
      if (goesWithOthers(call)) return queue.slice(index)
      await sendGroup({ calls: [call], door: undefined })
      if (!isPast(call)) return []
    }
    return []
  }
  /** What is left of the user's calls after a round of groups. */
  const withoutSent = (queue: readonly C[]): readonly C[] => {
    const next = queue.findIndex((call) => !isPast(call))
    const isOver = next <= 0 || results.has(queue[next] as C)
    return isOver ? [] : queue.slice(next)
  }

  let queues: (readonly C[])[] = groupByUser(calls.filter(({ userKey }) => !heldBack.has(userKey)))
  while (queues.length > 0) {
    const isReady = ([first]: readonly C[]): boolean => first !== undefined && goesWithOthers(first)
    const others = queues.filter((queue) => !isReady(queue))
    const left = await Promise.all(others.map(sendSingles))
    const waiting = [...queues.filter(isReady), ...left.filter(hasCalls)]
    await Promise.all(groupsOf(waiting, doorOf, destination).map(sendGroup))
    queues = waiting.map(withoutSent).filter(hasCalls)
  }
  return results
}

/** What goes out next of users whose first call goes with others. */
function groupsOf<C extends Call>(
  waiting: readonly (readonly C[])[],
  doorOf: (call: C) => InProcessDoor | undefined,
  { ordering, concurrency }: CompiledDestination,
): CallGroup<C>[] {
  const callsOfPersonMax = ordering === 'strict' ? 1 : Number.POSITIVE_INFINITY
  const batches = calculateBatches(waiting.filter(startsBatch), callsOfPersonMax)
  return [
    ...batches.map((calls) => ({ calls, door: undefined })),
    // Half of the places, so that the door has the next when it has answered these.
    ...calculateDoorGroups(waiting, doorOf, Math.ceil(concurrency / 2)),
  ]
}

const hasCalls = (queue: readonly unknown[]): boolean => queue.length > 0

const startsBatch = ([first]: readonly Call[]): boolean =>
  first !== undefined && first.batch !== null

function groupByUser<C extends Call>(calls: readonly C[]): C[][] {
  const groups = new Map<string, C[]>()
  for (const call of calls) {
    const group = groups.get(call.userKey)
    if (group) group.push(call)
    else groups.set(call.userKey, [call])
  }
  return [...groups.values()]
}
