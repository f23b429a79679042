import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { User } from './user.ts'

const SELECT = `select person.id, person.login, person.first_name as "firstName", person.last_name as "lastName",
       (select coalesce(json_object_agg(other.project_id, other.role order by other.project_id), '{}')
          from project_user other join project on project.id = other.project_id
         where other.user_id = person.id and project.deleted_at is null) as roles
  from organization_user person`
const IN_PROJECT =
  'join project_user member on member.user_id = person.id and member.project_id = $1'

const LIST = statement(
  'list_users_of_project',
  `${SELECT} ${IN_PROJECT} order by person.created_at, person.id`,
)
const FIND = statement('find_user_of_project', `${SELECT} ${IN_PROJECT} where person.id = $2`)

/** Those who are assigned to a project, in the order in which they were invited. */
export const listUsers = (db: Db, projectId: string): Promise<User[]> =>
  db.run<User>(LIST, [projectId])

/** The user, when assigned to the project. */
export async function findUser(db: Db, projectId: string, id: string): Promise<User | undefined> {
  const [user] = await db.run<User>(FIND, [projectId, id])
  return user
}

const LOCK_BY_ID = statement(
  'lock_user_by_id',
  'select id from organization_user where id = $1 for update',
)
const LOCK_BY_LOGIN = statement(
  'lock_user_by_login',
  'select id from organization_user where lower(login) = lower($1) for update',
)

/** The id of a user, whose assignments nobody else changes until `tx` ends; undefined when there is none. */
export async function lockUser(
  tx: Tx,
  { id, login }: { id?: string | undefined; login?: string | undefined },
): Promise<string | undefined> {
  const [user] = await tx.run<{ id: string }>(
    ...(id === undefined ? ([LOCK_BY_LOGIN, [login]] as const) : ([LOCK_BY_ID, [id]] as const)),
  )
  return user?.id
}

const INSERT = statement(
  'insert_user',
  `insert into organization_user (id, login, first_name, last_name, created_at) values ($1, $2, $3, $4, $5)
   on conflict (lower(login)) do nothing returning id`,
)

/** Stores a user; false when somebody has the login. */
export async function insertUser(tx: Tx, user: User, now: Date): Promise<boolean> {
  const values = [user.id, user.login, user.firstName, user.lastName, now]
  return (await tx.run(INSERT, values)).length > 0
}

const KEEP_PROJECTS = statement(
  'keep_projects',
  'select id from project where id = any($1::text[]) and deleted_at is null order by id for key share',
)

/** Those of `ids` that are projects, kept from being deleted for good until `tx` ends. */
export async function keepProjects(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx.run<{ id: string }>(KEEP_PROJECTS, [ids])
  return new Set(rows.map(({ id }) => id))
}

const ASSIGN = statement(
  'assign_user',
  `insert into project_user (project_id, user_id, role, created_at) values ($1, $2, $3, $4)
   on conflict (project_id, user_id) do update set role = excluded.role`,
)

type Assignment = { projectId: string; userId: string; role: string; now: Date }

/** Gives a user a role in a project, instead of an earlier one. */
export async function saveAssignment(
  tx: Tx,
  { projectId, userId, role, now }: Assignment,
): Promise<void> {
  await tx.run(ASSIGN, [projectId, userId, role, now])
}

const UNASSIGN = statement(
  'unassign_user',
  'delete from project_user where project_id = $1 and user_id = $2',
)

export async function deleteAssignment(tx: Tx, projectId: string, userId: string): Promise<void> {
  await tx.run(UNASSIGN, [projectId, userId])
}
