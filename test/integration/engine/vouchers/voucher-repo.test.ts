import { describe, expect, it } from 'vitest'
import {
  findVouchersByCode,
  giftBalance,
  insertVoucherTransactions,
  lockVouchersByCode,
  saveRedeemed,
  type Voucher,
} from '../../../../src/engine/vouchers/index.ts'
import { inTransaction, type Tx } from '../../../../src/platform/db.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { waitFor } from '../../../support/wait-for.ts'

const t = useTestApp()
const reference = (code: string) => ({ projectId: t.keys.projectId, code })
const found = (voucher: Voucher | undefined): Voucher => {
  if (!voucher) throw new Error('no such voucher')
  return voucher
}
const lock = async (tx: Tx, code: string): Promise<Voucher> =>
  found((await lockVouchersByCode(tx, [reference(code)]))[0])

describe.each([
  ['findVouchersByCode', (codes: string[]) => findVouchersByCode(t.db, codes.map(reference))],
  [
    'lockVouchersByCode',
    (codes: string[]) => inTransaction(t.db, (tx) => lockVouchersByCode(tx, codes.map(reference))),
  ],
])('%s', (name, load) => {
  it('answers each reference at its place, one voucher being one object', async () => {
    const codes = ['A', 'B'].map((letter) => `${name}-${letter}`)
    const [idA] = await Promise.all(
      codes.map(async (code) => {
        const { body } = await t.call('POST', `/v1/vouchers/${code}`, { gift: { amount: 1 } })
        return body.id as string
      }),
    )
    const [a = '', b = ''] = codes
    const loaded = await load([b, a, 'NONE', b, idA ?? ''])
    expect(loaded.map((voucher) => voucher?.code)).toEqual([b, a, undefined, b, a])
    expect(loaded[3]).toBe(loaded[0])
    expect(loaded[4]).toBe(loaded[1])
    expect(await load([])).toEqual([])
  })

  it('takes a code that looks like an id for a code first', async () => {
    const { body } = await t.call('POST', '/v1/vouchers', { gift: { amount: 1 } })
    const { body: namesake } = await t.call('POST', `/v1/vouchers/${body.id}`, {
      gift: { amount: 2 },
    })
    expect((await load([body.id]))[0]?.id).toBe(namesake.id)
  })
})

describe('lockVouchersByCode under contention', () => {
  it.each(['id', 'code'] as const)(
    'by %s finds every voucher as a rival left it, also with many vouchers around (R-CONC-01)',
    async (by) => {
      // So many that PostgreSQL chooses other plans than for a handful.
      const { rows } = await t.db.pool.query<{ id: string; code: string }>(
        `insert into voucher (id, project_id, code, code_key, type, discount, created_at)
         select 'v_' || md5($1 || n), $2, $1 || n, $1 || n, 'DISCOUNT_VOUCHER', '{"type":"AMOUNT","amount_off":1}', now()
           from generate_series(1, 600) as n returning id, code`,
        [`crowd-${by}-`, t.keys.projectId],
      )
      await t.db.pool.query('analyze voucher')
      const three = rows.slice(0, 3)
      for (const { id } of three) {
        let waiting: Promise<(Voucher | undefined)[]> | undefined
        await inTransaction(t.db, async (rival) => {
          await lock(rival, id)
          const change = {
            redeemedQuantityDelta: 1,
            redeemedAmountDelta: 0,
            redeemedPointsDelta: 0,
          }
          saveRedeemed(rival, [{ voucherId: id, ...change }])
          const references = three.map((voucher) => reference(voucher[by]))
          waiting = inTransaction(t.db, (tx) => lockVouchersByCode(tx, references))
          await waitFor('the second lock', isSomebodyWaiting)
        })
        expect((await waiting)?.map((voucher) => voucher?.id)).toEqual(
          three.map((voucher) => voucher.id),
        )
      }
      const last = await inTransaction(t.db, (tx) =>
        lockVouchersByCode(
          tx,
          three.map((voucher) => reference(voucher[by])),
        ),
      )
      expect(last.map((voucher) => voucher?.redeemedQuantity)).toEqual([1, 1, 1])
    },
  )
})

