import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../platform/limits.ts'
import { type Attempt, type AttemptResult, decideRetry } from './decide-retry.ts'

const NOW = new Date('2026-06-01T12:00:00.000Z')
const later = (ms: number): Date => new Date(NOW.getTime() + ms)

const answer = (status: number, retryAfter?: string): AttemptResult => ({
  kind: 'answer',
  status,
  retryAfter,
})
const anAttempt = (result: AttemptResult, rest: Partial<Attempt> = {}): Attempt => ({
  result,
  attempts: 1,
  firstAttemptAt: NOW,
  now: NOW,
  jitter: 0,
  ...rest,
})

describe('decideRetry', () => {
  it.each([200, 201, 202, 204, 299])('counts %i as delivered (§6.6)', (status) => {
    expect(decideRetry(anAttempt(answer(status)))).toEqual({ outcome: 'delivered' })
  })

  it.each([301, 302, 304, 307, 400, 401, 403, 404, 409, 410, 422, 499, 501])(
    'gives up on %i at once (§6.6)',
    (status) => {
      expect(decideRetry(anAttempt(answer(status)))).toEqual({
        outcome: 'failed',
        reason: `errors.discarded.${status}`,
      })
    },
  )

  it.each([408, 423, 429, 500, 502, 503, 504, 505, 511, 529, 598, 599])(
    'tries again after %i (§6.6)',
    (status) => {
      expect(decideRetry(anAttempt(answer(status)))).toMatchObject({
        outcome: 'pending',
        reason: `errors.awaiting-retry.${status}`,
      })
    },
  )

  it.each(['ETIMEDOUT', 'ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET'])(
    'tries again after no answer with %s (§6.6)',
    (code) => {
      expect(decideRetry(anAttempt({ kind: 'no-answer', code }))).toMatchObject({
        outcome: 'pending',
        reason: `errors.awaiting-retry.${code}`,
      })
    },
  )

  it('gives up at once on an address that our guard refuses (D-16)', () => {
    expect(decideRetry(anAttempt({ kind: 'no-answer', code: 'EPRIVATE' }))).toEqual({
      outcome: 'failed',
      reason: 'errors.discarded.EPRIVATE',
    })
  })

  it('tries an unexpected error three times, then gives up (A-14)', () => {
    const outcomes = [1, 2, 3].map(
      (attempts) => decideRetry(anAttempt({ kind: 'unexpected' }, { attempts })).outcome,
    )
    expect(outcomes).toEqual(['pending', 'pending', 'failed'])
  })

  it('waits 10 s, doubled with each attempt up to 20 min (§7.4.2)', () => {
    const waits = [1, 2, 3, 4, 7, 8, 9, 60].map((attempts) => {
      const decision = decideRetry(anAttempt(answer(500), { attempts, jitter: 1 }))
      return decision.outcome === 'pending' && decision.nextAttemptAt.getTime() - NOW.getTime()
    })
    expect(waits).toEqual([
      10_000, 20_000, 40_000, 80_000, 640_000, 1_200_000, 1_200_000, 1_200_000,
    ])
  })

  it('takes away half of the wait at most (§7.4.2)', () => {
    const decision = decideRetry(anAttempt(answer(500), { attempts: 3, jitter: 0 }))
    expect(decision).toMatchObject({ nextAttemptAt: later(20_000) })
  })

  it.each([
    ['7', 7_000],
    ['0', 1_000],
    ['86400', 20 * 60_000],
    ['Mon, 01 Jun 2026 12:00:30 GMT', 30_000],
    ['Mon, 01 Jun 2026 11:00:00 GMT', 1_000],
  ])('lets Retry-After %s name the wait of a 429 or 503, up to 20 min (§7.4.3)', (text, waitMs) => {
    for (const status of [429, 503]) {
      expect(decideRetry(anAttempt(answer(status, text), { attempts: 5 }))).toMatchObject({
        nextAttemptAt: later(waitMs),
      })
    }
  })

  it('ignores a Retry-After that it cannot read, or of another status (§7.4.3)', () => {
    expect(decideRetry(anAttempt(answer(429, 'soon')))).toMatchObject({
      nextAttemptAt: later(5_000),
    })
    expect(decideRetry(anAttempt(answer(500, '7')))).toMatchObject({ nextAttemptAt: later(5_000) })
  })

  it('pauses the whole destination only for a 429 that names its wait (§7.4.3)', () => {
    expect(decideRetry(anAttempt(answer(429, '7')))).toMatchObject({ pausesUntil: later(7_000) })
    expect(decideRetry(anAttempt(answer(429)))).not.toHaveProperty('pausesUntil')
    expect(decideRetry(anAttempt(answer(503, '7')))).not.toHaveProperty('pausesUntil')
  })

  it('ends when the next attempt would lie beyond 4 h after the first (§7.1, §7.4.2)', () => {
    const atTheEnd = { firstAttemptAt: later(10_000 - LIMITS.deliveryWindowMs), jitter: 1 }
    expect(decideRetry(anAttempt(answer(500), atTheEnd)).outcome).toBe('pending')
    const beyond = { firstAttemptAt: later(9_999 - LIMITS.deliveryWindowMs), jitter: 1 }
    expect(decideRetry(anAttempt(answer(500), beyond))).toEqual({
      outcome: 'failed',
      reason: 'errors.expired.500',
    })
  })

  it('makes 18 to 30 attempts of a destination that stays down (§7.4.2)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 40 }),
        (chance) => {
          let now = NOW
          let attempts = 0
          for (;;) {
            attempts += 1
            const jitter = chance[attempts % chance.length] ?? 0
            const decision = decideRetry({
              result: answer(503),
              attempts,
              firstAttemptAt: NOW,
              now,
              jitter,
            })
            if (decision.outcome !== 'pending') break
            now = decision.nextAttemptAt
          }
          expect(now.getTime() - NOW.getTime()).toBeLessThanOrEqual(LIMITS.deliveryWindowMs)
          expect(attempts).toBeGreaterThanOrEqual(18)
          expect(attempts).toBeLessThanOrEqual(30)
        },
      ),
    )
  })
})
