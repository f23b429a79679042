import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { toSchemaView } from './metadata-schema-view.ts'
import { findSchemaOf, listSchemas } from './metadata-schemas.repo.ts'

/** `/v1/metadata-schemas` (engine-programs §4.2). */
export function metadataSchemaRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.get('/v1/metadata-schemas', async (request) => {
    const schemas = await listSchemas(deps.db, toCall(request, deps).projectId)
    return toListView('schemas', schemas.map(toSchemaView), schemas.length)
  })

  app.get<{ Params: { resource: string } }>('/v1/metadata-schemas/:resource', async (request) => {
    const { resource } = request.params
    const schema = await findSchemaOf(deps.db, toCall(request, deps).projectId, resource)
    if (!schema) throw notFound('metadata schema', resource)
    return toSchemaView(schema)
  })
}
