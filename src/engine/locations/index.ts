/**
 * Locations: circles and polygons on the map.
 * Start at location.ts.
 */
export { findShapes } from './location.repo.ts'
export { LOCATION_LIST_QUERY, locationRoutes } from './location.routes.ts'
export { locationManagementRoutes } from './location-management.routes.ts'
