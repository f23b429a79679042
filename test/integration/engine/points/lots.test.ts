import { afterEach, describe, expect, it } from 'vitest'
import {
  addPoints as addAll,
  checkPoints,
  isMoved,
  refundLots,
  spendLots,
  takePoints,
} from '../../../../src/engine/points/index.ts'
import {
  insertVoucherTransactions,
  lockVouchersByCode,
  saveRedeemed,
  type Voucher,
} from '../../../../src/engine/vouchers/index.ts'
import { inTransaction, type Tx } from '../../../../src/platform/db.ts'
import { runNight } from '../../../support/nightly.ts'
import { useTestApp } from '../../../support/test-app.ts'
import {
  addPoints,
  balanceOf,
  cardOf,
  createProgram,
  expectRight,
  join,
  lotsOf,
} from '../loyalties/support.ts'

const t = useTestApp()
afterEach(() => {
  t.clock.set('2026-06-01T12:00:00Z')
})

const until = (expiration_date: string) => ({ expiration_type: 'CUSTOM_DATE', expiration_date })

function withCard<T>(code: string, work: (tx: Tx, card: Voucher) => Promise<T> | T): Promise<T> {
  const { projectId } = t.keys
  return inTransaction(t.db, async (tx) => {
    const [card] = await lockVouchersByCode(tx, [{ projectId, code }])
    if (!card) throw new Error(`no card ${code}`)
    return work(tx, card)
  })
}

/** What redemptions do to their cards, and with a negative number of points what rollbacks do. */
const redeem = (code: string, ...redemptions: { id: string; points: number }[]) =>
  withCard(code, async (tx, card) => {
    let {
      redeemedPoints = 0,
      points = 0,
      subtractedPoints = 0,
      expiredPoints = 0,
    } = card.loyaltyCard ?? {}
    saveRedeemed(
      tx,
      redemptions.map((one) => ({
        voucherId: card.id,
        redeemedQuantityDelta: Math.sign(one.points),
        redeemedAmountDelta: 0,
        redeemedPointsDelta: one.points,
      })),
    )
    const transactions = insertVoucherTransactions(
      tx,
      redemptions.map((one) => {
        redeemedPoints += one.points
        return {
          projectId: card.projectId,
          voucherId: card.id,
          campaignId: card.campaignId,
          type: one.points > 0 ? ('POINTS_REDEMPTION' as const) : ('POINTS_REFUND' as const),
          amount: -one.points,
          balance: points - subtractedPoints - expiredPoints - redeemedPoints,
          total: points - subtractedPoints,
          redemptionId: one.points > 0 ? one.id : `rr_${one.id}`,
          orderId: null,
          createdAt: t.clock.now(),
        }
      }),
    )
    spendLots(tx, transactions)
    await refundLots(
      tx,
      redemptions
        .filter((one) => one.points < 0)
        .map((one) => ({ voucher: card, redemptionId: one.id, points: -one.points })),
      t.clock.now(),
    )
  })

