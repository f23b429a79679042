import { type DeliveredEvent, toDeliveredEvent } from '../deliveries/index.ts'
import type { LogEntry } from '../log/index.ts'
import { type CompiledDestination, processBatch } from '../process-batch/index.ts'

/** What the mapping of now makes of an event, to be sent. */
export type Remade = { event: DeliveredEvent; mappingId: string; payload: unknown }

export type ReplayDecision = {
  remade: Remade[]
  /** Events that no mapping in question takes. */
  filtered: number
  /** (event, mapping) pairs of which nothing could be made. */
  refused: number
}

/**
 * What the mappings of now make of events, those that `isWanted` names. It is as if the events came in now, but
 * for this destination alone: their Integrations object says so (pipeline §7.7.2), and it does not matter since
 * when the destination has been enabled. Destination filters, triggers and the guard against loops hold.
 */
export function decideReplay(
  destination: CompiledDestination,
  entries: readonly LogEntry[],
  isWanted: (entry: LogEntry, mappingId: string) => boolean,
): ReplayDecision {
  const integrations = { All: false, [destination.name]: true }
  const decision: ReplayDecision = { remade: [], filtered: 0, refused: 0 }
  const addressed = entries.map((entry) => ({ ...entry, body: { ...entry.body, integrations } }))
  for (const { entry, fates } of processBatch({ ...destination, enabledAt: ANY_TIME }, addressed)) {
    const own = fates.flatMap((fate) =>
      fate.kind !== 'filtered' && isWanted(entry, fate.mappingId) ? fate : [],
    )
    if (own.length === 0) decision.filtered += 1
    for (const { kind, mappingId, payload } of own)
      if (kind === 'call')
        decision.remade.push({ event: toDeliveredEvent(entry), mappingId, payload })
      else decision.refused += 1
  }
  return decision
}

const ANY_TIME = new Date(0)
