import { isId } from '../../kernel/ids.ts'
import type { Clock } from '../clock.ts'
import { type Db, type Statement, statement } from '../db.ts'
import { LIMITS } from '../limits.ts'
import { equalsHash, hashSecret } from '../secrets.ts'

/** What a key of the server API is for: an application's, or another system's that is integrated. */
export type KeyKind = 'application' | 'integration'

/** What a key of the server API may do (R-AUTH-04). */
export type KeyRole = 'ADMIN' | 'VIEWER' | 'MERCHANT'

/** A caller of the engine's server or client-side API, bound to one project. */
export type Application = {
  projectId: string
  appId: string
  kind: KeyKind | 'client'
  role: KeyRole
}

/** A caller of the management API, bound to one project. */
export type Admin = { projectId: string }

/** A caller of the reference's management API: of one project, or of all where that is undefined. */
export type Manager = { projectId: string | undefined }

export type Authentication = {
  /** The application with this id and token, or undefined. */
  findApplication(appId: string, token: string): Promise<Application | undefined>
  /** The same for the client-side API, whose keys open nothing else (R-AUTH-02). */
  findClient(appId: string, token: string): Promise<Application | undefined>
  findAdmin(token: string): Promise<Admin | undefined>
  /** With the id of a management key and its token, or that of a project and its admin token. */
  findManager(id: string, token: string): Promise<Manager | undefined>
}

const FIND_APPLICATION = statement(
  'find_application',
  'select project_id as "projectId", app_id as "appId", kind, role, token_hash from application_key where app_id = $1',
)
const FIND_CLIENT = statement(
  'find_client',
  `select project_id as "projectId", app_id as "appId", 'client' as kind, 'ADMIN' as role, token_hash
     from client_key where app_id = $1`,
)
const FIND_MANAGER = statement(
  'find_manager',
  'select token_hash from management_key where key_id = $1',
)
const FIND_ADMIN = statement(
  'find_admin',
  'select project_id from admin_token where token_hash = $1',
)

/**
 * Verifies credentials against the database. A found key is remembered for a few seconds, so that a
 * revoked one stops working within that time and a busy caller costs no query; a wrong one never is.
 */
export function createAuthentication(deps: { db: Db; clock: Clock }): Authentication {
  const findAdmin = async (token: string): Promise<Admin | undefined> => {
    // Looked up by hash: what an attacker can measure is the hash of a guess, not the token.
    const [row] = await deps.db.run<{ project_id: string }>(FIND_ADMIN, [hashSecret(token)])
    return row && { projectId: row.project_id }
  }
  const findManagementKey = createFind<object>(deps, FIND_MANAGER)
  return {
    findApplication: createFind<Application>(deps, FIND_APPLICATION),
    findClient: createFind<Application>(deps, FIND_CLIENT),
    findAdmin,
    async findManager(id, token) {
      if (!isId('project', id)) {
        return (await findManagementKey(id, token)) && { projectId: undefined }
      }
      const admin = await findAdmin(token)
      return admin?.projectId === id ? admin : undefined
    },
  }
}

/** Finds whom keys of one kind belong to, which `find` reads by their id together with `token_hash`. */
function createFind<Owner extends object>(
  { db, clock }: { db: Db; clock: Clock },
  find: Statement,
): (id: string, token: string) => Promise<Owner | undefined> {
  type Remembered = { owner: Owner; tokenHash: Uint8Array; until: number }
  const known = new Map<string, Remembered>()

  async function load(id: string): Promise<Remembered | undefined> {
    const now = clock.now().getTime()
    const remembered = known.get(id)
    if (remembered && remembered.until > now) return remembered
    const [row] = await db.run<Owner & { token_hash: Uint8Array }>(find, [id])
    known.delete(id)
    if (!row) return undefined
    const { token_hash: tokenHash, ...owner } = row
    const loaded = {
      owner: owner as unknown as Owner,
      tokenHash,
      until: now + LIMITS.credentialCacheMs,
    }
    if (known.size >= LIMITS.credentialCacheEntriesMax) known.clear()
    known.set(id, loaded)
    return loaded
  }

  return async (id, token) => {
    const found = await load(id)
    return found && equalsHash(token, found.tokenHash) ? found.owner : undefined
  }
}
