import { type Db, statement } from '../../platform/db.ts'
import type { Vault } from '../../platform/secrets.ts'
import type { FilterRule } from '../filters/index.ts'
import { findDefinition } from './catalog.ts'
import type { MappingJson, Settings } from './definition.ts'
import type { Ordering } from './destination.ts'
import { openSettings, type SealedSettings } from './sealed-settings.ts'

/** A mapping as the readers of the log run it. */
type DeliverableMapping = {
  id: string
  name: string
  action: string
  trigger: string
  mapping: MappingJson
  isEnabled: boolean
  sortOrder: number
}

/** An enabled destination of an enabled source, with all that is needed to serve it. */
export type DeliverableDestination = {
  id: string
  projectId: string
  sourceId: string
  /** The slug of its definition. */
  definition: string
  /** Opened: fit for requests, never for answers or logs. */
  settings: Settings
  ordering: Ordering
  concurrency: number
  createdAt: Date
  /** Calls received earlier are not for it. */
  enabledAt: Date
  /** All of them in their order, disabled ones too. */
  mappings: DeliverableMapping[]
  /** The enabled ones, oldest first. */
  filters: FilterRule[]
  /** Another one as soon as anything about the destination, its mappings or its filters is different. */
  version: string
}

// `xmin` is the transaction that wrote a row last, so it tells rows apart that were changed within one
// millisecond, and nobody can forget to count it up.
const LIST = statement(
  'list_deliverable_destinations',
  `select destination.id, destination.project_id, destination.source_id, destination.definition,
          destination.settings, destination.ordering, destination.concurrency, destination.created_at,
          destination.enabled_at, destination.xmin::text as written_by, found.versions, found.mappings,
          filter.versions as filter_versions, filter.filters
     from destination
     join source on source.id = destination.source_id
    cross join lateral (
      select coalesce(string_agg(mapping.id || '.' || mapping.xmin::text, ' ' order by mapping.id), '') as versions,
             coalesce(json_agg(json_build_object(
               'id', mapping.id, 'name', mapping.name, 'action', mapping.action, 'trigger', mapping.trigger,
               'mapping', mapping.mapping, 'isEnabled', mapping.is_enabled, 'sortOrder', mapping.sort_order)
               order by mapping.sort_order), '[]') as mappings
        from mapping where mapping.destination_id = destination.id) as found
    cross join lateral (
      select coalesce(string_agg(id || '.' || destination_filter.xmin::text, ' ' order by id), '') as versions,
             coalesce(json_agg(json_build_object(
               'title', title, 'condition', condition, 'actions', actions)
               order by destination_filter.created_at, id) filter (where destination_filter.is_enabled), '[]') as filters
        from destination_filter where destination_id = destination.id) as filter
    where destination.is_enabled and source.is_enabled
    order by destination.id`,
)

type Row = {
  id: string
  project_id: string
  source_id: string
  definition: string
  settings: SealedSettings
  ordering: Ordering
  concurrency: number
  created_at: Date
  enabled_at: Date
  written_by: string
  versions: string
  mappings: DeliverableMapping[]
  filter_versions: string
  filters: FilterRule[]
}

/**
 * Every destination that takes calls now, as of one moment. One whose definition this version does not have
 * is left out: nothing could be sent to it.
 */
export async function listDeliverableDestinations({
  db,
  vault,
}: {
  db: Db
  vault: Vault
}): Promise<DeliverableDestination[]> {
  const rows = await db.run<Row>(LIST, [])
  return rows.flatMap((row) => {
    const definition = findDefinition(row.definition)
    if (!definition) return []
    return {
      id: row.id,
      projectId: row.project_id,
      sourceId: row.source_id,
      definition: row.definition,
      settings: openSettings(definition, row.settings, vault),
      ordering: row.ordering,
      concurrency: row.concurrency,
      createdAt: row.created_at,
      enabledAt: row.enabled_at,
      mappings: row.mappings,
      filters: row.filters,
      version: `${row.written_by} ${row.versions} ${row.filter_versions}`.trimEnd(),
    }
  })
}
