import { randomUUID } from 'node:crypto'
import { isIPv4 } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { HOPS_HEADER, readHops } from '../../platform/http/index.ts'
import { LIMITS } from '../../platform/limits.ts'
import { createRateLimiter, type RateLimiter } from '../../platform/rate-limit.ts'
import type { PipelineDeps } from '../context.ts'
import { type Accepted, acceptBatch, acceptCall, type Reception, reject } from './accept-calls.ts'
import { ACCEPTED, refuseForNow, refuseRequest } from './answers.ts'
import type { CallType } from './call.ts'
import { createIngest, type Ingest } from './ingest.ts'
import { membersOf } from './normalise.ts'
import { callOfQuery, PIXEL } from './pixel.ts'
import { readBody } from './read-body.ts'
import { keyOfBody, keyOfHeader } from './read-write-key.ts'
import { createWriteKeys, type KeySource, type WriteKeys } from './write-keys.repo.ts'

/** What the requests of the Tracking API share. */
export type Receiver = PipelineDeps & { writeKeys: WriteKeys; ingest: Ingest; limiter: RateLimiter }

export const createReceiver = (deps: PipelineDeps): Receiver => ({
  ...deps,
  writeKeys: createWriteKeys(deps),
  ingest: createIngest(deps),
  limiter: createRateLimiter({
    clock: deps.clock,
    callsMax: LIMITS.trackingCallsPerSecondMax,
    windowMs: 1_000,
  }),
})

/** `batch`, or the type of call that the path stands for. */
export type Expected = CallType | 'batch'

type Body = Record<string, unknown>

/**
 * Answers one request of calls: 200 once what can be accepted, and the refusal of the rest, is durable. The
 * status is another one only when nobody could be told whose calls they are, or nothing could be read.
 */
export async function receive(
  receiver: Receiver,
  expected: Expected,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const bytesMax =
    expected === 'batch' ? LIMITS.trackingBatchBytesMax : LIMITS.trackingEventBytesMax
  const headerKey = keyOfHeader(request.headers.authorization)
  const read = await readBody(request.body, request.headers['content-encoding'], bytesMax)
  const key = headerKey ?? (read.ok ? keyOfBody(read.body) : undefined)
  const source = key === undefined ? undefined : await receiver.writeKeys.find(key)

  if (!read.ok) {
    if (source) await refuseUnreadable(receiver, source, read.message)
    return refuseRequest(reply, 400, { code: 'invalid_request', message: read.message })
  }
  if (!source) return refuseUnknown(receiver, read.body, reply)
  const rate = receiver.limiter.take(source.projectId)
  if (rate.isExceeded || receiver.ingest.isFull()) return refuseForNow(reply, rate.retryAfterS)

  const reception = toReception(receiver, source, request, read.bytes)
  await receiver.ingest.submit(accept(read.body, expected, { source, reception }))
  return reply.send(ACCEPTED)
}

function accept(
  body: Body,
  expected: Expected,
  { source, reception }: { source: KeySource; reception: Reception },
): Accepted {
  if (!source.isEnabled) {
    // A 4xx would be printed as an error on the customer's side of a source that was switched off on ours.
    const refusal = reject(reception, 'source_disabled', 'The source is disabled', body)
    return { entries: [], rejections: [refusal] }
  }
  return expected === 'batch' ? acceptBatch(body, reception) : acceptCall(body, expected, reception)
}

function toReception(
  { clock }: Receiver,
  { projectId, sourceId }: KeySource,
  request: FastifyRequest,
  requestBytes: number,
): Reception {
  return {
    projectId,
    sourceId,
    receivedAt: clock.now(),
    ip: toIpV4(request.ip),
    hops: nextHop(request.headers[HOPS_HEADER]),
    newMessageId: () => `api-${randomUUID()}`,
    requestBytes,
  }
}

/** One round more than the caller counted; undefined when the call is not part of a loop. */
function nextHop(header: string | string[] | undefined): number | undefined {
  const hops = readHops(Array.isArray(header) ? header[0] : header)
  return hops === undefined ? undefined : hops + 1
}

/** The IPv4 address, also where the socket gives it as an IPv6 one; others are not recorded (§1.10). */
function toIpV4(ip: string): string | undefined {
  const bare = ip.replace(/^::ffff:/i, '')
  return isIPv4(bare) ? bare : undefined
}

async function refuseUnreadable(
  receiver: Receiver,
  { projectId, sourceId }: KeySource,
  message: string,
): Promise<void> {
  const refusal = reject(
    { projectId, sourceId, receivedAt: receiver.clock.now() },
    'bad_request',
    message,
  )
  await receiver.ingest.submit({ entries: [], rejections: [refusal] })
}

/** D-15: SDKs drop what is answered 401, so a wrong key makes no storm of retries. */
async function refuseUnknown(
  receiver: Receiver,
  body: Body,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const message = 'The write key is missing or unknown'
  receiver.metrics.eventsRejected.inc({ reason: 'unknown_source' })
  receiver.log.info({ calls: Array.isArray(body['batch']) ? body['batch'].length : 1 }, message)
  return refuseRequest(reply, 401, { code: 'unknown_source', message })
}

/**
 * Answers a pixel: always the picture, whatever became of the call (§1.12). What could not be accepted is
 * recorded under its source.
 */
export async function receivePixel(
  receiver: Receiver,
  type: CallType,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  try {
    await acceptPixel(receiver, type, request)
  } catch (error) {
    receiver.log.error({ err: error }, 'call of a pixel lost')
  }
  return reply.type('image/gif').header('cache-control', 'no-store').send(PIXEL)
}

async function acceptPixel(
  receiver: Receiver,
  type: CallType,
  request: FastifyRequest,
): Promise<void> {
  const query = request.query as Record<string, unknown>
  const call = callOfQuery(query)
  const named = typeof query['writeKey'] === 'string' ? query['writeKey'] : undefined
  const key = named ?? (call && keyOfBody(call))
  const source = key === undefined ? undefined : await receiver.writeKeys.find(key)
  if (!source) {
    receiver.metrics.eventsRejected.inc({ reason: 'unknown_source' })
    return
  }
  if (!call) return refuseUnreadable(receiver, source, 'data is not JSON in base64')
  const userAgent = request.headers['user-agent']
  const context = {
    ...(userAgent !== undefined && { userAgent }),
    ...membersOf(call['context']),
  }
  const bytes = Buffer.byteLength(request.url)
  const reception: Reception = {
    ...toReception(receiver, source, request, bytes),
    channel: 'browser',
  }
  await receiver.ingest.submit(accept({ ...call, context }, type, { source, reception }))
}
