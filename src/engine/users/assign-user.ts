import { ApiError, notFound } from '../../kernel/api-error.ts'
import { invariant } from '../../kernel/assert.ts'
import { newId } from '../../kernel/ids.ts'
import type { Db, Tx } from '../../platform/db.ts'
import {
  deleteAssignment,
  findUser,
  insertUser,
  keepProjects,
  lockUser,
  saveAssignment,
} from './user.repo.ts'
import type { Invitation } from './user.schema.ts'
import { ROLES, type User } from './user.ts'

/** A user by `id` or by `login`, and not by both. */
export type UserReference = { id?: string | null; login?: string | null }

type Wish = { projectId: string; role: string; now: Date }

/**
 * Gives somebody who was invited a role in a project, instead of an earlier one. Throws `invalid_payload`,
 * `used_incorrect_role`, and `not_found` for a user there is not.
 */
export async function assignUser(
  tx: Tx,
  { reference, projectId, role, now }: Wish & { reference: UserReference },
): Promise<User> {
  const { id, login } = { id: reference.id ?? undefined, login: reference.login ?? undefined }
  if ((id === undefined) === (login === undefined)) {
    throw new ApiError('invalid_payload', {
      details: "Payload should have either property 'id' or property 'login'",
    })
  }
  refuseUnknownRole(role)
  const userId = await lockUser(tx, { id, login })
  if (userId === undefined) throw notFound('user', id ?? login ?? '')
  await saveAssignment(tx, { projectId, userId, role, now })
  return getAssigned(tx, projectId, userId)
}

/** Gives a user of the project another role. Throws `used_incorrect_role`, `not_found` and `user_not_assigned`. */
export async function changeRole(
  tx: Tx,
  { userId, projectId, role, now }: Wish & { userId: string },
): Promise<User> {
  refuseUnknownRole(role)
  await lockAssigned(tx, projectId, userId)
  await saveAssignment(tx, { projectId, userId, role, now })
  return getAssigned(tx, projectId, userId)
}

/**
 * Takes a user out of a project. Throws `not_found`, `user_not_assigned`, and `resource_protected` where it is the
 * only project of that user: of many callers at once the last one is told so.
 */
export async function unassignUser(tx: Tx, projectId: string, userId: string): Promise<void> {
  const user = await lockAssigned(tx, projectId, userId)
  if (Object.keys(user.roles).length === 1) {
    throw new ApiError('resource_protected', {
      details: 'A user stays assigned to at least one project',
      resource: { type: 'user', id: userId },
    })
  }
  await deleteAssignment(tx, projectId, userId)
}

/**
 * Keeps an invitation: a user with a role in each of `projects`, of which those in `mayUse` alone exist for the caller.
 * Throws `used_incorrect_role`, `not_found` for a project, and `duplicate_found` for a login that is taken.
 */
export async function inviteUser(
  tx: Tx,
  { email, first_name, last_name, projects }: Invitation,
  { mayUse, now }: { mayUse: (projectId: string) => boolean; now: Date },
): Promise<void> {
  const ids = Object.keys(projects)
  for (const role of Object.values(projects)) refuseUnknownRole(role)
  const open = await keepProjects(tx, ids.filter(mayUse))
  const unknown = ids.find((id) => !open.has(id))
  if (unknown !== undefined) throw notFound('project', unknown)
  const userId = newId('user')
  const user: User = {
    id: userId,
    login: email,
    firstName: first_name ?? null,
    lastName: last_name ?? null,
    roles: {},
  }
  if (!(await insertUser(tx, user, now))) {
    throw new ApiError('duplicate_found', {
      details: `Duplicated user exists with login ${email}`,
      resource: { type: 'user', id: email },
    })
  }
  for (const [projectId, role] of Object.entries(projects))
    await saveAssignment(tx, { projectId, userId, role, now })
}

function refuseUnknownRole(role: string): void {
  if (ROLES.has(role)) return
  throw new ApiError('used_incorrect_role', { details: `The role '${role}' is incorrect` })
}

async function lockAssigned(tx: Tx, projectId: string, userId: string): Promise<User> {
  if ((await lockUser(tx, { id: userId })) === undefined) throw notFound('user', userId)
  const user = await findUser(tx, projectId, userId)
  if (user) return user
  throw new ApiError('user_not_assigned', {
    details: 'User is not assigned to the project',
    resource: { type: 'user', id: userId },
  })
}

async function getAssigned(db: Db, projectId: string, userId: string): Promise<User> {
  const user = await findUser(db, projectId, userId)
  invariant(user, 'a user who was assigned is found')
  return user
}