async function isSomebodyWaiting(): Promise<boolean> {
  const { rows } = await t.db.pool.query(
    `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
  )
  return rows.length > 0
}

describe('saveRedeemed', () => {
  it('adds up several changes of one voucher, rollbacks included', async () => {
    await t.call('POST', '/v1/vouchers/COUNTED', { gift: { amount: 1000 } })
    await inTransaction(t.db, async (tx) => {
      const { id } = await lock(tx, 'COUNTED')
      saveRedeemed(tx, [
        {
          voucherId: id,
          redeemedQuantityDelta: 1,
          redeemedAmountDelta: 300,
          redeemedPointsDelta: 0,
        },
        {
          voucherId: id,
          redeemedQuantityDelta: 1,
          redeemedAmountDelta: 500,
          redeemedPointsDelta: 0,
        },
        {
          voucherId: id,
          redeemedQuantityDelta: -1,
          redeemedAmountDelta: -300,
          redeemedPointsDelta: 0,
        },
      ])
    })
    const { body } = await t.call('GET', '/v1/vouchers/COUNTED')
    expect(body.redemption).toMatchObject({ redeemed_quantity: 1, redeemed_amount: 500 })
    expect(body.gift.balance).toBe(500)
  })

  it('spends a balance no further than it goes with 64 rivals under the lock (R-CONC-02)', async () => {
    await t.call('POST', '/v1/vouchers/SPENT', { gift: { amount: 1000 } })
    const spend = () =>
      inTransaction(t.db, async (tx) => {
        const voucher = await lock(tx, 'SPENT')
        if (!voucher.gift || giftBalance(voucher.gift) < 300) return false
        saveRedeemed(tx, [
          {
            voucherId: voucher.id,
            redeemedQuantityDelta: 1,
            redeemedAmountDelta: 300,
            redeemedPointsDelta: 0,
          },
        ])
        return true
      })
    const outcomes = await Promise.all(Array.from({ length: 64 }, spend))
    expect(outcomes.filter(Boolean)).toHaveLength(3)
    expect((await t.call('GET', '/v1/vouchers/SPENT')).body.gift.balance).toBe(100)
  })

  it('is stopped by the database before a balance goes below zero, whoever forgot to look', async () => {
    await t.call('POST', '/v1/vouchers/GUARDED', { gift: { amount: 100 } })
    const overspent = inTransaction(t.db, async (tx) => {
      const { id } = await lock(tx, 'GUARDED')
      saveRedeemed(tx, [
        {
          voucherId: id,
          redeemedQuantityDelta: 1,
          redeemedAmountDelta: 101,
          redeemedPointsDelta: 0,
        },
      ])
    })
    await expect(overspent).rejects.toThrow('voucher_balance_kept')
  })
})

describe('insertVoucherTransactions', () => {
  it('writes the ledger in its order', async () => {
    const { body } = await t.call('POST', '/v1/vouchers', { gift: { amount: 100 } })
    const common = {
      projectId: t.keys.projectId,
      voucherId: body.id as string,
      campaignId: null,
      total: 100,
      redemptionId: 'r_1',
      orderId: 'ord_1',
      createdAt: t.clock.now(),
    }
    await inTransaction(t.db, (tx) =>
      insertVoucherTransactions(tx, [
        { ...common, type: 'CREDITS_REDEMPTION', amount: -40, balance: 60 },
        { ...common, type: 'CREDITS_REFUND', amount: 40, balance: 100 },
      ]),
    )
    const rows = await t.db.kysely
      .selectFrom('voucher_transaction')
      .select(['type', 'amount_minor', 'balance_minor', 'redemption_id'])
      .where('voucher_id', '=', body.id)
      .orderBy('id')
      .execute()
    expect(rows).toEqual([
      { type: 'CREDITS_REDEMPTION', amount_minor: -40, balance_minor: 60, redemption_id: 'r_1' },
      { type: 'CREDITS_REFUND', amount_minor: 40, balance_minor: 100, redemption_id: 'r_1' },
    ])
  })
})
