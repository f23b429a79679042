import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../platform/limits.ts'
import { type Attempt, type AttemptResult, decideOutcome } from './decide-outcome.ts'

const NOW = new Date('2026-06-01T12:00:00.000Z')
const later = (ms: number): Date => new Date(NOW.getTime() + ms)

const answer = (status: number, retryAfter?: string): AttemptResult => ({
  kind: 'answer',
  status,
  retryAfter,
})
const decide = (result: AttemptResult, rest: Partial<Attempt> = {}) =>
  decideOutcome({ result, failures: 0, calls: 15, now: NOW, ...rest })

describe('decideOutcome (§17.4)', () => {
  it.each([200, 201, 202, 204])('is done after %i', (status) => {
    expect(decide(answer(status))).toEqual({ kind: 'done' })
  })

  it.each([400, 413])('looks for the call at fault after %i, and drops it alone', (status) => {
    expect(decide(answer(status))).toEqual({ kind: 'split' })
    expect(decide(answer(status), { calls: 2 })).toEqual({ kind: 'split' })
    expect(decide(answer(status), { calls: 1 })).toEqual({ kind: 'drop', reason: String(status) })
  })

  it.each([301, 302, 401, 402, 403, 404, 405, 409, 422, 501, 505, 511])(
    'holds the queue after %i, drops nothing, and looks again in a minute',
    (status) => {
      const hold = { kind: 'hold', failure: String(status), nextAttemptAt: later(60_000) }
      expect(decide(answer(status))).toEqual(hold)
      expect(decide(answer(status), { calls: 1, failures: 20 })).toEqual(hold)
    },
  )

  it.each([408, 410, 429, 460, 500, 502, 503, 504, 520, 529, 599])('retries after %i', (status) => {
    expect(decide(answer(status))).toEqual({
      kind: 'retry',
      failure: String(status),
      nextAttemptAt: later(500),
    })
  })

  it.each(['ETIMEDOUT', 'ECONNREFUSED', 'ENOTFOUND', 'UNEXPECTED'])(
    'retries after no answer with %s',
    (code) => {
      expect(decide({ kind: 'no-answer', code })).toMatchObject({ kind: 'retry', failure: code })
    },
  )

  it('holds when our own guard refuses the address (D-16)', () => {
    expect(decide({ kind: 'no-answer', code: 'EPRIVATE' })).toMatchObject({ kind: 'hold' })
  })

  it('waits 0.5 s, doubled with each failure up to 60 s, for ever', () => {
    const waits = [0, 1, 2, 3, 6, 7, 8, 100, 10_000].map((failures) => {
      const outcome = decide(answer(503), { failures })
      return outcome.kind === 'retry' && outcome.nextAttemptAt.getTime() - NOW.getTime()
    })
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000, 60_000])
  })

  it.each([
    ['2', 2_000],
    [' 120 ', 120_000],
    ['0', 500],
    ['86400', LIMITS.sourceRetryAfterMs],
    ['Mon, 01 Jun 2026 12:00:30 GMT', 30_000],
    ['Mon, 01 Jun 2026 11:00:00 GMT', 500],
    ['soon', 4_000],
  ])('waits as Retry-After %j says, at most 5 min (programs scenario 104)', (text, waitMs) => {
    for (const status of [429, 503]) {
      expect(decide(answer(status, text), { failures: 3 })).toMatchObject({
        kind: 'retry',
        nextAttemptAt: later(waitMs),
      })
    }
  })
})
