/**
 * Sources: where calls come from, with the write keys that name them and the schema that keeps them.
 * Start at create-source.ts; how a nickname becomes a schema name is in to-schema-name.ts.
 */
export { addWriteKey } from './change-write-keys.ts'
export { createSource, type NewSource } from './create-source.ts'
export { findFirstSource, findSource, getSource } from './source.repo.ts'
export { sourceRoutes } from './source.routes.ts'
export type { Source } from './source.ts'
