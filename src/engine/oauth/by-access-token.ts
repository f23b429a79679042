import { ApiError } from '../../kernel/api-error.ts'
import type { Authenticate } from '../api/index.ts'
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
    const [path = ''] = request.url.split('?', 1)
    if (!decidePermission(new Set(token.scopes), path)) {
      throw new ApiError('missing_required_permission', {
        details: 'User does not have a required permission to perform this operation.',
      })
    }
    return { projectId: token.projectId, appId: token.appId }
  }
