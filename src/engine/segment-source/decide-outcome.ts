import { LIMITS } from '../../platform/limits.ts'

/** What came of one attempt to send a batch. */
export type AttemptResult =
  | { kind: 'answer'; status: number; retryAfter: string | undefined }
  /** No answer; `code` is `ETIMEDOUT`, `ECONNREFUSED`, … Whether the calls arrived is unknown. */
  | { kind: 'no-answer'; code: string }

export type Attempt = {
  result: AttemptResult
  /** How many attempts of this connection failed in a row before this one. */
  failures: number
  /** How many calls the batch has. */
  calls: number
  now: Date
}

/** Nothing more is sent before `nextAttemptAt`. */
export type Setback = {
  /** `retry`: a passing trouble. `hold`: the connection is failing until somebody mends it, here or there. */
  kind: 'retry' | 'hold'
  failure: string
  nextAttemptAt: Date
}

export type Outcome =
  | { kind: 'done' }
  /** The one call of the batch will never be accepted. */
  | { kind: 'drop'; reason: string }
  /** Something in the batch cannot be accepted: halves of it will tell what. */
  | { kind: 'split' }
  | Setback

/** Statuses that blame the calls. 413 is 400 for a body that a proxy finds too large. */
const BLAMES_CALLS = new Set([400, 413])
const RETRIED_4XX = new Set([408, 410, 429, 460])
const NOT_RETRIED_5XX = new Set([501, 505, 511])

/**
 * What follows from one attempt (engine-programs §17.4). Nothing that a later attempt could still bring
 * through is dropped: a connection that is refused holds its queue. Sending a batch again is safe, because
 * its calls keep their message ids (SO-3).
 */
export function decideOutcome({ result, failures, calls, now }: Attempt): Outcome {
  if (result.kind === 'no-answer') {
    // Our own guard refused the address (D-16): waiting alone changes nothing.
    return result.code === 'EPRIVATE' ? hold(result.code, now) : retry(result.code, failures, now)
  }
  const { status, retryAfter } = result
  if (status >= 200 && status < 300) return { kind: 'done' }
  if (BLAMES_CALLS.has(status)) {
    return calls === 1 ? { kind: 'drop', reason: String(status) } : { kind: 'split' }
  }
  if (!isRetried(status)) return hold(String(status), now)
  return retry(String(status), failures, now, parseRetryAfterMs(retryAfter, now))
}

const isRetried = (status: number): boolean =>
  RETRIED_4XX.has(status) || (status >= 500 && !NOT_RETRIED_5XX.has(status))

const hold = (failure: string, now: Date): Setback => ({
  kind: 'hold',
  failure,
  nextAttemptAt: new Date(now.getTime() + LIMITS.sourceRetryMs),
})

/** Doubles from 0.5 s up to 60 s, unless the receiver names a wait. */
function retry(failure: string, failures: number, now: Date, namedMs?: number): Setback {
  const backOffMs = Math.min(LIMITS.sourceRetryMs, LIMITS.sourceRetryFirstMs * 2 ** failures)
  return {
    kind: 'retry',
    failure,
    nextAttemptAt: new Date(now.getTime() + (namedMs ?? backOffMs)),
  }
}

/** Milliseconds named by a `Retry-After` in seconds or as a date, at most 5 min; undefined when unreadable. */
function parseRetryAfterMs(text: string | undefined, now: Date): number | undefined {
  if (text === undefined) return undefined
  const trimmed = text.trim()
  const ms = /^\d+$/.test(trimmed) ? Number(trimmed) * 1_000 : Date.parse(trimmed) - now.getTime()
  if (Number.isNaN(ms)) return undefined
  return Math.min(LIMITS.sourceRetryAfterMs, Math.max(LIMITS.sourceRetryFirstMs, ms))
}
