import { notFound } from '../../kernel/api-error.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import type { ApiKey } from './api-key.ts'

type Sealed = { tokenHash: Uint8Array; tokenSealed: string }

const LIST = statement(
  'list_api_keys',
  `select app_id as "appId", project_id as "projectId", name, kind, role, created_at as "createdAt"
     from application_key where project_id = $1
   union all
   select app_id, project_id, name, 'client', null, created_at from client_key where project_id = $1
   order by 6, 1`,
)

/** The keys of a project, the oldest first. */
export const listApiKeys = (db: Db, projectId: string): Promise<ApiKey[]> =>
  db.run<ApiKey>(LIST, [projectId])

const LOCK = statement(
  'lock_api_keys',
  'select from project where id = $1 and deleted_at is null for no key update',
)

/** The same, which nobody else adds to or takes from until `tx` ends. Throws `not_found` when the project was deleted. */
export async function lockApiKeys(tx: Tx, projectId: string): Promise<ApiKey[]> {
  const [project] = await tx.run(LOCK, [projectId])
  if (!project) throw notFound('project', projectId)
  return listApiKeys(tx, projectId)
}

export async function insertApiKey(
  tx: Tx,
  key: ApiKey,
  { tokenHash, tokenSealed }: Sealed,
): Promise<void> {
  const row = {
    app_id: key.appId,
    project_id: key.projectId,
    name: key.name,
    token_hash: tokenHash,
    token_sealed: tokenSealed,
    is_own: false,
    created_at: key.createdAt,
  }
  if (key.kind === 'client') {
    await tx.kysely.insertInto('client_key').values(row).execute()
    return
  }
  const { kind, role } = key
  await tx.kysely
    .insertInto('application_key')
    .values({ ...row, kind, role: role ?? 'ADMIN' })
    .execute()
}

/** Deletes a key, and with it the access tokens that were issued to it. */
export async function deleteApiKey(
  tx: Tx,
  { kind, projectId, appId }: Pick<ApiKey, 'kind' | 'projectId' | 'appId'>,
): Promise<void> {
  await tx.kysely
    .deleteFrom(kind === 'client' ? 'client_key' : 'application_key')
    .where('project_id', '=', projectId)
    .where('app_id', '=', appId)
    .execute()
}
