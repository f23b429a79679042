import { createHash } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { invariant } from '../../kernel/assert.ts'
import { inTransaction } from '../../platform/db.ts'
import {
  HOPS_HEADER,
  type HttpRequest,
  type HttpResponse,
  type InProcessDoor,
  NetworkError,
} from '../../platform/http/index.ts'
import {
  changeDestination,
  type PerformAction,
  type Performance,
  type Performed,
  type RefusedRequest,
} from '../destinations/index.ts'
import { type CompiledDestination, discardedReason } from '../process-batch/index.ts'
import type { AttemptDeps, Call } from './attempt.ts'
import type { AttemptResult } from './decide-retry.ts'

/** What came back for one call. */
export type Answered = {
  attempt: AttemptResult
  message: string | null
  response: (Pick<HttpResponse, 'status' | 'body'> & { requestId?: string | undefined }) | undefined
}

/**
 * Sends calls of one mapping that go together, or one that goes alone, and tells what came back for each of
 * them, in their order. Never throws: what nobody foresaw is an answer too.
 */
export async function answersOf(
  deps: AttemptDeps,
  destination: CompiledDestination,
  calls: readonly Call[],
): Promise<Answered[]> {
  const [first] = calls
  invariant(first, 'there is nothing to send')
  try {
    const { action } = first.mapping
    if (!('toRequest' in action)) return await perform(deps, { destination, action, calls })
    const request =
      first.request ??
      action.toBatchRequest?.(
        calls.map(({ payload }) => payload),
        destination.settings,
      )
    invariant(request, 'an action without batches has no request')
    const answer =
      'reason' in request
        ? refused(request)
        : await sendRequest(deps, withHeaders(request, idempotencyKeyOf(calls), hopsOf(calls)))
    return calls.map(() => answer)
  } catch (error) {
    return broken(deps, error, calls)
  }
}

/**
 * Sends calls that go alone all at once through a door of this process, and tells what came back for each of them, in
 * their order. Never throws, as above.
 */
export async function answersThrough(
  door: InProcessDoor,
  deps: AttemptDeps,
  calls: readonly Call[],
): Promise<Answered[]> {
  try {
    const answers = await door(calls.map(toOwnRequest))
    invariant(answers.length === calls.length, 'a door answers each request')
    return answers.map(toAnswer)
  } catch (error) {
    return broken(deps, error, calls)
  }
}

function toOwnRequest(call: Call): HttpRequest {
  invariant(call.request, 'only a call with a request of its own goes through a door')
  return withHeaders(call.request, keyOf(call), call.hops)
}

function broken({ log }: AttemptDeps, error: unknown, calls: readonly Call[]): Answered[] {
  const [first] = calls
  log.error(
    { err: error, messageId: first?.messageId, mappingId: first?.mapping.id },
    'delivery attempt broke',
  )
  const message = error instanceof Error ? error.message : String(error)
  return calls.map(() => ({ attempt: { kind: 'unexpected' }, message, response: undefined }))
}

async function sendRequest({ send }: AttemptDeps, request: HttpRequest): Promise<Answered> {
  try {
    return toAnswer(await send(request))
  } catch (error) {
    if (error instanceof NetworkError) return unanswered(error)
    throw error
  }
}

const toAnswer = ({ status, headers, body }: HttpResponse): Answered =>
  answered({
    status,
    body,
    retryAfter: headers['retry-after'],
    message: nameOf(status),
    requestId: headers['x-request-id'],
  })

/**
 * Every attempt carries the same Idempotency-Key (D-09), so a receiver that honours it acts once however often
 * the call is sent; a replay of what it refused has another one, or it would repeat its refusal. The key of a
 * batch is made of those of its calls. A call that an event of the loop caused says so, and what our engine
 * makes of it counts on from there (D-18).
 */
function withHeaders(request: HttpRequest, key: string, hops: number): HttpRequest {
  const { method, url, body, timeoutMs } = request
  const headers: Record<string, string> = {}
  for (const name in request.headers) headers[name] = request.headers[name] as string
  headers['idempotency-key'] = key
  if (hops > 0) headers[HOPS_HEADER] = String(hops)
  return { method, url, headers, body, timeoutMs }
}

function idempotencyKeyOf(calls: readonly Call[]): string {
  const [first] = calls
  invariant(first, 'there is nothing to send')
  if (!first.batch) return keyOf(first)
  const keys = calls.map(keyOf).join('\n')
  return `batch:${createHash('sha256').update(keys).digest('hex')}`
}

const keyOf = ({ messageId, mapping, replays }: Call): string =>
  replays > 0 ? `${messageId}:${mapping.id}:${replays}` : `${messageId}:${mapping.id}`

const hopsOf = (calls: readonly Call[]): number =>
  calls.reduce((most, { hops }) => Math.max(most, hops), 0)

/**
 * Lets the action send. Its requests carry no Idempotency-Key: they may be several, and whether one of a later
 * attempt repeats one of an earlier is known to nobody.
 */
async function perform(
  deps: AttemptDeps,
  {
    destination,
    action,
    calls,
  }: { destination: CompiledDestination; action: PerformAction; calls: readonly Call[] },
): Promise<Answered[]> {
  const [first] = calls
  invariant(first, 'there is nothing to perform')
  const performance = performanceOf(deps, destination, calls)
  if (!first.batch) return [toAnswered(await action.perform(first, performance))]
  const performed = await action.performBatch?.(calls, performance)
  invariant(performed?.length === calls.length, 'an action answers each call of its batch')
  return performed.map(toAnswered)
}

function performanceOf(
  { send, db, vault, clock }: AttemptDeps,
  { id, projectId, settings }: CompiledDestination,
  calls: readonly Call[],
): Performance {
  const hops = hopsOf(calls)
  const ofLoop = hops > 0 && { [HOPS_HEADER]: String(hops) }
  return {
    send: (request) => send({ ...request, headers: { ...request.headers, ...ofLoop } }),
    settings,
    mapping: calls[0]?.mapping.mapping ?? {},
    saveSettings: async (changes) => {
      await inTransaction(db, (tx) =>
        changeDestination(tx, { projectId, id }, { settings: changes, vault, now: clock.now() }),
      )
    },
  }
}

function toAnswered(performed: Performed): Answered {
  switch (performed.kind) {
    case 'answer':
      return answered(performed)
    case 'no-answer':
      return unanswered(performed)
    case 'refused':
      return refused(performed)
  }
}

const answered = ({
  status,
  message,
  body,
  retryAfter,
  requestId,
}: Omit<Extract<Performed, { kind: 'answer' }>, 'kind'>): Answered => ({
  attempt: { kind: 'answer', status, retryAfter },
  message,
  response: { status, body: body ?? '', requestId },
})

const unanswered = ({ code, message }: { code: string; message: string }): Answered => ({
  attempt: { kind: 'no-answer', code },
  message,
  response: undefined,
})

const refused = (refusal: RefusedRequest): Answered => ({
  attempt: { kind: 'refused', reason: discardedReason(refusal) },
  message: refusal.message,
  response: undefined,
})

const nameOf = (status: number): string => `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd()
