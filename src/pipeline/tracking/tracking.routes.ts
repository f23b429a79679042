import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isTemporary } from '../../platform/http/index.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { PipelineDeps } from '../context.ts'
import { ACCEPTED, CORS_HEADERS, PREFLIGHT_HEADERS, refuseRequest } from './answers.ts'
import { CALL_TYPES, type CallType } from './call.ts'
import { tooLargeMessage } from './read-body.ts'
import { createReceiver, type Expected, type Receiver, receive, receivePixel } from './receive.ts'
import { settingsDocument } from './settings-document.ts'

/** The paths of calls and what each expects (§1.1): whole words, and the letters of analytics.js. */
const CALL_PATHS: readonly [path: string, expected: Expected][] = [
  ...CALL_TYPES.flatMap((type): [string, Expected][] => [
    [`/v1/${type}`, type],
    [`/v1/${type.charAt(0)}`, type],
  ]),
  ['/v1/batch', 'batch'],
  ['/v1/import', 'batch'],
  ['/v1/b', 'batch'],
]

const SETTINGS_PATHS = ['/v1/projects/:writeKey/settings', '/projects/:writeKey/settings']
const PIXEL_PATH = '/v1/pixel/:type'
const METRICS_PATH = '/v1/m'

/** The Tracking API (pipeline §1), for servers and for browsers of any origin. */
export async function trackingRoutes(app: FastifyInstance, deps: PipelineDeps): Promise<void> {
  const receiver = createReceiver(deps)
  readRawBodies(app)
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(CORS_HEADERS)
  })
  app.setErrorHandler(answerTrackingError)

  for (const [path, expected] of CALL_PATHS)
    app.post(path, (request, reply) => receive(receiver, expected, request, reply))
  // Metrics about analytics.js itself: accepted, so that pages do not repeat them, and not kept.
  app.post(METRICS_PATH, async () => ACCEPTED)
  app.get<{ Params: { type: string } }>(PIXEL_PATH, (request, reply) =>
    isPixelType(request.params.type)
      ? receivePixel(receiver, request.params.type, request, reply)
      : refuseRequest(reply, 404, { code: 'not_found', message: 'There is no such pixel' }),
  )
  for (const path of SETTINGS_PATHS)
    app.get<{ Params: { writeKey: string } }>(path, (request, reply) =>
      sendSettings(receiver, request, reply),
    )
  const paths = [...CALL_PATHS.map(([path]) => path), ...SETTINGS_PATHS, PIXEL_PATH, METRICS_PATH]
  for (const path of paths)
    app.options(path, async (_request, reply) =>
      reply.status(204).headers(PREFLIGHT_HEADERS).send(),
    )
}

const isPixelType = (type: string): type is CallType => CALL_TYPES.includes(type as CallType)

/** Bodies are read by `readBody`: as JSON whatever their content type, and maybe compressed (§1.4). */
function readRawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    '*',
    { parseAs: 'buffer', bodyLimit: LIMITS.trackingBatchBytesMax },
    (_request, body, done) => done(null, body),
  )
}

async function sendSettings(
  { writeKeys, address }: Receiver,
  request: FastifyRequest<{ Params: { writeKey: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { writeKey } = request.params
  const source = await writeKeys.find(writeKey)
  if (!source) return refuseRequest(reply, 404, { code: 'not_found', message: 'Unknown write key' })
  const body = JSON.stringify(settingsDocument(writeKey, address()))
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`
  reply.header('cache-control', 'public, max-age=120').header('etag', etag)
  if (request.headers['if-none-match'] === etag) return reply.status(304).send()
  return reply.type('application/json; charset=utf-8').send(body)
}

/** Every failure in the form SDKs know. Never 413, 501, 505 or 511: some clients would not repeat (§1.6). */
function answerTrackingError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return refuseRequest(reply, 400, {
      code: 'invalid_request',
      message: tooLargeMessage(LIMITS.trackingBatchBytesMax),
    })
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
  if (status >= 400 && status < 500)
    return refuseRequest(reply, 400, {
      code: 'invalid_request',
      message: error instanceof Error ? error.message : 'the request cannot be read',
    })
  const level = isTemporary(error) ? 'warn' : 'error'
  request.log[level]({ err: error }, 'calls could not be stored')
  return refuseRequest(reply, 503, { code: 'unavailable', message: 'try again later' })
}
