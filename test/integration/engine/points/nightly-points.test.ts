import { afterEach, describe, expect, it } from 'vitest'
import { addPoints as addAll, addPendingPoints } from '../../../../src/engine/points/index.ts'
import { lockVouchersByCode } from '../../../../src/engine/vouchers/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { runNight } from '../../../support/nightly.ts'
import { useTestApp } from '../../../support/test-app.ts'
import {
  addPoints,
  announcedOf,
  balanceOf,
  cardOf,
  createProgram,
  expectRight,
  join,
  lotsOf,
  transactionsOf,
} from '../loyalties/support.ts'

const t = useTestApp()
afterEach(async () => {
  await expectRight(t)
  t.clock.set('2026-06-01T12:00:00Z')
  await t.db.pool.query('delete from nightly_run')
})

const until = (expiration_date: string) => ({ expiration_type: 'CUSTOM_DATE', expiration_date })

describe('points that expire', () => {
  it('leave their card at the beginning of the next day (L-63, L-69, programs scenario 52)', async () => {
    t.clock.set('2026-01-31T12:00:00Z')
    const program = await createProgram(t, {
      expiration_rules: { period_type: 'MONTH', period_value: 1 },
    })
    const code = await join(t, program)
    await addPoints(t, code, 70)
    await addPoints(t, code, 30, until('2026-12-31'))
    expect(await lotsOf(t, program, code)).toEqual([
      [70, '2026-02-28'],
      [30, '2026-12-31'],
    ])

    t.clock.set('2026-02-28T23:59:59Z')
    await runNight(t)
    expect(await balanceOf(t, code)).toBe(100)

    t.clock.set('2026-03-01T00:00:00Z')
    await runNight(t)
    expect((await cardOf(t, code)).loyalty_card).toMatchObject({
      points: 100,
      expired_points: 70,
      balance: 30,
      next_expiration_date: '2026-12-31',
      next_expiration_points: 30,
    })
    expect(await lotsOf(t, program, code)).toEqual([[30, '2026-12-31']])
    const [transaction] = await transactionsOf(t, code)
    expect(transaction).toMatchObject({
      type: 'POINTS_EXPIRATION',
      source: 'Automation',
      details: {
        balance: { points: -70, total: 100, balance: 30, operation_type: 'AUTOMATIC' },
      },
    })
    expect((await announcedOf(t, code)).slice(-3)).toEqual([
      'voucher.loyalty_card.transaction.created',
      'voucher.loyalty_card.points_expired',
      'customer.voucher.loyalty_card.points_expired',
    ])
    const { body } = await t.call('GET', `/v1/loyalties/members/${code}/activity?limit=1`)
    expect(body.data).toMatchObject([
      {
        type: 'customer.voucher.loyalty_card.points_expired',
        group_id: expect.stringMatching(/^w-/),
        data: {
          points: 70,
          buckets: [{ bucket: { total_points: 70 }, status: 'EXPIRED', expires_at: '2026-02-28' }],
          transaction: { type: 'POINTS_EXPIRATION' },
        },
      },
    ])
  })

  it('are those that are left; a lot that was spent ends in silence', async () => {
    const program = await createProgram(t)
    const code = await join(t, program)
    await addPoints(t, code, 10, until('2026-06-05'))
    await addPoints(t, code, 10, until('2026-06-06'))
    await addPoints(t, code, -14)
    t.clock.set('2026-06-06T00:00:00Z')
    await runNight(t)
    expect(await balanceOf(t, code)).toBe(6)
    t.clock.set('2026-06-09T00:00:00Z')
    await runNight(t)
    expect(await balanceOf(t, code)).toBe(0)
    expect((await transactionsOf(t, code)).map(({ type }: { type: string }) => type)).toEqual([
      'POINTS_EXPIRATION',
      'POINTS_REMOVAL',
      'POINTS_ADDITION',
      'POINTS_ADDITION',
    ])
    expect(await lotsOf(t, program, code)).toEqual([])
  })

  it('expire in parts, however many there are', async () => {
    const program = await createProgram(t)
    const code = await join(t, program)
    const { projectId } = t.keys
    const count = LIMITS.nightlyLotsPerPart + 100
    await inTransaction(t.db, async (tx) => {
      const [voucher] = await lockVouchersByCode(tx, [{ projectId, code }])
      if (!voucher) return
      const addition = { voucher, points: 1, type: 'POINTS_ACCRUAL' as const }
      await addAll(
        tx,
        Array.from({ length: count }, () => ({ ...addition, expiresAt: '2026-06-05' })),
        t.clock.now(),
      )
    })
    const others = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const other = await join(t, program)
        await addPoints(t, other, 5, until('2026-06-05'))
        return other
      }),
    )
    expect(await balanceOf(t, code)).toBe(count)
    t.clock.set('2026-06-06T00:00:00Z')
    await runNight(t)
    for (const each of [code, ...others]) expect(await balanceOf(t, each)).toBe(0)
  })

  it('are not taken twice when the card is spent from at that very moment (invariant 1)', async () => {
    const program = await createProgram(t)
    const cards = await Promise.all(Array.from({ length: 8 }, () => join(t, program)))
    for (const code of cards) {
      await addPoints(t, code, 10, until('2026-06-05'))
      await addPoints(t, code, 10)
    }
    t.clock.set('2026-06-06T00:00:00Z')
    const [answers] = await Promise.all([
      Promise.all(cards.flatMap((code) => [addPoints(t, code, -12), addPoints(t, code, -5)])),
      runNight(t),
      runNight(t),
    ])
    expect(answers.every(({ status }) => status === 200 || status === 400)).toBe(true)
    await runNight(t)
    for (const code of cards) expect(await balanceOf(t, code)).toBeLessThanOrEqual(10)
  })

  it('leave their own card, also where another voucher has its id as a code', async () => {
    const program = await createProgram(t)
    const code = await join(t, program)
    await addPoints(t, code, 10, until('2026-06-05'))
    const { id } = await cardOf(t, code)
    const other = await t.call('POST', `/v1/vouchers/${id}`, {
      type: 'DISCOUNT_VOUCHER',
      discount: { type: 'PERCENT', percent_off: 10 },
    })
    expect(other).toMatchObject({ status: 200, body: { code: id } })
    t.clock.set('2026-06-06T00:00:00Z')
    await runNight(t)
    expect(await balanceOf(t, code)).toBe(0)
  })

  it('end with a card in the bin, and nobody is told', async () => {
    const code = await join(t, await createProgram(t))
    await addPoints(t, code, 10, until('2026-06-05'))
    await t.call('DELETE', `/v1/vouchers/${code}`)
    t.clock.set('2026-06-06T00:00:00Z')
    await runNight(t)
    expect(await announcedOf(t, code)).not.toContain('voucher.loyalty_card.points_expired')
  })
})

