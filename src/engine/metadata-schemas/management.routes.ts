import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { inTransaction } from '../../platform/db.ts'
import { type ManagementDoorDeps, openManagementDoor, toListView } from '../api/index.ts'
import { changeEventSchema, createEventSchema, removeEventSchema } from './change-event-schemas.ts'
import { changeSchema, createSchema, removeSchema } from './change-schemas.ts'
import { findEventSchema, listEventSchemas } from './event-schemas.repo.ts'
import { toEventSchemaView, toManagedView } from './metadata-schema-view.ts'
import { findSchema, listSchemas } from './metadata-schemas.repo.ts'
import { forgetSchemas } from './project-schemas.ts'

type OfProject = { Params: { projectId: string } }
type OfSchema = { Params: { projectId: string; id: string } }

/**
 * `/management/v1/projects/{projectId}/metadata-schemas` and `…/custom-event-schemas` (engine-programs §4.2) on `app`,
 * a scope of its own. What is changed holds in this process when it is answered, in others within seconds.
 */
export function schemaManagementRoutes(app: FastifyInstance, deps: ManagementDoorDeps): void {
  openManagementDoor(app, deps)
  metadataSchemaRoutes(app, deps)
  eventSchemaRoutes(app, deps)
}

function metadataSchemaRoutes(app: FastifyInstance, { db, clock }: ManagementDoorDeps): void {
  const path = '/management/v1/projects/:projectId/metadata-schemas'
  const one = `${path}/:id`

  app.get<OfProject>(path, async ({ params: { projectId } }) => {
    const schemas = await listSchemas(db, projectId)
    return toListView('data', schemas.map(toManagedView), schemas.length)
  })

  app.post<OfProject>(path, async ({ params: { projectId }, body }) => {
    const wish = { body, now: clock.now() }
    const schema = await inTransaction(db, (tx) => createSchema(tx, projectId, wish))
    forgetSchemas(projectId)
    return toManagedView(schema)
  })

  app.get<OfSchema>(one, async ({ params: { projectId, id } }) => {
    const schema = await findSchema(db, projectId, id)
    if (!schema) throw notFound('metadata_schema', id)
    return toManagedView(schema)
  })

  app.put<OfSchema>(one, async ({ params, body }) => {
    const wish = { body, now: clock.now() }
    const schema = await inTransaction(db, (tx) => changeSchema(tx, params, wish))
    forgetSchemas(params.projectId)
    return toManagedView(schema)
  })

  app.delete<OfSchema>(one, async ({ params }, reply) => {
    await inTransaction(db, (tx) => removeSchema(tx, params))
    forgetSchemas(params.projectId)
    return reply.status(204).send()
  })
}

function eventSchemaRoutes(app: FastifyInstance, { db, clock }: ManagementDoorDeps): void {
  const path = '/management/v1/projects/:projectId/custom-event-schemas'
  const one = `${path}/:id`

  app.get<OfProject>(path, async ({ params: { projectId } }) => {
    const schemas = await listEventSchemas(db, projectId)
    return toListView('data', schemas.map(toEventSchemaView), schemas.length)
  })

  app.post<OfProject>(path, async ({ params: { projectId }, body }) => {
    const wish = { body, now: clock.now() }
    const schema = await inTransaction(db, (tx) => createEventSchema(tx, projectId, wish))
    forgetSchemas(projectId)
    return toEventSchemaView(schema)
  })

  app.get<OfSchema>(one, async ({ params }) => {
    const schema = await findEventSchema(db, params)
    if (!schema) throw notFound('custom_event_schema', params.id)
    return toEventSchemaView(schema)
  })

  app.put<OfSchema>(one, async ({ params, body }) => {
    const wish = { body, now: clock.now() }
    const schema = await inTransaction(db, (tx) => changeEventSchema(tx, params, wish))
    forgetSchemas(params.projectId)
    return toEventSchemaView(schema)
  })

  app.delete<OfSchema>(one, async ({ params }, reply) => {
    await inTransaction(db, (tx) => removeEventSchema(tx, params))
    forgetSchemas(params.projectId)
    return reply.status(204).send()
  })
}
