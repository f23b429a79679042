import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError } from '../../kernel/api-error.ts'
import { LIMITS } from '../../platform/limits.ts'
import { createRateLimiter } from '../../platform/rate-limit.ts'
import type { EngineDeps } from '../context.ts'
import { isFromServer } from './by-client-keys.ts'
import { type ClientFlag, findClientSettings } from './client-settings.repo.ts'

const ALLOWED_HEADERS = [
  'X-Client-Application-Id',
  'X-Client-Token',
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'X-Voucherify-Channel',
  'X-Voucherify-API-Version',
  'X-Voucherify-Double-Opt-In',
]
const EXPOSED_HEADERS = [
  'Retry-After',
  'X-Rate-Limit-Limit',
  'X-Rate-Limit-Remaining',
  'X-Rate-Limit-Retry',
  'X-Request-Id',
]
const PREFLIGHT_SECONDS = '600'

/**
 * Lets pages of any origin read the answers of `app`, refusals too, and answers their preflights (R-AUTH-05). Who may
 * call is for the keys and the trusted domains to say.
 */
export function allowPages(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ headers: { origin } }, reply) => {
    reply.header('vary', 'Origin')
    if (origin === undefined) return
    reply.header('access-control-allow-origin', origin)
    reply.header('access-control-expose-headers', EXPOSED_HEADERS.join(', '))
  })
  app.options('/client/v1/*', async (_request, reply) =>
    reply
      .status(204)
      .header('access-control-allow-methods', 'GET, POST, PUT')
      .header('access-control-allow-headers', ALLOWED_HEADERS.join(', '))
      .header('access-control-max-age', PREFLIGHT_SECONDS)
      .send(),
  )
}

/** Limits how often one address calls `app` (R-AUTH-08): keys that stand in pages are everybody's. */
export function limitAddresses(app: FastifyInstance, { clock }: Pick<EngineDeps, 'clock'>): void {
  const limiter = createRateLimiter({
    clock,
    callsMax: LIMITS.clientCallsMax,
    windowMs: LIMITS.clientWindowMs,
  })
  app.addHook('onRequest', async ({ ip, headers }, reply) => {
    if (isFromServer(headers)) return
    const { isExceeded, retryAfterS } = limiter.take(ip)
    if (!isExceeded) return
    reply.header('retry-after', retryAfterS).header('x-rate-limit-type', 'api_calls')
    throw new ApiError('too_many_requests')
  })
}

/** A hook that lets a call through where the project has switched `flag` on (R-AUTH-07), or else throws `forbidden`. */
export const requireFlag =
  ({ db }: Pick<EngineDeps, 'db'>, flag: ClientFlag) =>
  async ({ application, headers }: FastifyRequest): Promise<void> => {
    if (!application) throw new ApiError('unauthorized')
    if (isFromServer(headers)) return
    const settings = await findClientSettings(db, application.projectId)
    if (!settings[flag]) throw new ApiError('forbidden')
  }
