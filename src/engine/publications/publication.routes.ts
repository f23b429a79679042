import type { FastifyInstance } from 'fastify'
import { command, toCall, toListView } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { parsePublication, parsePublicationQuery } from './publication.schema.ts'
import { listPublications, parsePublicationList } from './publication-list.repo.ts'
import { showPublications } from './publication-view.ts'
import { publish } from './publish.ts'

/** `/v1/publications` (engine-programs §11.2). */
export function publicationRoutes(app: FastifyInstance, deps: EngineDeps): void {
  app.post('/v1/publications', (request, reply) =>
    command(deps, request, reply, (tx, call) =>
      publish(tx, call, parsePublication(request.body, request.query)),
    ),
  )

  app.get('/v1/publications/create', (request, reply) =>
    command(deps, request, reply, (tx, call) =>
      publish(tx, call, parsePublicationQuery(request.query)),
    ),
  )

  app.get('/v1/publications', async (request) => {
    const { projectId } = toCall(request, deps)
    const list = parsePublicationList(request.query)
    const { publications, total } = await listPublications(deps.db, projectId, list)
    return toListView(
      'publications',
      await showPublications(deps.db, projectId, publications),
      total,
    )
  })
}
