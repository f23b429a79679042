import {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify'
import qs from 'qs'
import { ApiError, toErrorBody } from '../../kernel/api-error.ts'
import { newRequestId } from '../../kernel/ids.ts'
import { isConnectionBroken } from '../database-trouble.ts'
import type { Log } from '../log.ts'

const PARAM_LENGTH_MAX = 2_000
const QUERY_DEPTH_MAX = 8
const QUERY_PARAMETERS_MAX = 1_000

/**
 * The HTTP server that all doors share: request ids, nested query strings as `qs` writes them, lenient
 * slashes, one error handler. Doors register as plugins and bring their own body parsers.
 */
export function createHttpServer({
  log,
  isProxyTrusted,
}: {
  log: Log
  isProxyTrusted: boolean
}): FastifyInstance {
  const app = fastify({
    loggerInstance: log as never,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: newRequestId,
    trustProxy: isProxyTrusted,
    forceCloseConnections: 'idle',
    routerOptions: {
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      maxParamLength: PARAM_LENGTH_MAX,
      querystringParser: (text) =>
        qs.parse(text, {
          depth: QUERY_DEPTH_MAX,
          parameterLimit: QUERY_PARAMETERS_MAX,
          arrayLimit: 100,
        }),
    },
  }) as unknown as FastifyInstance
  app.removeAllContentTypeParsers()
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((request, reply) =>
    answerError(notFoundError(app, request), request, reply),
  )
  return app
}

/** 404 for an unknown path, 405 for a known path with another method (R-HTTP-06). */
function notFoundError(app: FastifyInstance, request: FastifyRequest): ApiError {
  const path = request.url.split('?', 1)[0] ?? '/'
  const methods = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).filter(
    (method) => method !== request.method && app.findRoute({ method, url: path }) !== null,
  )
  if (methods.length === 0)
    return new ApiError('not_found', { details: `Cannot find ${request.method} ${path}` })
  return new ApiError('method_not_allowed', {
    details: `${request.method} is not supported by this endpoint. Did you mean ${methods.join(' or ')}?`,
  })
}

/** Errors of the framework, by its code, as ours. */
const FRAMEWORK_ERRORS: Record<string, ConstructorParameters<typeof ApiError>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type'],
  FST_ERR_VALIDATION: ['invalid_payload'],
}

/** SQLSTATE classes that mean "not now": connection, resources, operator intervention, lock time-out. */
const TEMPORARY_SQL_STATE = /^(08|53|57|55P03)/
const TEMPORARY_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
])

/** True when the database could not be reached or was busy, so the same call may work later. */
export function isTemporary(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error.name === 'CommitUnknownError') return true
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return (
    TEMPORARY_SQL_STATE.test(code) ||
    TEMPORARY_SYSTEM_CODES.has(code) ||
    // A database that is being restarted has no socket for a while.
    (code === 'ENOENT' && 'syscall' in error && error.syscall === 'connect') ||
    isConnectionBroken(error)
  )
}

/** The error as one of ours. What nobody foresaw is a 500 that tells nothing but the request id. */
function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (isTemporary(error)) return new ApiError('unavailable', { cause: error })
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const known = FRAMEWORK_ERRORS[code]
  if (known)
    return new ApiError(known[0], {
      ...known[1],
      details: error instanceof Error ? error.message : '',
    })
  return new ApiError('internal_error', { cause: error })
}

/** Bodies that the reference answers in a form of its own (engine-programs §1.2, R-HTTP-02). */
function nonStandardBody(
  error: unknown,
): { statusCode: number; error: string; message: string } | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return {
      statusCode: 413,
      error: 'Request Entity Too Large',
      message: 'Payload content length greater than maximum allowed: 10485760',
    }
  }
  if (error instanceof SyntaxError || code === 'FST_ERR_CTP_INVALID_JSON_BODY') {
    return { statusCode: 400, error: 'Bad Request', message: 'Invalid request payload JSON format' }
  }
  return undefined
}

/**
 * What a call is answered that `error` ended, and with which status; `isFault` when it is our fault and not the
 * caller's.
 */
export function toErrorAnswer(
  error: unknown,
  requestId: string,
): { status: number; body: object; isFault: boolean } {
  const nonStandard = nonStandardBody(error)
  if (nonStandard) return { status: nonStandard.statusCode, body: nonStandard, isFault: false }

  const apiError = toApiError(error)
  const { status } = apiError
  const isFault = status >= 500 && apiError.key !== 'not_implemented'
  return { status, body: toErrorBody(apiError, requestId), isFault }
}

export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { status, body, isFault } = toErrorAnswer(error, request.id)
  if (isFault) {
    request.log.error(
      { err: error, method: request.method, route: request.routeOptions.url },
      'request failed',
    )
  }
  return reply.status(status).send(body)
}