describe('points that are pending', () => {
  it('come at the beginning of their day (L-40, L-66, programs scenario 50)', async () => {
    const program = await createProgram(t, {
      expiration_rules: { period_type: 'MONTH', period_value: 1 },
    })
    const code = await join(t, program)
    const { projectId, appId } = t.keys
    const call = { projectId, appId, groupId: 'v-1', channel: 'INTERNAL' as const }
    await inTransaction(t.db, async (tx) => {
      const [voucher] = await lockVouchersByCode(tx, [{ projectId, code }])
      if (!voucher) return
      const now = t.clock.now()
      const addition = { call: { ...call, now }, voucher, days: 1, orderId: null, details: {} }
      await addPendingPoints(tx, [
        { ...addition, points: 7 },
        { ...addition, points: 5, expirationRules: { period_type: 'MONTH', period_value: 2 } },
        { ...addition, points: 3, days: 2 },
      ])
    })
    await runNight(t)
    expect(await balanceOf(t, code)).toBe(0)
    t.clock.set('2026-06-02T00:00:00Z')
    await runNight(t)
    await runNight(t)
    expect((await cardOf(t, code)).loyalty_card).toMatchObject({ balance: 12, pending_points: 3 })
    // The rules of the earning rule go first, and the clock starts now (L-44, L-62).
    expect(await lotsOf(t, program, code)).toEqual([
      [7, '2026-07-02'],
      [5, '2026-08-02'],
    ])
    expect((await transactionsOf(t, code))[0]).toMatchObject({
      type: 'PENDING_POINTS_ACTIVATION',
      source: 'Automation',
      details: { balance: { operation_type: 'AUTOMATIC' } },
    })
  })
})
