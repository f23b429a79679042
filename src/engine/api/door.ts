import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError, toErrorBody } from '../../kernel/api-error.ts'
import type { Application } from '../../platform/auth/index.ts'
import { inTransaction, type Tx } from '../../platform/db.ts'
import { HOPS_HEADER, parseJsonBodies, readHops } from '../../platform/http/index.ts'
import { LIMITS } from '../../platform/limits.ts'
import { createRateLimiter } from '../../platform/rate-limit.ts'
import type { Call, EngineDeps } from '../context.ts'
import { decideRole } from './decide-role.ts'
import {
  type Answer,
  claimIdempotencyKeys,
  type IdempotencyKey,
  saveIdempotencyAnswers,
  toIdempotencyKey,
} from './idempotency.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The application that authenticated; undefined outside the engine's doors. */
    application: Application | undefined
  }
}

/** What a door asks of a request before it reads the body, whichever way the request came. */
export type Knock = Pick<FastifyRequest, 'id' | 'method' | 'url' | 'headers'> & {
  /** The path of the route as it was registered: what may be asked is decided by it, not by how a URL spells it. */
  routeOptions: Pick<FastifyRequest['routeOptions'], 'url'>
}

/** A request that a door let in. */
export type Admitted = Knock & Pick<FastifyRequest, 'application'>

/** Finds out who calls, or undefined when the credentials are missing or wrong. */
export type Authenticate = (request: Knock) => Promise<Application | undefined>

/**
 * Lets a request in, or throws why not: who calls, and how often (R-AUTH-01, R-HTTP-01). Tells the headers of the
 * answer either way.
 */
export type Admit = (
  request: Knock,
  setHeader: (name: string, value: string | number) => void,
) => Promise<Application>

const header = (request: Knock, name: string): string | undefined => {
  const value = request.headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** `X-App-Id` and `X-App-Token` (engine-core §1.1). */
export const byApplicationKeys =
  ({ authentication }: EngineDeps): Authenticate =>
  async (request) => {
    const appId = header(request, 'x-app-id')
    const token = header(request, 'x-app-token')
    return appId && token ? authentication.findApplication(appId, token) : undefined
  }

/** How many calls of one project a door lets in, and what the headers of the answers name them (§1.7). */
export type Quota = { type: 'api_calls' | 'webhook_calls'; callsMax: number; windowMs: number }

const API_CALLS: Quota = {
  type: 'api_calls',
  callsMax: LIMITS.engineCallsPerMinuteMax,
  windowMs: 60_000,
}

/**
 * Opens a door of the engine on `app`, a scope of its own: lenient JSON bodies, authentication of every
 * route (R-AUTH-01), rate limit and its headers (R-HTTP-01). Who comes another way is let in by what it returns.
 */
export function openDoor(
  app: FastifyInstance,
  deps: EngineDeps,
  authenticate: Authenticate,
  quota: Quota = API_CALLS,
): Admit {
  parseJsonBodies(app, LIMITS.engineBodyBytesMax)
  app.decorateRequest('application', undefined)
  const admit = createAdmit(deps, authenticate, quota)
  app.addHook('onRequest', async (request, reply) => {
    request.application = await admit(request, (name, value) => reply.header(name, value))
  })
  return admit
}

function createAdmit({ clock }: EngineDeps, authenticate: Authenticate, quota: Quota): Admit {
  const limiter = createRateLimiter({ clock, ...quota })
  return async (request, setHeader) => {
    // By what a caller can ask later what the request caused (EV-1).
    setHeader('x-request-id', request.id)
    const application = await authenticate(request)
    if (!application) throw new ApiError('unauthorized')
    refuseUnstorableUrl(request.url)
    if (!decideRole(application.role, request)) throw missingPermission()

    const rate = limiter.take(application.projectId)
    setHeader('x-rate-limit-limit', rate.limit)
    setHeader('x-rate-limit-remaining', rate.remaining)
    setHeader('x-rate-limit-retry', rate.resetEpochS)
    if (rate.isExceeded) {
      setHeader('retry-after', rate.retryAfterS)
      setHeader('x-rate-limit-type', quota.type)
      throw new ApiError('too_many_requests')
    }
    return application
  }
}

/** The refusal of a valid key that does not open this (R-AUTH-06). */
export const missingPermission = (): ApiError =>
  new ApiError('missing_required_permission', {
    details: 'User does not have a required permission to perform this operation.',
  })

/** Throws `integration_api_key_required` unless the request came with an integration key, or a token of one. */
export function requireIntegrationKey({ application }: Admitted): void {
  if (application?.kind !== 'integration') throw new ApiError('integration_api_key_required')
}

/** PostgreSQL refuses U+0000 wherever it stands: in a code, a filter, a cursor. Throws `invalid_query_params`. */
export function refuseUnstorableUrl(url: string): void {
  if (!/%00/.test(url)) return
  throw new ApiError('invalid_query_params', { details: 'The URL must not contain U+0000' })
}

/** The project and the circumstances of an authenticated request. */
export function toCall(request: Admitted, deps: Pick<EngineDeps, 'clock'>): Call {
  if (!request.application) throw new ApiError('unauthorized')
  const hops = readHops(header(request, HOPS_HEADER)) ?? 0
  const { projectId, appId } = request.application
  const call: Call = {
    projectId,
    appId,
    groupId: request.id,
    channel: 'API',
    now: deps.clock.now(),
  }
  return hops > 0 ? { ...call, hops } : call
}

/** The request's idempotency key in `scope`, if it carries one. */
export function toKey(
  request: Admitted & Pick<FastifyRequest, 'body'>,
  scope: IdempotencyKey['scope'],
): IdempotencyKey | undefined {
  if (!request.application) throw new ApiError('unauthorized')
  return toIdempotencyKey(request.headers['idempotency-key'], {
    projectId: request.application.projectId,
    scope,
    method: request.method,
    url: request.url,
    body: request.body,
  })
}

/** Sends an answer that was worked out or remembered. */
export function sendAnswer(reply: FastifyReply, { status, body }: Answer): FastifyReply {
  return reply.status(status).send(body)
}

/** The answer that tells a refusal; used where the refusal itself is recorded and must commit. */
export const toRefusal = (error: ApiError, call: Call): Answer => ({
  status: error.status,
  body: toErrorBody(error, call.groupId),
})

/**
 * Handles a request that changes something: `work` runs in one transaction together with its
 * idempotency key, so a repeated request gets the first answer and does nothing (D-17). An `ApiError`
 * thrown by `work` undoes everything; a refusal that must be recorded is returned as an answer.
 */
export async function command(
  deps: EngineDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  work: (tx: Tx, call: Call) => Promise<Answer>,
): Promise<FastifyReply> {
  const call = toCall(request, deps)
  const key = toKey(request, 'v1')
  const answer = await inTransaction(deps.db, async (tx) => {
    const [earlier] = key ? await claimIdempotencyKeys(tx, [key], call.now) : []
    if (earlier instanceof ApiError) throw earlier
    if (earlier) return earlier
    const worked = await work(tx, call)
    if (key) saveIdempotencyAnswers(tx, [{ key, answer: worked }])
    return worked
  })
  deps.announced()
  return sendAnswer(reply, answer)
}
