import { ApiError } from '../../kernel/api-error.ts'
import type { Application } from '../../platform/auth/index.ts'
import { type Db, statement, type Tx } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { hashSecret } from '../../platform/secrets.ts'

/** What an access token is to be. */
export type NewToken = Pick<Application, 'projectId' | 'appId'> & {
  scopes: readonly string[]
  expiresAt: Date
}

/** A live access token, which may no more than the key that it was issued to (R-OAUTH-01). */
export type AccessToken = Application & NewToken

const LOCK = statement('lock_oauth_tokens', 'select from project where id = $1 for no key update')
const FORGET = statement(
  'forget_oauth_tokens',
  'delete from oauth_token where project_id = $1 and expires_at <= $2',
)
const COUNT = statement(
  'count_oauth_tokens',
  'select count(*)::int as live from oauth_token where project_id = $1',
)
const INSERT = statement(
  'insert_oauth_token',
  `insert into oauth_token (token_hash, project_id, app_id, key_hash, scopes, expires_at)
   select $1, project_id, app_id, token_hash, $3, $4 from application_key where app_id = $2
   returning app_id`,
)

/**
 * Stores a token, hashed, that lives and dies with the key it was issued to. Throws `too_many_requests` while a
 * project has as many live ones as it may (R-OAUTH-01), and `unauthorized` when the key is no more.
 */
export async function insertToken(
  tx: Tx,
  text: string,
  { projectId, appId, scopes, expiresAt }: NewToken,
  now: Date,
): Promise<void> {
  await tx.run(LOCK, [projectId])
  await tx.run(FORGET, [projectId, now])
  const [row] = await tx.run<{ live: number }>(COUNT, [projectId])
  if ((row?.live ?? 0) >= LIMITS.oauthTokensMax) {
    throw new ApiError('too_many_requests', {
      details: `A project has at most ${LIMITS.oauthTokensMax} live access tokens`,
    })
  }
  const stored = await tx.run(INSERT, [hashSecret(text), appId, scopes, expiresAt])
  // The key was revoked a moment ago.
  if (stored.length === 0) throw new ApiError('unauthorized')
}

const FIND = statement(
  'find_oauth_token',
  `select token.project_id, token.app_id, token.scopes, token.expires_at, key.kind, key.role
     from oauth_token token
     join application_key key on key.app_id = token.app_id and key.token_hash = token.key_hash
    where token.token_hash = $1 and token.expires_at > $2`,
)

/** The live token with this text; one whose key was deleted or given another token is dead. */
export async function findToken(db: Db, text: string, now: Date): Promise<AccessToken | undefined> {
  const [row] = await db.run<{
    project_id: string
    app_id: string
    scopes: string[]
    expires_at: Date
    kind: Application['kind']
    role: Application['role']
  }>(FIND, [hashSecret(text), now])
  return (
    row && {
      projectId: row.project_id,
      appId: row.app_id,
      scopes: row.scopes,
      expiresAt: row.expires_at,
      kind: row.kind,
      role: row.role,
    }
  )
}

const REVOKE = statement(
  'revoke_oauth_token',
  `delete from oauth_token where project_id = $1 and token_hash = $2 and expires_at > $3
   returning app_id`,
)

/** Ends the life of a token of a project; false when there is none alive. */
export async function revokeToken(
  db: Db,
  { projectId, text, now }: { projectId: string; text: string; now: Date },
): Promise<boolean> {
  return (await db.run(REVOKE, [projectId, hashSecret(text), now])).length > 0
}
