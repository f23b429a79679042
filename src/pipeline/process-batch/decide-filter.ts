import type { JsonObject } from '../../kernel/json.ts'
import type { CompiledDestination } from './compile-destination.ts'
import { decideHop } from './decide-hop.ts'
import { decideIntegrations } from './decide-integrations.ts'
import type { Filtered, FilterReason } from './fate.ts'

/** Why the event is kept away from all mappings of the destination; undefined when it is not (§2.3). */
export function decideFilter(
  destination: CompiledDestination,
  event: JsonObject,
): Filtered | undefined {
  const reason = reasonOf(destination, event)
  if (reason) return { reason, message: null }
  const title = destination.rules?.keptBackBy(event)
  return title === undefined ? undefined : { reason: 'FILTERED_BY_RULES', message: title }
}

/** The event without what property filters take away: what triggers and mappings see of it (§2.3). */
export const visibleEvent = ({ rules }: CompiledDestination, event: JsonObject): JsonObject =>
  rules ? rules.toVisible(event) : event

function reasonOf(
  { name, supportedCalls }: CompiledDestination,
  event: JsonObject,
): FilterReason | undefined {
  if (!supportedCalls.has(String(event['type']))) return 'UNSUPPORTED_EVENT_TYPE'
  if (!decideHop(event)) return 'FILTERED_BY_LOOP_GUARD'
  if (!decideIntegrations(event['integrations'], name)) return 'FILTERED_BY_INTEGRATIONS_OBJECT'
  return undefined
}
