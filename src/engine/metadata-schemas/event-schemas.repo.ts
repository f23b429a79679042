import type { Selectable } from 'kysely'
import type { CustomEventSchema as Row } from '../../platform/db.tables.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { EventSchema, MetadataDefinitions } from './metadata-schema.ts'

const OF_PROJECTS = statement(
  'find_custom_event_schemas',
  'select id, project_id, name, properties from custom_event_schema where project_id = any($1::text[])',
)

type SchemaRow = { id: string; project_id: string; name: string; properties: MetadataDefinitions }

/** What custom events are held against, of several projects. */
export async function findEventSchemasOfProjects(
  db: Db,
  projectIds: readonly string[],
): Promise<Pick<EventSchema, 'id' | 'projectId' | 'name' | 'properties'>[]> {
  const rows = await db.run<SchemaRow>(OF_PROJECTS, [projectIds])
  return rows.map(({ project_id: projectId, ...row }) => ({ ...row, projectId }))
}

const ofProject = (db: Db, projectId: string) =>
  db.kysely.selectFrom('custom_event_schema').selectAll().where('project_id', '=', projectId)

/** All schemas of the events of a project, the newest first. */
export async function listEventSchemas(db: Db, projectId: string): Promise<EventSchema[]> {
  const rows = await ofProject(db, projectId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  return rows.map(toSchema)
}

type Reference = { projectId: string; id: string }

export async function findEventSchema(
  db: Db,
  { projectId, id }: Reference,
): Promise<EventSchema | undefined> {
  const row = await ofProject(db, projectId).where('id', '=', id).executeTakeFirst()
  return row && toSchema(row)
}

/** The same, locked until `tx` ends. */
export async function lockEventSchema(
  tx: Tx,
  { projectId, id }: Reference,
): Promise<EventSchema | undefined> {
  const row = await ofProject(tx, projectId).where('id', '=', id).forUpdate().executeTakeFirst()
  return row && toSchema(row)
}

/**
 * Stores a schema, in place of one that only came to be with an event; undefined when the project has another of an
 * event of this name.
 */
export async function insertEventSchema(
  tx: Tx,
  schema: EventSchema,
): Promise<EventSchema | undefined> {
  const properties = JSON.stringify(schema.properties)
  const row = await tx.kysely
    .insertInto('custom_event_schema')
    .values({
      id: schema.id,
      project_id: schema.projectId,
      name: schema.name,
      properties,
      created_at: schema.createdAt,
      updated_at: schema.updatedAt,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['project_id', 'name'])
        .doUpdateSet({ properties, is_stub: false })
        .where('custom_event_schema.is_stub', '=', true),
    )
    .returningAll()
    .executeTakeFirst()
  return row && toSchema(row)
}

/** How many events of a project somebody defined; those that only occurred do not count. */
export async function countDefinedEvents(db: Db, projectId: string): Promise<number> {
  const { count } = await db.kysely
    .selectFrom('custom_event_schema')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .where('is_stub', '=', false)
    .executeTakeFirstOrThrow()
  return count
}

/** Stores what a schema that `tx` has locked defines now. */
export async function updateEventSchema(tx: Tx, schema: EventSchema): Promise<void> {
  await tx.kysely
    .updateTable('custom_event_schema')
    .set({
      properties: JSON.stringify(schema.properties),
      is_stub: false,
      updated_at: schema.updatedAt,
    })
    .where('id', '=', schema.id)
    .execute()
}

/** Deletes a schema that no earning rule names; the database refuses any other. */
export async function deleteEventSchema(tx: Tx, { id }: EventSchema): Promise<void> {
  await tx.kysely.deleteFrom('custom_event_schema').where('id', '=', id).execute()
}

/** Keeps the schema `id` from being deleted until `tx` ends, and answers it; undefined when there is none. */
export async function keepEventSchema(
  tx: Tx,
  { projectId, id }: Reference,
): Promise<EventSchema | undefined> {
  const row = await ofProject(tx, projectId).where('id', '=', id).forKeyShare().executeTakeFirst()
  return row && toSchema(row)
}

/** The earning rules that an event of this schema sets off, or that name it. */
export async function findRulesOf(db: Db, { id, projectId, name }: EventSchema): Promise<string[]> {
  const rows = await db.kysely
    .selectFrom('earning_rule')
    .select('id')
    .where('project_id', '=', projectId)
    .where(({ eb, or }) => or([eb('event_schema_id', '=', id), eb('event', '=', name)]))
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => row.id)
}

/** An event that nobody has defined, and the id that its schema is to have. */
export type UndefinedEvent = { id: string; projectId: string; name: string; createdAt: Date }

const REGISTER = statement(
  'register_custom_events',
  `insert into custom_event_schema (id, project_id, name, properties, is_stub, created_at)
   select id, project_id, name, '{}', true, created_at
     from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[]) as given (id, project_id, name, created_at)
    where (select count(*) from custom_event_schema as known where known.project_id = given.project_id) < $5
    order by project_id, name
   on conflict (project_id, name) do nothing`,
)
const FIND_NAMED = statement(
  'find_named_custom_event_schemas',
  `select schema.id, schema.project_id, schema.name
     from custom_event_schema as schema
     join unnest($1::text[], $2::text[]) as given (project_id, name)
       on given.project_id = schema.project_id and given.name = schema.name`,
)

/**
 * Gives events that are not defined a schema that defines nothing (E-2), unless their project has many already.
 * Answers those there are then, by rivals too. They are stored in one sequence, so that rivals queue.
 */
export async function registerEvents(
  tx: Tx,
  events: readonly UndefinedEvent[],
): Promise<{ id: string; projectId: string; name: string }[]> {
  const projectIds = events.map(({ projectId }) => projectId)
  const names = events.map(({ name }) => name)
  tx.send(REGISTER, [
    events.map(({ id }) => id),
    projectIds,
    names,
    events.map(({ createdAt }) => createdAt),
    LIMITS.registeredEventsPerProjectMax,
  ])
  const rows = await tx.run<Omit<SchemaRow, 'properties'>>(FIND_NAMED, [projectIds, names])
  return rows.map(({ project_id: projectId, ...row }) => ({ ...row, projectId }))
}

const toSchema = (row: Selectable<Row>): EventSchema => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  properties: row.properties as MetadataDefinitions,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})
