import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { ApiError } from '../../kernel/api-error.ts'
import type { Admin, Authentication } from '../auth/index.ts'
import type { Clock } from '../clock.ts'
import { answerError, bearerToken, parseJsonBodies } from '../http/index.ts'
import { LIMITS } from '../limits.ts'
import { createRateLimiter, type RateState } from '../rate-limit.ts'
import { describeRoutes } from './openapi.ts'
import { compileValidator } from './validate.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who authenticated at the management API; undefined elsewhere. */
    admin: Admin | undefined
  }
}

/** Where routes of the management API are added; their Zod schemas type the handlers. */
export type ManagementScope = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

type ManagementDeps = { authentication: Authentication; clock: Clock }

/**
 * Opens the management API on `app`, in a scope of its own that `addRoutes` fills: admin token, rate limit,
 * lenient JSON bodies up to `LIMITS.managementBodyBytesMax`, requests checked against their Zod schemas,
 * refusals in our error body. The schemas of answers describe and are not applied. Every route is in the
 * document at `/api/openapi.json`, which is for everyone.
 */
export async function openManagement(
  app: FastifyInstance,
  deps: ManagementDeps,
  addRoutes: (scope: ManagementScope) => void,
): Promise<void> {
  await app.register(async (described) => {
    await describeRoutes(described)
    await described.register(async (scope) => {
      guard(scope, deps)
      addRoutes(scope.withTypeProvider<ZodTypeProvider>())
    })
  })
}

function guard(scope: FastifyInstance, { authentication, clock }: ManagementDeps): void {
  parseJsonBodies(scope, LIMITS.managementBodyBytesMax)
  scope.setValidatorCompiler(compileValidator)
  scope.setSerializerCompiler(() => (answer) => JSON.stringify(answer))
  scope.setErrorHandler((error, request, reply) =>
    answerError(toManagementError(error), request, reply),
  )
  scope.decorateRequest('admin', undefined)
  const limiter = createRateLimiter({
    clock,
    callsMax: LIMITS.managementCallsPerMinuteMax,
    windowMs: 60_000,
  })
  scope.addHook('onRequest', async (request, reply) => {
    const token = bearerToken(request)
    request.admin = token === undefined ? undefined : await authentication.findAdmin(token)
    if (!request.admin) {
      reply.header('www-authenticate', 'Bearer')
      throw new ApiError('unauthorized')
    }
    limitRate(reply, limiter.take(request.admin.projectId))
  })
}

function limitRate(reply: FastifyReply, rate: RateState): void {
  reply.header('x-rate-limit-limit', rate.limit)
  reply.header('x-rate-limit-remaining', rate.remaining)
  reply.header('x-rate-limit-retry', rate.resetEpochS)
  if (!rate.isExceeded) return
  reply.header('retry-after', rate.retryAfterS).header('x-rate-limit-type', 'api_calls')
  throw new ApiError('too_many_requests')
}

/** Bodies that never reached a schema, in our own form: only the engine owes its clients another. */
function toManagementError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (error instanceof SyntaxError)
    return new ApiError('invalid_payload', { details: 'Payload is not valid JSON', cause: error })
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new ApiError('payload_too_large', {
      details: `Payload should have at most ${LIMITS.managementBodyBytesMax} bytes`,
    })
  return error
}

/** The project whose admin token the request carries: everything a route reads or changes is in it. */
export function toAdmin(request: FastifyRequest): Admin {
  if (!request.admin) throw new ApiError('unauthorized')
  return request.admin
}
