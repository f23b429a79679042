import type { Json, JsonObject } from '../../kernel/json.ts'
import type { RefusedRequest } from '../destinations/index.ts'
import type { LogEntry } from '../log/index.ts'
import type { CompiledDestination, RunnableMapping } from './compile-destination.ts'
import { decideBatch } from './decide-batch.ts'
import { decideFilter, visibleEvent } from './decide-filter.ts'
import type { Fate, Filtered, FilterReason } from './fate.ts'

/** An event with what is to become of it at one destination. */
export type ProcessedEvent = { entry: LogEntry; fates: Fate[] }

/**
 * What happens to ingested events for one destination, top to bottom (pipeline §2.3, §6.2): supported call?
 * loop guard, Integrations object, destination filters, then for each enabled mapping its trigger, its mapping, the check of the
 * payload, and the request that comes of it. Nothing is sent and nothing stored here. Events that the
 * destination was not yet enabled for have no fate.
 */
export function processBatch(
  destination: CompiledDestination,
  entries: readonly LogEntry[],
): ProcessedEvent[] {
  // As numbers: to compare dates costs as much as to match a trigger.
  const enabledMs = destination.enabledAt.getTime()
  const own = entries.filter(
    ({ sourceId, receivedAt }) =>
      sourceId === destination.sourceId && receivedAt.getTime() >= enabledMs,
  )
  return own.map((entry) => ({ entry, fates: processEvent(destination, entry.body) }))
}

function processEvent(destination: CompiledDestination, event: JsonObject): Fate[] {
  const keptAway = decideFilter(destination, event)
  if (keptAway) return [filtered(keptAway, destination.mappings)]

  const visible = visibleEvent(destination, event)
  const [matching, others] = matchTriggers(destination.mappings, visible)
  const fates = matching.map((mapping) => decideCall(destination, mapping, visible))
  if (fates.length === 0) return [filtered(because('NO_MATCHING_MAPPING'), others)]
  return others.length === 0 ? fates : [...fates, filtered(because('FILTERED_AT_MAPPING'), others)]
}

function matchTriggers(
  mappings: readonly RunnableMapping[],
  event: JsonObject,
): [matching: RunnableMapping[], others: RunnableMapping[]] {
  const matching: RunnableMapping[] = []
  const others: RunnableMapping[] = []
  for (const mapping of mappings) (mapping.matches(event) ? matching : others).push(mapping)
  return [matching, others]
}

const because = (reason: FilterReason): Filtered => ({ reason, message: null })

const filtered = (why: Filtered, mappings: readonly RunnableMapping[]): Fate => ({
  kind: 'filtered',
  mappingIds: mappings.map(({ id }) => id),
  ...why,
})

/** Code of pipeline §7.2: required data is missing or of the wrong type; no later attempt could mend it. */
const MESSAGE_REJECTED = 'errors.discarded.MESSAGE_REJECTED'

/**
 * What an event, as `visibleEvent` leaves it, comes to when `mapping` matches it: a request, or why there is none
 * (§5.4, §6.2).
 */
export function decideCall(
  destination: CompiledDestination,
  mapping: RunnableMapping,
  event: JsonObject,
): Fate {
  let resolved: Json | undefined
  try {
    resolved = mapping.resolve(event)
  } catch (error) {
    return rejected(mapping, error instanceof Error ? error.message : String(error), null)
  }
  const checked = mapping.check(resolved)
  if (!checked.ok) return rejected(mapping, checked.errors.join(' '), resolved ?? null)
  return toFate(destination, mapping, { payload: checked.value, event })
}

const rejected = ({ id }: RunnableMapping, message: string, payload: unknown): Fate => ({
  kind: 'refused',
  mappingId: id,
  reason: MESSAGE_REJECTED,
  message,
  payload,
})

/** How a checked payload is to be sent with the settings of now, or why it is not. */
function toFate(
  { settings }: CompiledDestination,
  mapping: RunnableMapping,
  { payload, event }: { payload: JsonObject; event: JsonObject | undefined },
): Fate {
  const { id: mappingId, action } = mapping
  const batch = decideBatch(mappingId, action, payload)
  const isOneRequest = batch === null && 'toRequest' in action
  const request = isOneRequest ? action.toRequest(payload, settings) : null
  if (request && 'reason' in request)
    return {
      kind: 'refused',
      mappingId,
      reason: discardedReason(request),
      message: request.message,
      payload,
    }
  return { kind: 'call', mappingId, mapping, payload, event, request, batch }
}

/** The reason of §7.2 under which a request that an action refuses to make is recorded. */
export const discardedReason = ({ reason }: Pick<RefusedRequest, 'reason'>): string =>
  `errors.discarded.${reason}`

/**
 * What is to be sent of a stored payload, for an attempt later than the first; undefined when its mapping is
 * no longer there or enabled (pipeline §7.4.8).
 */
export function decideRequest(
  destination: CompiledDestination,
  mappingId: string,
  { payload, event }: { payload: unknown; event: JsonObject | undefined },
): Exclude<Fate, { kind: 'filtered' }> | undefined {
  const mapping = destination.mappings.find(({ id }) => id === mappingId)
  if (!mapping) return undefined
  const fate = toFate(destination, mapping, { payload: payload as JsonObject, event })
  return fate.kind === 'filtered' ? undefined : fate
}
