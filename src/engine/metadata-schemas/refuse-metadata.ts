import { ApiError } from '../../kernel/api-error.ts'
import type { Db } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { CompiledEventSchema, ProjectSchemas } from './compile-schema.ts'
import { convertMetadata } from './conform-metadata.ts'
import { matchMetadata, type Occasion } from './match-metadata.ts'
import type { Metadata, RelatedObject } from './metadata-schema.ts'
import { findSchemas } from './project-schemas.ts'

/** Metadata that a caller writes: of which kind of object, and whether the object is new. */
export type Written = {
  of: RelatedObject
  metadata: Metadata | null | undefined
  on: Occasion
}

/** `metadata_validation_failed` with everything that is wrong (M-3); undefined when it fits, or nothing is defined. */
export const refuseMetadata = (schemas: ProjectSchemas, written: Written): ApiError | undefined =>
  toRefusal(violationsOf(schemas, written))

/** The same for objects that are written together. */
export const refuseAny = (
  schemas: ProjectSchemas,
  written: readonly Written[],
): ApiError | undefined => toRefusal(written.flatMap((each) => violationsOf(schemas, each)))

/** The same where a refusal ends the request: throws it. */
export async function requireMetadata(
  db: Db,
  projectId: string,
  ...written: readonly Written[]
): Promise<void> {
  const refusal = refuseAny((await findSchemas(db, [projectId]))(projectId), written)
  if (refusal) throw refusal
}

/** The metadata of a custom event, each value made of the type that its schema has for it; or why not (E-3). */
export function readEventMetadata(
  event: CompiledEventSchema | undefined,
  metadata: Metadata,
): Metadata | ApiError {
  // Most events have a schema that defines nothing.
  if (!event || event.schema.definitions.size === 0) return metadata
  const converted = convertMetadata(event.schema, metadata)
  return toRefusal(matchMetadata(event.schema, converted, 'create')) ?? converted
}

const NONE: readonly string[] = []

function violationsOf(
  { ofObjects }: ProjectSchemas,
  { of, metadata, on }: Written,
): readonly string[] {
  const schema = ofObjects.get(of)
  return schema ? matchMetadata(schema, metadata ?? {}, on) : NONE
}

function toRefusal(violations: readonly string[]): ApiError | undefined {
  if (violations.length === 0) return undefined
  const told = violations.slice(0, LIMITS.metadataViolationsTold)
  const rest = violations.length - told.length
  const details = [...told, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ')
  return new ApiError('metadata_validation_failed', { details })
}

/** What a change writes, keys that it unsets as null. */
export const unsetAsNull = ({
  metadata,
  unset_metadata_fields: unset,
}: {
  metadata?: Metadata | null
  unset_metadata_fields?: readonly string[] | null
}): Metadata => ({ ...metadata, ...Object.fromEntries((unset ?? []).map((key) => [key, null])) })
