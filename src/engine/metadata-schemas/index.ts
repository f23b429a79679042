/**
 * Metadata schemas: which metadata keys a project knows, of which type, within which limits.
 * Start at metadata-schema.ts (what one says) and conform-metadata.ts (what it lets through).
 */
export { conformMetadata } from './conform-metadata.ts'
export type { Metadata, MetadataSchema } from './metadata-schema.ts'
export { findMetadataSchemas } from './metadata-schemas.repo.ts'
