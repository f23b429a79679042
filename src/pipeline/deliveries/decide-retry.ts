import { LIMITS } from '../../platform/limits.ts'

/** What came of one attempt to send a call. */
export type AttemptResult =
  | { kind: 'answer'; status: number; retryAfter: string | undefined }
  /** No answer; `code` is `ETIMEDOUT`, `ECONNREFUSED`, … Whether the destination acted is unknown. */
  | { kind: 'no-answer'; code: string }
  /** Nothing was sent, and never would be; `reason` is a code of §7.2. */
  | { kind: 'refused'; reason: string }
  /** Neither an answer nor a failing network: something nobody foresaw, here or in the transport. */
  | { kind: 'unexpected' }

export type Attempt = {
  result: AttemptResult
  /** How many attempts were made, this one included. */
  attempts: number
  firstAttemptAt: Date
  now: Date
  /** Chance in [0, 1), drawn by the caller. */
  jitter: number
}

export type RetryDecision =
  | { outcome: 'delivered' }
  /** `pausesUntil`: nothing else should be sent to this destination before then. */
  | { outcome: 'pending'; reason: string; nextAttemptAt: Date; pausesUntil?: Date }
  | { outcome: 'failed'; reason: string }

const RETRIED_4XX = new Set([408, 423, 429])
const NAMES_ITS_WAIT = new Set([429, 503])
const NOT_IMPLEMENTED = 501
const TOO_MANY_REQUESTS = 429
const UNEXPECTED_ATTEMPTS_MAX = 3
/** `Retry-After: 0` would otherwise retry without a pause for the whole window. */
const RETRY_AFTER_MS_MIN = 1_000

/**
 * What follows from one attempt: delivered, another attempt at a time, or failed for good (pipeline §6.6,
 * §7.4). Codes of `reason` are those of §7.2. An attempt without an answer may have had its effect;
 * repeating it is safe because every call of one (event, mapping) carries the same Idempotency-Key (D-09).
 */
export function decideRetry(attempt: Attempt): RetryDecision {
  const { result } = attempt
  switch (result.kind) {
    case 'answer':
      return decideAnswer(attempt, result.status, result.retryAfter)
    case 'no-answer':
      // Our own guard refused the address (D-16): no later attempt would be allowed either.
      if (result.code === 'EPRIVATE') return discarded(result.code)
      return retryLater(attempt, result.code, backOffMs(attempt))
    case 'refused':
      return { outcome: 'failed', reason: result.reason }
    case 'unexpected':
      // perhaps a passing trouble, more likely a bug; a few attempts tell.
      if (attempt.attempts >= UNEXPECTED_ATTEMPTS_MAX) return discarded('INTERNAL')
      return retryLater(attempt, 'INTERNAL', backOffMs(attempt))
  }
}

function decideAnswer(
  attempt: Attempt,
  status: number,
  retryAfter: string | undefined,
): RetryDecision {
  if (status >= 200 && status < 300) return { outcome: 'delivered' }
  if (!isRetried(status)) return discarded(String(status))
  const named = NAMES_ITS_WAIT.has(status) ? parseRetryAfterMs(retryAfter, attempt.now) : undefined
  const decision = retryLater(attempt, String(status), named ?? backOffMs(attempt))
  if (status !== TOO_MANY_REQUESTS || named === undefined) return decision
  // §7.4.3: too many requests concerns the whole destination; its other calls wait without an attempt.
  return decision.outcome === 'pending'
    ? { ...decision, pausesUntil: decision.nextAttemptAt }
    : decision
}

const isRetried = (status: number): boolean =>
  RETRIED_4XX.has(status) || (status >= 500 && status !== NOT_IMPLEMENTED)

const discarded = (code: string): RetryDecision => ({
  outcome: 'failed',
  reason: `errors.discarded.${code}`,
})

function retryLater(attempt: Attempt, code: string, waitMs: number): RetryDecision {
  const nextAttemptAt = new Date(attempt.now.getTime() + waitMs)
  const windowEndMs = attempt.firstAttemptAt.getTime() + LIMITS.deliveryWindowMs
  if (nextAttemptAt.getTime() > windowEndMs) {
    return { outcome: 'failed', reason: `errors.expired.${code}` }
  }
  return { outcome: 'pending', reason: `errors.awaiting-retry.${code}`, nextAttemptAt }
}

/** §7.4.2: doubles from 10 s up to 20 min, of which chance takes away up to half. */
function backOffMs({ attempts, jitter }: Attempt): number {
  const fullMs = Math.min(
    LIMITS.deliveryRetryMs,
    LIMITS.deliveryRetryFirstMs * 2 ** Math.max(0, attempts - 1),
  )
  return Math.round(fullMs * (0.5 + jitter / 2))
}

/** Milliseconds named by a `Retry-After` in seconds or as a date, capped at 20 min; undefined when unreadable. */
function parseRetryAfterMs(text: string | undefined, now: Date): number | undefined {
  if (text === undefined) return undefined
  const trimmed = text.trim()
  const ms = /^\d+$/.test(trimmed) ? Number(trimmed) * 1_000 : Date.parse(trimmed) - now.getTime()
  if (Number.isNaN(ms)) return undefined
  return Math.min(LIMITS.deliveryRetryMs, Math.max(RETRY_AFTER_MS_MIN, ms))
}
