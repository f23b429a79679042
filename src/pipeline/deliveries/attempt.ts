import { STATUS_CODES } from 'node:http'
import type { Clock } from '../../platform/clock.ts'
import {
  HOPS_HEADER,
  type HttpRequest,
  type HttpResponse,
  NetworkError,
  type Send,
} from '../../platform/http/index.ts'
import type { Log } from '../../platform/log.ts'
import { type AttemptResult, decideRetry } from './decide-retry.ts'
import type { DeliveryResult } from './delivery.ts'

/** A request to a destination, and what is known of earlier attempts. */
export type Call = {
  request: HttpRequest
  messageId: string
  mappingId: string
  userKey: string
  attempts: number
  firstAttemptAt: Date | null
  /** How often the cause of the event has been through the loop (D-18). */
  hops: number
  /** How often it was sent anew after it had failed with an answer. */
  replays: number
}

export type AttemptDeps = { send: Send; clock: Clock; log: Log }

type Answered = {
  attempt: AttemptResult
  message: string | null
  response: HttpResponse | undefined
}

/**
 * Sends a call once and says what follows. Every attempt carries the same Idempotency-Key (D-09), so a
 * receiver that honours it acts once however often the call is sent; a replay of what it refused has another
 * one, or it would repeat its refusal. A call that an event of the loop caused
 * says so, and what our engine makes of it counts on from there (D-18).
 */
export async function attemptCall(
  { send, clock, log }: AttemptDeps,
  call: Call,
): Promise<{ result: DeliveryResult; pausesUntil: Date | undefined }> {
  const firstAttemptAt = call.firstAttemptAt ?? clock.now()
  const attempts = call.attempts + 1
  const { attempt, message, response } = await answerOf(send, call, log)
  const now = clock.now()
  const decision = decideRetry({
    result: attempt,
    attempts,
    firstAttemptAt,
    now,
    jitter: Math.random(),
  })
  const isPending = decision.outcome === 'pending'
  return {
    pausesUntil: isPending ? decision.pausesUntil : undefined,
    result: {
      outcome: decision.outcome,
      reason: decision.outcome === 'delivered' ? null : decision.reason,
      message: decision.outcome === 'delivered' ? null : message,
      status: response?.status ?? null,
      attempts,
      response: response?.body ?? null,
      firstAttemptAt,
      finishedAt: isPending ? null : now,
      nextAttemptAt: isPending ? decision.nextAttemptAt : null,
    },
  }
}

async function answerOf(send: Send, call: Call, log: Log): Promise<Answered> {
  const { request, messageId, mappingId, hops, replays } = call
  const headers = {
    ...request.headers,
    'idempotency-key': `${messageId}:${mappingId}${replays > 0 ? `:${replays}` : ''}`,
    ...(hops > 0 && { [HOPS_HEADER]: String(hops) }),
  }
  try {
    const response = await send({ ...request, headers })
    const { status } = response
    return {
      attempt: { kind: 'answer', status, retryAfter: response.headers['retry-after'] },
      message: `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd(),
      response,
    }
  } catch (error) {
    if (error instanceof NetworkError) {
      return {
        attempt: { kind: 'no-answer', code: error.code },
        message: error.message,
        response: undefined,
      }
    }
    log.error({ err: error, messageId, mappingId }, 'delivery attempt broke')
    return {
      attempt: { kind: 'unexpected' },
      message: error instanceof Error ? error.message : String(error),
      response: undefined,
    }
  }
}
