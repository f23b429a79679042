import type { LogEntry } from '../log/index.ts'
import { type CompiledDestination, type Fate, processBatch } from '../process-batch/index.ts'
import type { Call } from './attempt.ts'
import type { DeliveredEvent } from './delivery.ts'
import { toDeliveredEvent } from './to-delivered-event.ts'

/** What is to be recorded of an event, and what is to be sent of it: undefined when nothing is. */
export type Decided = { event: DeliveredEvent; fate: Fate; call: Call | undefined }

/** What a destination is to do with the next entries of the log. */
export function decideCalls(
  destination: CompiledDestination,
  entries: readonly LogEntry[],
): Decided[] {
  return processBatch(destination, entries).flatMap(({ entry, fates }) => {
    const event = toDeliveredEvent(entry)
    return fates.map((fate) => ({ event, fate, call: toCall(event, fate) }))
  })
}

// Member by member, here and where requests get their headers: a spread costs several times as much.
function toCall({ messageId, userKey, hops }: DeliveredEvent, fate: Fate): Call | undefined {
  if (fate.kind !== 'call') return undefined
  return {
    mapping: fate.mapping,
    payload: fate.payload,
    event: fate.event,
    request: fate.request,
    batch: fate.batch,
    messageId,
    userKey,
    attempts: 0,
    firstAttemptAt: null,
    hops,
    replays: 0,
  }
}
