/**
 * Destinations: the catalog of what can be set up, the instances of a project, their mappings and filters.
 * Start at definition.ts (what a destination is); webhook/ is the smallest; create-destination.ts and
 * change-mappings.ts make instances.
 */
export { catalog, findDefinition, openCatalog } from './catalog.ts'
export { changeDestination, definitionOf } from './change-destination.ts'
export { inspectMapping, inspectTrigger, type Remark } from './check-mapping.ts'
export { createDestination } from './create-destination.ts'
export {
  type ActionDefinition,
  type DestinationDefinition,
  defaultMapping,
  findAction,
  type MappingJson,
  type PerformAction,
  type Performance,
  type Performed,
  type RefusedRequest,
  type RequestDecision,
  type Settings,
} from './definition.ts'
export { getDestination, listDestinations } from './destination.repo.ts'
export { destinationRoutes } from './destination.routes.ts'
export { EXPLAIN, WARNINGS } from './destination.schema.ts'
export type { Destination, Mapping, Ordering } from './destination.ts'
export { listFilters } from './filter.repo.ts'
export {
  type DeliverableDestination,
  listDeliverableDestinations,
} from './list-deliverable-destinations.ts'
export { findMapping, listMappings } from './mapping.repo.ts'
export { MAPPING_TEXT } from './mapping.schema.ts'
export { pointDestinations } from './point-destinations.ts'
export { MASK, openSettings, secretsOf } from './sealed-settings.ts'
export {
  indexPackage,
  installedDir,
  MANIFEST,
  PACKAGE,
  readIndex,
  writeIndex,
} from './segment-actions/index.ts'
