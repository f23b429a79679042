import type { FastifyInstance } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import { inTransaction } from '../../platform/db.ts'
import { openManagementDoor, requireOrganization, toListView, toManager } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { changeProject, createProject, removeProject } from './change-project.ts'
import { listProjects } from './project.repo.ts'
import { parseNewProject, parseProjectChanges } from './project.schema.ts'
import { toNewProjectView, toProjectView } from './project-view.ts'

type OfProject = { Params: { projectId: string } }

/**
 * `/management/v1/projects` (engine-programs §15.1) on `app`, a scope of its own. The admin token of a project lists,
 * shows and changes that project; making and deleting one takes a management key.
 */
export function projectRoutes(
  app: FastifyInstance,
  deps: Pick<EngineDeps, 'db' | 'clock' | 'vault' | 'authentication'>,
): void {
  openManagementDoor(app, deps)
  const { db, clock, vault } = deps
  const path = '/management/v1/projects'
  const one = `${path}/:projectId`

  app.get(path, async (request) => {
    const projects = await listProjects(db, toManager(request).projectId)
    return toListView('data', projects.map(toProjectView), projects.length)
  })

  app.post(path, async (request) => {
    requireOrganization(request)
    const input = parseNewProject(request.body)
    const made = { vault, now: clock.now() }
    const { project, keys } = await inTransaction(db, (tx) => createProject(tx, input, made))
    return toNewProjectView(project, keys)
  })

  app.get<OfProject>(one, async ({ params: { projectId } }) => {
    const [project] = await listProjects(db, projectId)
    if (!project) throw notFound('project', projectId)
    return toProjectView(project)
  })

  app.put<OfProject>(one, async ({ params: { projectId: id }, body }) => {
    const change = { id, input: parseProjectChanges(body), now: clock.now() }
    return toProjectView(await inTransaction(db, (tx) => changeProject(tx, change)))
  })

  app.delete<OfProject>(one, async (request, reply) => {
    requireOrganization(request)
    await inTransaction(db, (tx) => removeProject(tx, request.params.projectId, clock))
    return reply.status(204).send()
  })
}
