import type { Selectable } from 'kysely'
import type { MetadataSchema as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { MetadataDefinitions, MetadataSchema } from './metadata-schema.ts'

const OF_PROJECTS = statement(
  'find_metadata_schemas',
  `select project_id, related_object, properties, allow_defined_only
     from metadata_schema where project_id = any($1::text[])`,
)

type SchemaRow = {
  project_id: string
  related_object: string
  properties: MetadataDefinitions
  allow_defined_only: boolean
}

/** What metadata is held against, of several projects. */
export async function findSchemasOfProjects(
  db: Db,
  projectIds: readonly string[],
): Promise<
  Pick<MetadataSchema, 'projectId' | 'relatedObject' | 'properties' | 'allowsDefinedOnly'>[]
> {
  const rows = await db.run<SchemaRow>(OF_PROJECTS, [projectIds])
  return rows.map((row) => ({
    projectId: row.project_id,
    relatedObject: row.related_object,
    properties: row.properties,
    allowsDefinedOnly: row.allow_defined_only,
  }))
}

const ofProject = (db: Db, projectId: string) =>
  db.kysely.selectFrom('metadata_schema').selectAll().where('project_id', '=', projectId)

/** All schemas of a project, by the object they are about. */
export async function listSchemas(db: Db, projectId: string): Promise<MetadataSchema[]> {
  const rows = await ofProject(db, projectId).orderBy('related_object').execute()
  return rows.map(toSchema)
}

export async function findSchemaOf(
  db: Db,
  projectId: string,
  relatedObject: string,
): Promise<MetadataSchema | undefined> {
  const row = await ofProject(db, projectId)
    .where('related_object', '=', relatedObject)
    .executeTakeFirst()
  return row && toSchema(row)
}

export async function findSchema(
  db: Db,
  projectId: string,
  id: string,
): Promise<MetadataSchema | undefined> {
  const row = await ofProject(db, projectId).where('id', '=', id).executeTakeFirst()
  return row && toSchema(row)
}

/** Changes of the schemas of one project follow one another: each sees which there are. */
export async function lockAllSchemas(tx: Tx, projectId: string): Promise<void> {
  await tx.kysely
    .selectFrom('project')
    .select('id')
    .where('id', '=', projectId)
    .forNoKeyUpdate()
    .execute()
}

export async function lockSchemas(tx: Tx, projectId: string): Promise<MetadataSchema[]> {
  await lockAllSchemas(tx, projectId)
  return listSchemas(tx, projectId)
}

/** Stores a new schema; false when the project has one of the same object. */
export async function insertSchema(tx: Tx, schema: MetadataSchema): Promise<boolean> {
  const inserted = await tx.kysely
    .insertInto('metadata_schema')
    .values({
      id: schema.id,
      project_id: schema.projectId,
      related_object: schema.relatedObject,
      properties: JSON.stringify(schema.properties),
      allow_defined_only: schema.allowsDefinedOnly,
      created_at: schema.createdAt,
      updated_at: schema.updatedAt,
    })
    .onConflict((conflict) => conflict.columns(['project_id', 'related_object']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Stores a schema that `tx` has locked as it is now. */
export async function updateSchema(tx: Tx, schema: MetadataSchema): Promise<void> {
  await tx.kysely
    .updateTable('metadata_schema')
    .set({
      properties: JSON.stringify(schema.properties),
      allow_defined_only: schema.allowsDefinedOnly,
      updated_at: schema.updatedAt,
    })
    .where('id', '=', schema.id)
    .execute()
}

export async function deleteSchema(tx: Tx, { id }: MetadataSchema): Promise<void> {
  await tx.kysely.deleteFrom('metadata_schema').where('id', '=', id).execute()
}

const FORGET_KEY = statement(
  'forget_metadata_key',
  `update metadata_schema set properties = properties - $3::text
    where project_id = $1 and related_object = $2 and properties -> $3::text -> 'deleted' = 'true'`,
)

/** Takes the removed definition of `key` out of a schema. */
export function forgetRemovedKey(
  tx: Tx,
  { projectId, relatedObject }: Pick<MetadataSchema, 'projectId' | 'relatedObject'>,
  key: string,
): void {
  tx.send(FORGET_KEY, [projectId, relatedObject, key])
}

const toSchema = (row: Selectable<Row>): MetadataSchema => ({
  id: row.id,
  projectId: row.project_id,
  relatedObject: row.related_object,
  properties: row.properties as MetadataDefinitions,
  allowsDefinedOnly: row.allow_defined_only,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