describe('lots', () => {
  it('give to several redemptions at once what each one takes (L-64)', async () => {
    const program = await createProgram(t)
    const code = await join(t, program)
    await addPoints(t, code, 10, until('2026-07-01'))
    await addPoints(t, code, 10, until('2026-08-01'))
    await addPoints(t, code, 10)
    await redeem(
      code,
      { id: 'r_a1', points: 6 },
      { id: 'r_a2', points: 8 },
      { id: 'r_a3', points: 9 },
    )
    expect(await lotsOf(t, program, code)).toEqual([
      [0, '2026-07-01'],
      [0, '2026-08-01'],
      [7, null],
    ])
    const { rows } = await t.db.pool.query(
      `select redemption_id as id, movement.points::int, expires_at from points_bucket_movement movement
         join voucher_transaction line on line.id = movement.transaction_id
         join points_bucket bucket on bucket.id = movement.bucket_id
        order by redemption_id, expires_at`,
    )
    expect(rows).toEqual([
      { id: 'r_a1', points: 6, expires_at: '2026-07-01' },
      { id: 'r_a2', points: 4, expires_at: '2026-07-01' },
      { id: 'r_a2', points: 4, expires_at: '2026-08-01' },
      { id: 'r_a3', points: 6, expires_at: '2026-08-01' },
      { id: 'r_a3', points: 3, expires_at: null },
    ])
    await expectRight(t)
  })

  it('get back what a redemption took from them (L-68)', async () => {
    const program = await createProgram(t)
    const code = await join(t, program)
    await addPoints(t, code, 10, until('2026-07-01'))
    await addPoints(t, code, 10)
    await redeem(code, { id: 'r_b1', points: 14 })
    await redeem(code, { id: 'r_b1', points: -14 })
    expect(await lotsOf(t, program, code)).toEqual([
      [10, '2026-07-01'],
      [10, null],
    ])
    expect((await cardOf(t, code)).loyalty_card).toMatchObject({
      balance: 20,
      next_expiration_date: '2026-07-01',
      next_expiration_points: 10,
    })
    await expectRight(t)
  })

  it('are followed by a new one for what has expired meanwhile (L-68)', async () => {
    const program = await createProgram(t, {
      expiration_rules: { period_type: 'MONTH', period_value: 1 },
    })
    const code = await join(t, program)
    await addPoints(t, code, 10, until('2026-06-10'))
    await addPoints(t, code, 10, until('2026-12-31'))
    await redeem(code, { id: 'r_c1', points: 14 })
    t.clock.set('2026-06-20T00:00:00Z')
    await runNight(t)
    await redeem(code, { id: 'r_c1', points: -14 })
    expect(await lotsOf(t, program, code)).toEqual([
      [10, '2026-07-20'],
      [10, '2026-12-31'],
    ])
    expect(await balanceOf(t, code)).toBe(20)
    await expectRight(t)
  })

  it('are made of what is on a card before anything moves, also where nobody opened it', async () => {
    const program = await createProgram(t, { points: 40 })
    const code = await join(t, program)
    await t.db.pool.query(
      'delete from points_bucket where voucher_id = (select id from voucher where code = $1)',
      [code],
    )
    expect(await checkPoints(t.db, t.keys.projectId)).toMatchObject([
      { code, balance: 40, ofLedger: 40, ofLots: 0 },
    ])
    await addPoints(t, code, -15)
    expect(await lotsOf(t, program, code)).toEqual([[25, null]])
    await expectRight(t)
  })

  it('are told wrong by the check when somebody changes a number past them', async () => {
    const code = await join(t, await createProgram(t, { points: 40 }))
    await addPoints(t, code, 2)
    await t.db.pool.query('update voucher set points = points + 1 where code = $1', [code])
    expect(await checkPoints(t.db, t.keys.projectId)).toMatchObject([
      { code, balance: 43, ofLedger: 42, ofLots: 42 },
    ])
    await t.db.pool.query('update voucher set points = points - 1 where code = $1', [code])
    await expectRight(t)
  })
})

describe('a batch of movements', () => {
  it('sees on one card what came before, and refuses what is not there', async () => {
    const code = await join(t, await createProgram(t, { points: 10 }))
    const results = await withCard(code, async (tx, voucher) => {
      await addAll(
        tx,
        [
          { voucher, points: 5, type: 'POINTS_ACCRUAL' },
          { voucher, points: 7, type: 'POINTS_ACCRUAL', details: { event: { id: 'evcus_1' } } },
        ],
        t.clock.now(),
      )
      const [again] = await lockVouchersByCode(tx, [{ projectId: voucher.projectId, code }])
      const removal = { voucher: again ?? voucher, type: 'POINTS_REMOVAL' as const }
      const points = [20, 3, 2]
      return takePoints(
        tx,
        points.map((one) => ({ ...removal, points: one })),
        t.clock.now(),
      )
    })
    expect(
      results.map((result) => (isMoved(result) ? result.transaction.balance : result.balance)),
    ).toEqual([2, 2, 0])
    expect(results.map(isMoved)).toEqual([true, false, true])
    expect(await balanceOf(t, code)).toBe(0)
    await expectRight(t)
  })
})
