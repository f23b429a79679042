import { type Db, statement } from '../../platform/db.ts'
import type { MetadataDefinitions, MetadataSchema } from './metadata-schema.ts'

/** What every project can define; any other name is a custom schema, of nested objects (§4.1). */
export type RelatedObject =
  | 'campaign'
  | 'customer'
  | 'earning_rule'
  | 'loyalty_tier'
  | 'order'
  | 'order_item'
  | 'product'
  | 'promotion_tier'
  | 'publication'
  | 'redemption'
  | 'reward'
  | 'voucher'

const FIND = statement(
  'find_metadata_schemas',
  `select project_id, related_object, properties from metadata_schema where project_id = any($1::text[])`,
)

type SchemaRow = { project_id: string; related_object: string; properties: MetadataDefinitions }

/**
 * The schemas of the metadata of `relatedObject`, by project, each with the custom schemas its nested
 * objects may refer to. A project without one is absent: it keeps all metadata (D-04).
 */
export async function findMetadataSchemas(
  db: Db,
  projectIds: readonly string[],
  relatedObject: RelatedObject,
): Promise<Map<string, MetadataSchema>> {
  const found = new Map<string, MetadataSchema>()
  if (projectIds.length === 0) return found
  const rows = await db.run<SchemaRow>(FIND, [[...new Set(projectIds)]])
  for (const { project_id, related_object, properties } of rows) {
    if (related_object === relatedObject)
      found.set(project_id, { properties, objects: toObjects(rows, project_id) })
  }
  return found
}

const toObjects = (
  rows: readonly SchemaRow[],
  projectId: string,
): Map<string, MetadataDefinitions> =>
  new Map(
    rows
      .filter(({ project_id }) => project_id === projectId)
      .map(({ related_object, properties }) => [related_object, properties]),
  )
