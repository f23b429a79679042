import type { Db } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { Vault } from '../../platform/secrets.ts'
import { type Delivery, listDeliveries } from '../deliveries/index.ts'
import {
  type Destination,
  findAction,
  findDefinition,
  listDestinations,
  listFilters,
  listMappings,
  type Mapping,
  openSettings,
  secretsOf,
} from '../destinations/index.ts'
import type { FilterRule } from '../filters/index.ts'
import type { LogEntry } from '../log/index.ts'
import { type Preview, previewMapping, redactRequest } from '../preview/index.ts'

/** One mapping's part in the way of an event. */
export type TracedMapping = {
  mapping: Pick<Mapping, 'id' | 'name' | 'action' | 'isEnabled'>
  /** What the mapping as it is now makes of the event; null when this version does not have its action. */
  now: Preview | null
  /** What became of it; null when the event passed the mapping by or has not come to it yet. */
  delivery: Delivery | null
  /** Whether the event was filtered at this mapping. */
  isFiltered: boolean
}

/** What one destination did with an event. */
export type TracedDestination = {
  destination: Destination
  /** Why the event passed mappings by; null when it did not, or has not been read yet. */
  filter: string | null
  /** What that leaves open: the title of the filter. */
  filterMessage: string | null
  mappings: TracedMapping[]
  /** Deliveries of mappings that are gone. */
  others: Delivery[]
}

/** Puts together what became of an event at every destination of its source, and why. */
export async function traceEvent(
  { db, vault }: { db: Db; vault: Vault },
  entry: LogEntry,
): Promise<TracedDestination[]> {
  const { projectId, sourceId, messageId } = entry
  const [destinations, deliveries] = await Promise.all([
    listDestinations(db, { projectId, sourceId, limit: LIMITS.tracedDestinationsMax }),
    listDeliveries(db, {
      projectId,
      messageId,
      logPosition: entry.position,
      limit: LIMITS.tracedDestinationsMax * (LIMITS.mappingsPerDestinationMax + 1),
    }),
  ])
  const traced = destinations.map(async (destination) => {
    const own = deliveries.filter(({ destinationId }) => destinationId === destination.id)
    const destinationId = destination.id
    const [mappings, all] = await Promise.all([
      listMappings(db, { destinationId, limit: LIMITS.mappingsPerDestinationMax }),
      listFilters(db, { destinationId }),
    ])
    const filters = all.filter(({ isEnabled }) => isEnabled)
    return traceDestination({ destination, mappings, filters, deliveries: own, entry, vault })
  })
  return Promise.all(traced)
}

function traceDestination({
  destination,
  mappings,
  filters,
  deliveries,
  entry,
  vault,
}: {
  destination: Destination
  mappings: readonly Mapping[]
  filters: readonly FilterRule[]
  deliveries: readonly Delivery[]
  entry: LogEntry
  vault: Vault
}): TracedDestination {
  const filtered = deliveries.find(({ mappingId }) => mappingId === null)
  const known = new Set(mappings.map(({ id }) => id))
  const preview = previewer({ destination, filters, entry, vault })
  return {
    destination,
    filter: filtered?.reason ?? null,
    filterMessage: filtered?.message ?? null,
    mappings: mappings.map((mapping) => ({
      mapping,
      now: preview(mapping),
      delivery: deliveries.find(({ mappingId }) => mappingId === mapping.id) ?? null,
      isFiltered: filtered?.filteredMappingIds?.includes(mapping.id) ?? false,
    })),
    others: deliveries.filter(({ mappingId }) => mappingId !== null && !known.has(mappingId)),
  }
}

/** Previews mappings of a destination for the event, without secrets. */
function previewer({
  destination,
  filters,
  entry,
  vault,
}: {
  destination: Destination
  filters: readonly FilterRule[]
  entry: LogEntry
  vault: Vault
}): (mapping: Mapping) => Preview | null {
  const definition = findDefinition(destination.definition)
  if (!definition) return () => null
  const settings = openSettings(definition, destination.settings, vault)
  const secrets = secretsOf(definition, settings)
  return ({ action: actionKey, trigger, mapping }) => {
    const action = findAction(definition, actionKey)
    if (!action) return null
    const draft = { definition, settings, actionKey, action, trigger, mapping, filters }
    const preview = previewMapping(draft, entry.body)
    return { ...preview, request: preview.request && redactRequest(preview.request, secrets) }
  }
}
