import { ApiError, notFound } from '../../kernel/api-error.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import {
  calculateDefinitions,
  customNamesOf,
  isTypeName,
  namesCustomSchema,
} from './calculate-definitions.ts'
import { invalid, parseNewSchema, parseSchemaChange } from './metadata-schema.schema.ts'
import { isRelatedObject, type MetadataSchema } from './metadata-schema.ts'
import { deleteSchema, insertSchema, lockSchemas, updateSchema } from './metadata-schemas.repo.ts'

type Reference = { projectId: string; id: string }
type Wish = { body: unknown; now: Date }

/**
 * Defines the metadata of one kind of object. Throws `invalid_payload`, and `duplicate_found` when the project has a
 * schema of it.
 */
export async function createSchema(
  tx: Tx,
  projectId: string,
  { body, now }: Wish,
): Promise<MetadataSchema> {
  const { related_object: relatedObject, properties, allow_defined_only } = parseNewSchema(body)
  if (isTypeName(relatedObject))
    throw invalid(`Property .related_object should not be the name of a type, ${relatedObject}`)
  const known = await lockSchemas(tx, projectId)
  const isKnown = known.some((schema) => schema.relatedObject === relatedObject)
  if (!isKnown && known.length >= LIMITS.metadataSchemasPerProjectMax)
    throw invalid(`A project has at most ${LIMITS.metadataSchemasPerProjectMax} metadata schemas`)
  const schema: MetadataSchema = {
    id: newId('metadataSchema'),
    projectId,
    relatedObject,
    properties: calculateDefinitions({}, properties, surroundingsOf(known, relatedObject)),
    allowsDefinedOnly: allow_defined_only ?? false,
    createdAt: now,
    updatedAt: null,
  }
  if (await insertSchema(tx, schema)) return schema
  throw new ApiError('duplicate_found', {
    details: `Duplicated metadata schema exists with related_object ${relatedObject}`,
    resource: { type: 'metadata_schema', id: relatedObject },
  })
}

const surroundingsOf = (known: readonly MetadataSchema[], relatedObject: string) => ({
  customSchemas: customNamesOf(known.map((schema) => schema.relatedObject)),
  isOfCustomSchema: !isRelatedObject(relatedObject),
})

/** Changes the definitions that are given (M-5); what objects have stays. Throws `not_found` and `invalid_payload`. */
export async function changeSchema(
  tx: Tx,
  reference: Reference,
  { body, now }: Wish,
): Promise<MetadataSchema> {
  const { properties, allow_defined_only } = parseSchemaChange(body)
  const { known, stored } = await lock(tx, reference)
  const surroundings = surroundingsOf(known, stored.relatedObject)
  const changed = {
    ...stored,
    properties: calculateDefinitions(stored.properties, properties ?? {}, surroundings),
    allowsDefinedOnly: allow_defined_only ?? stored.allowsDefinedOnly,
    updatedAt: now,
  }
  await updateSchema(tx, changed)
  return changed
}

/** Deletes a schema; what objects have stays. Throws `not_found`, and `resource_in_use` while another names it. */
export async function removeSchema(tx: Tx, reference: Reference): Promise<void> {
  const { known, stored } = await lock(tx, reference)
  const users = isRelatedObject(stored.relatedObject)
    ? []
    : known.filter(({ properties }) => namesCustomSchema(properties, stored.relatedObject))
  if (users.length > 0) {
    const ids = users.map(({ id }) => id).join(', ')
    throw new ApiError('resource_in_use', {
      details: `Resource metadata_schema with id ${stored.id} is in use by metadata_schema with ids [${ids}]`,
      resource: { type: 'metadata_schema', id: stored.id },
    })
  }
  await deleteSchema(tx, stored)
}

async function lock(
  tx: Tx,
  { projectId, id }: Reference,
): Promise<{ known: MetadataSchema[]; stored: MetadataSchema }> {
  const known = await lockSchemas(tx, projectId)
  const stored = known.find((schema) => schema.id === id)
  if (!stored) throw notFound('metadata_schema', id)
  return { known, stored }
}
