import { LIMITS } from '../../platform/limits.ts'
import type { AttemptResult, DisabledReason, Health } from './webhook.ts'

export type Attempt = {
  result: AttemptResult
  /** How many attempts of this message there were, this one included. */
  attempts: number
  now: Date
  /** A number from 0 to 1 that spreads retries. */
  chance: number
}

export type AttemptOutcome =
  | { kind: 'delivered' }
  | { kind: 'retry'; failure: string; nextAttemptAt: Date }
  /** No further attempt. `isGone`: the endpoint says that it is no more. */
  | { kind: 'failed'; failure: string; isGone: boolean }

const MINUTE_MS = 60_000
/** Doubled from one minute, at last a day (WH-2). */
const RETRY_DELAYS_MS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 1_440].map(
  (minutes) => minutes * MINUTE_MS,
)
/** How far a delay strays, up and down, so that what failed together does not come back together. */
const JITTER = 0.1
const GONE = 410

/** What follows from one attempt (WH-2): any 2xx is delivered, all else is tried again, twelve times. */
export function decideAttempt({ result, attempts, now, chance }: Attempt): AttemptOutcome {
  if (result.kind === 'answer' && result.status >= 200 && result.status < 300) {
    return { kind: 'delivered' }
  }
  const failure = result.kind === 'answer' ? String(result.status) : result.code
  const isGone = result.kind === 'answer' && result.status === GONE
  const delayMs = RETRY_DELAYS_MS[attempts - 1]
  if (isGone || delayMs === undefined) return { kind: 'failed', failure, isGone }

  const spreadMs = delayMs * (1 - JITTER + 2 * JITTER * chance)
  const namedMs = result.kind === 'answer' ? parseRetryAfterMs(result.retryAfter, now) : 0
  const waitMs = Math.round(Math.max(spreadMs, namedMs))
  return { kind: 'retry', failure, nextAttemptAt: new Date(now.getTime() + waitMs) }
}

/** Milliseconds named by a `Retry-After` in seconds or as a date, at most a day; 0 when unreadable. */
function parseRetryAfterMs(text: string | undefined, now: Date): number {
  const trimmed = text?.trim() ?? ''
  const ms = /^\d+$/.test(trimmed) ? Number(trimmed) * 1_000 : Date.parse(trimmed) - now.getTime()
  return Number.isNaN(ms) ? 0 : Math.min(LIMITS.webhookRetryAfterMs, Math.max(0, ms))
}

/** One round of an endpoint: what came of each of the messages that were tried side by side. */
export type Round = {
  before: Health
  tried: readonly { outcome: AttemptOutcome; createdAt: Date }[]
  now: Date
}

export type RoundOutcome = { health: Health; disabledReason: DisabledReason | null }

/**
 * How an endpoint fares after a round. One that takes nothing is left alone for a while, doubled from a second,
 * and then tried with a single message. It is disabled when it is gone, or when a message was tried for the
 * last time and nothing has got through since that message was made (WH-2).
 */
export function decideRound({ before, tried, now }: Round): RoundOutcome {
  const outcomes = tried.map(({ outcome }) => outcome)
  if (outcomes.some((outcome) => outcome.kind === 'failed' && outcome.isGone)) {
    return { health: toFailing(before, outcomes, now), disabledReason: 'gone' }
  }
  if (outcomes.some(({ kind }) => kind === 'delivered')) {
    const health = { failures: 0, lastFailure: null, lastSuccessAt: now, nextAttemptAt: null }
    return { health, disabledReason: null }
  }
  if (outcomes.length === 0) return { health: before, disabledReason: null }
  const lastSuccessMs = before.lastSuccessAt?.getTime() ?? 0
  const isFailing = tried.some(
    ({ outcome, createdAt }) => outcome.kind === 'failed' && createdAt.getTime() > lastSuccessMs,
  )
  return {
    health: toFailing(before, outcomes, now),
    disabledReason: isFailing ? 'failing' : null,
  }
}

function toFailing(before: Health, outcomes: readonly AttemptOutcome[], now: Date): Health {
  const pauseMs = Math.min(
    LIMITS.webhookPauseMs,
    LIMITS.webhookPauseFirstMs * 2 ** Math.min(before.failures, 20),
  )
  const failures = outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : []))
  return {
    failures: before.failures + 1,
    lastFailure: failures.at(-1) ?? before.lastFailure,
    lastSuccessAt: before.lastSuccessAt,
    nextAttemptAt: new Date(now.getTime() + pauseMs),
  }
}
