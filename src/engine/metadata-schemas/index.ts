/**
 * Metadata schemas: which keys the metadata of objects and events may have, of which type, within which limits.
 * Start at metadata-schema.ts (what one says), match-metadata.ts (what the API refuses) and conform-metadata.ts (what an
 * integration may send); project-schemas.ts keeps them at hand.
 */
export { type CompiledSchema, NO_SCHEMAS, type ProjectSchemas } from './compile-schema.ts'
export { conformMetadata, convertMetadata, readCells } from './conform-metadata.ts'
export { keepEventSchema, registerEvents } from './event-schemas.repo.ts'
export { schemaManagementRoutes } from './management.routes.ts'
export { metadataSchemaRoutes } from './metadata-schema.routes.ts'
export {
  EVENT_SCHEMA_CHANGE,
  METADATA_SCHEMA_CHANGE,
  NEW_EVENT_SCHEMA,
  NEW_METADATA_SCHEMA,
} from './metadata-schema.schema.ts'
export type { Metadata } from './metadata-schema.ts'
export { findSchemas, type SchemasOf } from './project-schemas.ts'
export { purgeRoutes } from './purge.routes.ts'
export { purgeJobs } from './purge-key.ts'
export {
  readEventMetadata,
  refuseAny,
  refuseMetadata,
  requireMetadata,
  unsetAsNull,
  type Written,
} from './refuse-metadata.ts'
