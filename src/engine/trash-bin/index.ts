/**
 * The bin: what was deleted, and is not yet deleted for good.
 * Start at trash-bin.repo.ts; what is in the bin is marked so where it is stored.
 */
export { trashBinRoutes } from './trash-bin.routes.ts'
export { BIN_QUERY } from './trash-bin.schema.ts'
