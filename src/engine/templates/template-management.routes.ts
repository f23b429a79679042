import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { inTransaction, type Tx } from '../../platform/db.ts'
import {
  isOpenProject,
  type ManagementDoorDeps,
  openManagementDoor,
  toManager,
} from '../api/index.ts'
import { toTemplateView } from './campaign-template.ts'
import { copyTemplate } from './change-template.ts'
import { showTemplateList } from './template.routes.ts'

type OfProject = { Params: { projectId: string } }
type OfTemplate = { Params: { projectId: string; id: string } }

/** `/management/v1/projects/{projectId}/templates/campaigns` (engine-programs §15.1) on `app`, a scope of its own. */
export function templateManagementRoutes(app: FastifyInstance, deps: ManagementDoorDeps): void {
  openManagementDoor(app, deps)
  const { db, clock } = deps
  const path = '/management/v1/projects/:projectId/templates/campaigns'

  app.get<OfProject>(path, ({ params: { projectId }, query }) =>
    showTemplateList(db, projectId, query),
  )

  app.post<OfTemplate>(`${path}/:id/copy`, async (request) => {
    const { params, body } = request
    const manager = toManager(request)
    const template = await inTransaction(db, (tx: Tx) => {
      const destinationOf = async (id: string): Promise<string> => {
        if (!(await isOpenProject(tx, manager, id))) throw notFound('project', id)
        return id
      }
      return copyTemplate(tx, params, { body, now: clock.now(), destinationOf })
    })
    return toTemplateView(template)
  })
}
