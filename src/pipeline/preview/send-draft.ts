import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../../kernel/json.ts'
import { monotonicMs } from '../../platform/clock.ts'
import {
  type HttpRequest,
  type HttpResponse,
  NetworkError,
  type Send,
} from '../../platform/http/index.ts'
import { LIMITS } from '../../platform/limits.ts'
import type { PerformAction } from '../destinations/index.ts'
import type { Draft, Preview } from './preview-mapping.ts'

/** What went out, and what came back. */
export type Tried = {
  /** The request; of an action that sends by itself its last. Null when none was made. */
  request: HttpRequest | null
  /** Null when nothing was sent. */
  response: {
    /** Null when no answer came. */
    status: number | null
    headers: Record<string, string>
    body: string | null
    /** Why no answer came, or what the action says of the answers it got; null when all went well. */
    error: string | null
    durationMs: number
  } | null
}

/** Sends what a draft makes of `event` once, whether its trigger holds or not. Nothing is recorded. */
export async function sendDraft(
  send: Send,
  { draft, preview, event }: { draft: Draft; preview: Preview; event: JsonObject },
): Promise<Tried> {
  const { action } = draft
  if (preview.request) return sendOnce(send, preview.request)
  if ('toRequest' in action || preview.refusal || preview.payload === null)
    return { request: null, response: null }
  const payload = preview.payload as JsonObject
  return perform(send, action, { draft, payload, event })
}

/** Under an Idempotency-Key that no delivery has. */
async function sendOnce(send: Send, request: HttpRequest): Promise<Tried> {
  const headers = { ...request.headers, 'idempotency-key': `test:${randomUUID()}` }
  const began = monotonicMs()
  const answer = await answerTo(send, { ...request, headers })
  const error = answer instanceof NetworkError ? answer.message : null
  return { request, response: { ...shown(answer), error, durationMs: since(began) } }
}

async function perform(
  send: Send,
  action: PerformAction,
  { draft, payload, event }: { draft: Draft; payload: JsonObject; event: JsonObject },
): Promise<Tried> {
  const began = monotonicMs()
  let request: HttpRequest | null = null
  let answer: HttpResponse | NetworkError | undefined
  const recording: Send = async (next) => {
    request = next
    answer = await answerTo(send, next)
    if (answer instanceof NetworkError) throw answer
    return answer
  }
  const performed = await action.perform(
    { payload, event },
    {
      send: recording,
      settings: draft.settings,
      mapping: draft.mapping,
      // A test changes nothing of the destination; the next delivery renews its token by itself.
      saveSettings: async () => undefined,
    },
  )
  const isDone = performed.kind === 'answer' && performed.status >= 200 && performed.status < 300
  const error = isDone ? null : performed.message
  return { request, response: { ...shown(answer), error, durationMs: since(began) } }
}

async function answerTo(send: Send, request: HttpRequest): Promise<HttpResponse | NetworkError> {
  try {
    return await send(request)
  } catch (error) {
    if (error instanceof NetworkError) return error
    throw error
  }
}

const since = (began: number): number => Math.round(monotonicMs() - began)

function shown(
  answer: HttpResponse | NetworkError | undefined,
): Pick<NonNullable<Tried['response']>, 'status' | 'headers' | 'body'> {
  if (!answer || answer instanceof NetworkError) return { status: null, headers: {}, body: null }
  const { status, headers, body } = answer
  return { status, headers, body: body.slice(0, LIMITS.storedResponseCharsMax) }
}
