import type { FastifyInstance } from 'fastify'
import { ApiError } from '../../kernel/api-error.ts'
import { newSecret } from '../../kernel/ids.ts'
import { isPlainObject } from '../../kernel/json.ts'
import { inTransaction } from '../../platform/db.ts'
import { LIMITS } from '../../platform/limits.ts'
import { byApplicationKeys, openDoor, toCall } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { SCOPES } from './scopes.ts'
import { findToken, insertToken, type NewToken, revokeToken } from './token.repo.ts'

const TOKEN_LENGTH = 50
const FORM_BYTES_MAX = 16_384

/**
 * `/v1/oauth` (engine-core §1.2) on `app`, a scope of its own: with application keys, and bodies that are forms
 * or JSON.
 */
export function oauthRoutes(app: FastifyInstance, deps: EngineDeps): void {
  const { db } = deps
  openDoor(app, deps, byApplicationKeys(deps))
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_BYTES_MAX },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )

  app.post('/v1/oauth/token', async (request) => {
    const { projectId, appId, now } = toCall(request, deps)
    const scopes = readScopes(request.body)
    const text = newSecret(TOKEN_LENGTH)
    const expiresAt = new Date(now.getTime() + LIMITS.oauthTokenMs)
    const token = { projectId, appId, scopes, expiresAt }
    await inTransaction(db, (tx) => insertToken(tx, text, token, now))
    return toView(text, token, now)
  })

  app.post('/v1/oauth/introspect', async (request) => {
    const { projectId, now } = toCall(request, deps)
    const text = readToken(request.body)
    const token = await findToken(db, text, now)
    if (token?.projectId !== projectId) return { active: false }
    return { ...toView(text, token, now), active: true }
  })

  app.post('/v1/oauth/token/revoke', async (request, reply) => {
    const { projectId, now } = toCall(request, deps)
    const text = readToken(request.body)
    const isRevoked = await revokeToken(db, { projectId, text, now })
    return reply.status(isRevoked ? 204 : 404).send()
  })
}

/** The scopes asked for, each once. Throws `invalid_grant_type` and `invalid_scope`. */
function readScopes(body: unknown): string[] {
  const { grant_type, scope } = isPlainObject(body) ? body : {}
  if (grant_type !== 'client_credentials') throw new ApiError('invalid_grant_type')
  const wish = typeof scope === 'string' ? scope : ''
  const scopes = wish.split(' ').filter((name) => name !== '')
  if (scopes.length === 0 || !scopes.every((name) => SCOPES.has(name))) {
    throw new ApiError('invalid_scope', { message: `Invalid scope: ${wish}` })
  }
  return [...new Set(scopes)]
}

/** The token a call is about; some clients call it `token`. Throws `missing_parameters`. */
function readToken(body: unknown): string {
  const { access_token, token } = isPlainObject(body) ? body : {}
  const text = access_token ?? token
  if (typeof text !== 'string' || text === '') throw new ApiError('missing_parameters')
  return text
}

/** Times are seconds (R-OAUTH-01). */
const toView = (text: string, { appId, scopes, expiresAt }: NewToken, now: Date) => ({
  access_token: text,
  client_id: appId,
  expires_at: Math.floor(expiresAt.getTime() / 1_000),
  expires_in: Math.floor((expiresAt.getTime() - now.getTime()) / 1_000),
  scope: scopes.join(' '),
  token_type: 'Bearer',
})
