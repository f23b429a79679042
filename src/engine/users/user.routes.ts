import type { FastifyInstance, FastifyRequest } from 'fastify'
import { notFound } from '../../kernel/api-error.ts'
import type { Manager } from '../../platform/auth/index.ts'
import { inTransaction } from '../../platform/db.ts'
import { type ManagementDoorDeps, openManagementDoor, toListView, toManager } from '../api/index.ts'
import { assignUser, changeRole, inviteUser, unassignUser } from './assign-user.ts'
import { findUser, listUsers } from './user.repo.ts'
import { parseAssignment, parseInvitation, parseRoleChange } from './user.schema.ts'
import { toUserView, type User } from './user.ts'

type OfProject = { Params: { projectId: string } }
type OfUser = { Params: { projectId: string; userId: string } }

/** Whether `manager` knows of a project. */
const knows =
  ({ projectId: own }: Manager) =>
  (projectId: string): boolean =>
    own === undefined || own === projectId

/** The user as whoever asks may see: with the projects that are theirs. */
function show(request: FastifyRequest, user: User) {
  const isKnown = knows(toManager(request))
  const roles = Object.entries(user.roles).filter(([projectId]) => isKnown(projectId))
  return toUserView({ ...user, roles: Object.fromEntries(roles) })
}

/** `/management/v1/projects/{projectId}/users` and the invitation (engine-programs §15.1) on `app`, a scope of its own. */
export function userRoutes(app: FastifyInstance, deps: ManagementDoorDeps): void {
  openManagementDoor(app, deps)
  const { db, clock } = deps
  const path = '/management/v1/projects/:projectId/users'
  const one = `${path}/:userId`

  app.post('/management/v1/projects/users/invite', async (request, reply) => {
    const invitation = parseInvitation(request.body)
    const given = { mayUse: knows(toManager(request)), now: clock.now() }
    await inTransaction(db, (tx) => inviteUser(tx, invitation, given))
    return reply.status(204).send()
  })

  app.get<OfProject>(path, async (request) => {
    const users = await listUsers(db, request.params.projectId)
    return toListView(
      'data',
      users.map((user) => show(request, user)),
      users.length,
    )
  })

  app.post<OfProject>(path, async (request) => {
    const { projectId } = request.params
    const { role, ...reference } = parseAssignment(request.body)
    const wish = { projectId, reference, role, now: clock.now() }
    return show(request, await inTransaction(db, (tx) => assignUser(tx, wish)))
  })

  app.get<OfUser>(one, async (request) => {
    const { projectId, userId } = request.params
    const user = await findUser(db, projectId, userId)
    if (!user) throw notFound('user', userId)
    return show(request, user)
  })

  app.put<OfUser>(one, async (request) => {
    const { role } = parseRoleChange(request.body)
    const wish = { ...request.params, role, now: clock.now() }
    return show(request, await inTransaction(db, (tx) => changeRole(tx, wish)))
  })

  app.delete<OfUser>(one, async ({ params: { projectId, userId } }, reply) => {
    await inTransaction(db, (tx) => unassignUser(tx, projectId, userId))
    return reply.status(204).send()
  })
}
