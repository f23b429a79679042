import { type Authenticate, missingPermission } from '../api/index.ts'
import type { EngineDeps } from '../context.ts'
import { decidePermission } from './decide-permission.ts'
import { findToken } from './token.repo.ts'

const BEARER = /^bearer +(\S+)$/i

/**
 * `Authorization: Bearer`, within what the scopes of the token allow (R-OAUTH-03); without that header, `otherwise`
 * decides. Throws `missing_required_permission`.
 */
export const byAccessToken =
  ({ db, clock }: Pick<EngineDeps, 'db' | 'clock'>, otherwise: Authenticate): Authenticate =>
  async (request) => {
    const { authorization } = request.headers
    if (authorization === undefined) return otherwise(request)
    const [, text] = BEARER.exec(authorization) ?? []
    const token = text === undefined ? undefined : await findToken(db, text, clock.now())
    if (!token) return undefined
    if (!decidePermission(new Set(token.scopes), request.routeOptions.url))
      throw missingPermission()
    const { projectId, appId, kind, role } = token
    return { projectId, appId, kind, role }
  }
