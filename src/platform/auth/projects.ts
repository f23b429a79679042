import { newId, newSecret } from '../../kernel/ids.ts'
import type { Config } from '../config.ts'
import { type Db, statement, type Tx } from '../db.ts'
import { hashSecret, type Vault } from '../secrets.ts'

/** The credentials of a project that can be shown to its owner. */
export type ProjectKeys = {
  projectId: string
  appId: string
  appToken: string
  /** For the client-side API; empty in a project that has none yet. */
  clientAppId: string
  clientToken: string
  adminToken: string
}

type Presets = Config['presetKeys']

/** The oldest project, which the first start made; undefined before that. */
export async function findFirstProject(db: Db): Promise<string | undefined> {
  const row = await db.kysely
    .selectFrom('project')
    .select('id')
    .orderBy('created_at')
    .orderBy('id')
    .executeTakeFirst()
  return row?.id
}

const FIND = statement(
  'find_open_project',
  'select 1 as found from project where id = $1 and deleted_at is null',
)

/** Whether there is a project with this id, which was not deleted. */
export async function hasProject(db: Db, id: string): Promise<boolean> {
  return (await db.run(FIND, [id])).length > 0
}

/** Makes a project with an application key, a client key and an admin token, preset or random. */
export async function insertProject(
  tx: Tx,
  {
    name,
    presets = {},
    vault,
    now,
  }: { name: string; presets?: Partial<Presets>; vault: Vault; now: Date },
): Promise<ProjectKeys> {
  const keys: ProjectKeys = {
    projectId: newId('project'),
    appId: presets.appId ?? newSecret(32),
    appToken: presets.appToken ?? newSecret(40),
    clientAppId: presets.clientAppId ?? newSecret(32),
    clientToken: presets.clientToken ?? newSecret(40),
    adminToken: presets.adminToken ?? newSecret(40),
  }
  await tx.kysely
    .insertInto('project')
    .values({ id: keys.projectId, name, created_at: now })
    .execute()
  await putApplicationKey(tx, keys, vault, now)
  await putClientKey(tx, keys, vault, now)
  await putAdminToken(tx, keys, vault, now)
  return keys
}

/**
 * Makes the keys that the environment presets valid for `projectId` when they are not yet, so that a
 * changed variable takes effect at the next start; a project without client keys gets some.
 */
export async function applyPresetKeys(
  tx: Tx,
  projectId: string,
  { presets, vault, now }: { presets: Presets; vault: Vault; now: Date },
): Promise<void> {
  const current = await readProjectKeys(tx, projectId, vault)
  const wanted: ProjectKeys = {
    projectId,
    appId: presets.appId ?? current.appId,
    appToken: presets.appToken ?? current.appToken,
    clientAppId: presets.clientAppId ?? (current.clientAppId || newSecret(32)),
    clientToken: presets.clientToken ?? (current.clientToken || newSecret(40)),
    adminToken: presets.adminToken ?? current.adminToken,
  }
  if (wanted.appId !== current.appId || wanted.appToken !== current.appToken)
    await putApplicationKey(tx, wanted, vault, now)
  if (wanted.clientAppId !== current.clientAppId || wanted.clientToken !== current.clientToken)
    await putClientKey(tx, wanted, vault, now)
  if (wanted.adminToken !== current.adminToken) await putAdminToken(tx, wanted, vault, now)
}

/** The newest application key, client key and admin token of a project, opened. */
export async function readProjectKeys(
  db: Db,
  projectId: string,
  vault: Vault,
): Promise<ProjectKeys> {
  const application = await db.kysely
    .selectFrom('application_key')
    .select(['app_id', 'token_sealed'])
    .where('project_id', '=', projectId)
    .where('kind', '=', 'application')
    .where('role', '=', 'ADMIN')
    // Its own first, then one that somebody made in its place.
    .orderBy('is_own', 'desc')
    .orderBy('created_at', 'desc')
    .executeTakeFirstOrThrow()
  const client = await db.kysely
    .selectFrom('client_key')
    .select(['app_id', 'token_sealed'])
    .where('project_id', '=', projectId)
    .orderBy('is_own', 'desc')
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
  const admin = await db.kysely
    .selectFrom('admin_token')
    .select('token_sealed')
    .where('project_id', '=', projectId)
    .orderBy('created_at', 'desc')
    .executeTakeFirstOrThrow()
  return {
    projectId,
    appId: application.app_id,
    appToken: vault.open(application.token_sealed),
    clientAppId: client?.app_id ?? '',
    clientToken: client ? vault.open(client.token_sealed) : '',
    adminToken: vault.open(admin.token_sealed),
  }
}

async function putApplicationKey(
  tx: Tx,
  keys: ProjectKeys,
  vault: Vault,
  now: Date,
): Promise<void> {
  const token = {
    token_hash: hashSecret(keys.appToken),
    token_sealed: vault.seal(keys.appToken),
    created_at: now,
  }
  await tx.kysely
    .insertInto('application_key')
    .values({ app_id: keys.appId, project_id: keys.projectId, ...token })
    .onConflict((conflict) => conflict.column('app_id').doUpdateSet(token))
    .execute()
}

async function putClientKey(tx: Tx, keys: ProjectKeys, vault: Vault, now: Date): Promise<void> {
  const token = {
    token_hash: hashSecret(keys.clientToken),
    token_sealed: vault.seal(keys.clientToken),
    created_at: now,
  }
  await tx.kysely
    .insertInto('client_key')
    .values({ app_id: keys.clientAppId, project_id: keys.projectId, ...token })
    .onConflict((conflict) => conflict.column('app_id').doUpdateSet(token))
    .execute()
}

async function putAdminToken(tx: Tx, keys: ProjectKeys, vault: Vault, now: Date): Promise<void> {
  await tx.kysely
    .insertInto('admin_token')
    .values({
      token_hash: hashSecret(keys.adminToken),
      project_id: keys.projectId,
      token_sealed: vault.seal(keys.adminToken),
      created_at: now,
    })
    .onConflict((conflict) => conflict.column('token_hash').doNothing())
    .execute()
}
