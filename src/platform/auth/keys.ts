import type { Clock } from '../clock.ts'
import { type Db, statement } from '../db.ts'
import { LIMITS } from '../limits.ts'
import { equalsHash, hashSecret } from '../secrets.ts'

/** A caller of the engine's server API, bound to one project. */
export type Application = { projectId: string; appId: string }

/** A caller of the management API, bound to one project. */
export type Admin = { projectId: string }

export type Authentication = {
  /** The application with this id and token, or undefined. */
  findApplication(appId: string, token: string): Promise<Application | undefined>
  findAdmin(token: string): Promise<Admin | undefined>
}

const FIND_APPLICATION = statement(
  'find_application',
  'select project_id, token_hash from application_key where app_id = $1',
)
const FIND_ADMIN = statement(
  'find_admin',
  'select project_id from admin_token where token_hash = $1',
)

/**
 * Verifies credentials against the database. A found key is remembered for a few seconds, so that a
 * revoked one stops working within that time and a busy caller costs no query; a wrong one never is.
 */
export function createAuthentication({ db, clock }: { db: Db; clock: Clock }): Authentication {
  type Remembered = { projectId: string; tokenHash: Uint8Array; until: number }
  const applications = new Map<string, Remembered>()

  async function loadApplication(appId: string): Promise<Remembered | undefined> {
    const now = clock.now().getTime()
    const remembered = applications.get(appId)
    if (remembered && remembered.until > now) return remembered
    const [row] = await db.run<{ project_id: string; token_hash: Uint8Array }>(FIND_APPLICATION, [
      appId,
    ])
    applications.delete(appId)
    if (!row) return undefined
    const loaded = {
      projectId: row.project_id,
      tokenHash: row.token_hash,
      until: now + LIMITS.credentialCacheMs,
    }
    if (applications.size >= LIMITS.credentialCacheEntriesMax) applications.clear()
    applications.set(appId, loaded)
    return loaded
  }

  return {
    async findApplication(appId, token) {
      const found = await loadApplication(appId)
      if (!found || !equalsHash(token, found.tokenHash)) return undefined
      return { projectId: found.projectId, appId }
    },
    async findAdmin(token) {
      // Looked up by hash: what an attacker can measure is the hash of a guess, not the token.
      const [row] = await db.run<{ project_id: string }>(FIND_ADMIN, [hashSecret(token)])
      return row && { projectId: row.project_id }
    },
  }
}
