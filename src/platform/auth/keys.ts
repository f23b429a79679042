import type { Clock } from '../clock.ts'
import { type Db, type Statement, statement } from '../db.ts'
import { LIMITS } from '../limits.ts'
import { equalsHash, hashSecret } from '../secrets.ts'

/** A caller of the engine's server or client-side API, bound to one project. */
export type Application = { projectId: string; appId: string }

/** A caller of the management API, bound to one project. */
export type Admin = { projectId: string }

export type Authentication = {
  /** The application with this id and token, or undefined. */
  findApplication(appId: string, token: string): Promise<Application | undefined>
  /** The same for the client-side API, whose keys open nothing else (R-AUTH-02). */
  findClient(appId: string, token: string): Promise<Application | undefined>
  findAdmin(token: string): Promise<Admin | undefined>
}

const FIND_APPLICATION = statement(
  'find_application',
  'select project_id, token_hash from application_key where app_id = $1',
)
const FIND_CLIENT = statement(
  'find_client',
  'select project_id, token_hash from client_key where app_id = $1',
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
  return {
    findApplication: createFind(deps, FIND_APPLICATION),
    findClient: createFind(deps, FIND_CLIENT),
    async findAdmin(token) {
      // Looked up by hash: what an attacker can measure is the hash of a guess, not the token.
      const [row] = await deps.db.run<{ project_id: string }>(FIND_ADMIN, [hashSecret(token)])
      return row && { projectId: row.project_id }
    },
  }
}

/** Finds keys of one kind, which `find` reads by their id. */
function createFind(
  { db, clock }: { db: Db; clock: Clock },
  find: Statement,
): Authentication['findApplication'] {
  type Remembered = { projectId: string; tokenHash: Uint8Array; until: number }
  const known = new Map<string, Remembered>()

  async function load(appId: string): Promise<Remembered | undefined> {
    const now = clock.now().getTime()
    const remembered = known.get(appId)
    if (remembered && remembered.until > now) return remembered
    const [row] = await db.run<{ project_id: string; token_hash: Uint8Array }>(find, [appId])
    known.delete(appId)
    if (!row) return undefined
    const loaded = {
      projectId: row.project_id,
      tokenHash: row.token_hash,
      until: now + LIMITS.credentialCacheMs,
    }
    if (known.size >= LIMITS.credentialCacheEntriesMax) known.clear()
    known.set(appId, loaded)
    return loaded
  }

  return async (appId, token) => {
    const found = await load(appId)
    if (!found || !equalsHash(token, found.tokenHash)) return undefined
    return { projectId: found.projectId, appId }
  }
}
