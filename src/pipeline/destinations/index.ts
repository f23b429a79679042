/**
 * Destinations: the catalog of what can be set up, the instances of a project, and their mappings.
 * Start at definition.ts (what a destination is); voucherify-actions/ is one; create-destination.ts and
 * change-mappings.ts make instances.
 */
export { catalog, findDefinition } from './catalog.ts'
export { createDestination } from './create-destination.ts'
export type { ActionDefinition, DestinationDefinition } from './definition.ts'
export { destinationRoutes } from './destination.routes.ts'
export {
  type DeliverableDestination,
  listDeliverableDestinations,
} from './list-deliverable-destinations.ts'
export { pointDestinations } from './point-destinations.ts'
