import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../platform/limits.ts'
import { type AttemptOutcome, decideAttempt, decideRound } from './decide-attempt.ts'
import type { AttemptResult, Health } from './webhook.ts'

const NOW = new Date('2026-06-01T12:00:00.000Z')
const later = (ms: number): Date => new Date(NOW.getTime() + ms)
const MINUTE = 60_000

const answer = (status: number, retryAfter?: string): AttemptResult => ({
  kind: 'answer',
  status,
  retryAfter,
  body: '',
})
const decide = (result: AttemptResult, attempts = 1, chance = 0.5) =>
  decideAttempt({ result, attempts, now: NOW, chance })
const waitMs = (outcome: AttemptOutcome): number =>
  outcome.kind === 'retry' ? outcome.nextAttemptAt.getTime() - NOW.getTime() : Number.NaN

describe('decideAttempt (WH-2)', () => {
  it.each([200, 201, 202, 204, 299])('takes %i as delivered', (status) => {
    expect(decide(answer(status))).toEqual({ kind: 'delivered' })
  })

  it.each([301, 302, 400, 401, 404, 422, 429, 500, 503])('tries again after %i', (status) => {
    expect(decide(answer(status))).toEqual({
      kind: 'retry',
      failure: String(status),
      nextAttemptAt: later(MINUTE),
    })
  })

  it.each(['ETIMEDOUT', 'ECONNREFUSED', 'EPRIVATE'])('tries again after %s', (code) => {
    expect(decide({ kind: 'no-answer', code })).toMatchObject({ kind: 'retry', failure: code })
  })

  it('waits 1, 2, 4, … 1024 minutes and at last a day, then gives up', () => {
    const waits = Array.from({ length: 12 }, (_, index) => waitMs(decide(answer(500), index + 1)))
    expect(waits).toEqual(
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024, 1_440].map((minutes) => minutes * MINUTE),
    )
    expect(decide(answer(500), 13)).toEqual({ kind: 'failed', failure: '500', isGone: false })
  })

  it('strays from that by a tenth at most', () => {
    expect(waitMs(decide(answer(500), 1, 0))).toBe(0.9 * MINUTE)
    expect(waitMs(decide(answer(500), 1, 1))).toBe(1.1 * MINUTE)
  })

  it.each([
    ['120', 2 * MINUTE],
    ['Mon, 01 Jun 2026 13:00:00 GMT', 60 * MINUTE],
    ['10', MINUTE],
    ['soon', MINUTE],
    ['99999999', LIMITS.webhookRetryAfterMs],
  ])('waits at least as long as Retry-After: %s', (retryAfter, ms) => {
    expect(waitMs(decide(answer(503, retryAfter)))).toBe(ms)
  })

  it('takes 410 as the last word', () => {
    expect(decide(answer(410))).toEqual({ kind: 'failed', failure: '410', isGone: true })
  })
})

describe('decideRound', () => {
  const HEALTHY: Health = {
    failures: 0,
    lastFailure: null,
    lastSuccessAt: null,
    nextAttemptAt: null,
  }
  const retry: AttemptOutcome = { kind: 'retry', failure: '500', nextAttemptAt: later(MINUTE) }
  const lastTry: AttemptOutcome = { kind: 'failed', failure: '500', isGone: false }
  const round = (outcomes: AttemptOutcome[], before = HEALTHY, createdAt = NOW) =>
    decideRound({ before, tried: outcomes.map((outcome) => ({ outcome, createdAt })), now: NOW })

  it('calls an endpoint well as soon as something got through', () => {
    const before = { ...HEALTHY, failures: 7, lastFailure: '500' }
    expect(round([retry, { kind: 'delivered' }], before)).toEqual({
      health: { failures: 0, lastFailure: null, lastSuccessAt: NOW, nextAttemptAt: null },
      disabledReason: null,
    })
  })

  it('leaves an endpoint that takes nothing alone, longer each time up to half a minute', () => {
    const pauses = [0, 1, 2, 4, 5, 100, 10_000].map((failures) => {
      const { health } = round([retry], { ...HEALTHY, failures })
      expect(health.failures).toBe(failures + 1)
      return (health.nextAttemptAt?.getTime() ?? 0) - NOW.getTime()
    })
    expect(pauses).toEqual([1_000, 2_000, 4_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('disables an endpoint when a last try fails and nothing got through meanwhile', () => {
    expect(round([lastTry])).toMatchObject({ disabledReason: 'failing' })
    const lastSuccessAt = later(-1)
    expect(round([lastTry], { ...HEALTHY, lastSuccessAt })).toMatchObject({
      disabledReason: 'failing',
    })
  })

  it('keeps an endpoint that takes everything but one message', () => {
    const before = { ...HEALTHY, lastSuccessAt: later(1) }
    expect(round([lastTry], before)).toMatchObject({ disabledReason: null })
    expect(round([lastTry, { kind: 'delivered' }])).toMatchObject({ disabledReason: null })
  })

  it('disables an endpoint that is gone at once', () => {
    const gone: AttemptOutcome = { kind: 'failed', failure: '410', isGone: true }
    expect(round([{ kind: 'delivered' }, gone])).toMatchObject({ disabledReason: 'gone' })
  })

  it('says nothing of an endpoint that nothing was sent to', () => {
    const before = { ...HEALTHY, failures: 3, lastFailure: '500' }
    expect(round([], before)).toEqual({ health: before, disabledReason: null })
  })
})
