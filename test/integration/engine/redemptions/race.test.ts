import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { useSecondProcess } from './second-process.ts'
import {
  announced,
  createGiftCard,
  createVoucher,
  inParallel,
  PARALLEL,
  redeeming,
  tally,
} from './support.ts'

/*
 * What these tests guard: the row lock of `lockVouchersByCode` (`for update of voucher`), which makes rivals of other
 * batches and other processes see what is left. Without it the constraints `voucher_quantity_kept` and
 * `voucher_balance_kept` still hold, and a batch that they undid is run again one by one: these tests fail when both
 * are gone, those of voucher-repo.test.ts when the lock alone is. Rollbacks are guarded by that lock, where there is no
 * voucher by `lockFamily`, and at last by `redemption_rolled_back_once`.
 */
const t = useTestApp()
const { post } = useSecondProcess(t)

const voucherNow = async (code: string) => (await t.call('GET', `/v1/vouchers/${code}`)).body

describe('parallel redemptions', () => {
  it('of a voucher with three uses give exactly three (R-CONC-01, R-RED-06)', async () => {
    const code = await createVoucher(t, { redemption: { quantity: 3 } })
    const answers = await inParallel(PARALLEL, () =>
      t.call('POST', '/v1/redemptions', redeeming(code)),
    )
    expect(tally(answers)).toEqual({ granted: 3, quantity_exceeded: PARALLEL - 3 })
    expect((await voucherNow(code)).redemption.redeemed_quantity).toBe(3)
    expect(tallyOf(await announced(t, code))).toEqual({
      'redemption.succeeded': 3,
      'redemption.failed': PARALLEL - 3,
    })
  })

  it('through two processes give exactly three', async () => {
    for (let round = 0; round < 5; round += 1) {
      const code = await createVoucher(t, { redemption: { quantity: 3 } })
      const answers = await inParallel(PARALLEL, (index) =>
        post(index, '/v1/redemptions', redeeming(code)),
      )
      expect(tally(answers)).toEqual({ granted: 3, quantity_exceeded: PARALLEL - 3 })
    }
  })

  it('never spend more than a gift card holds (R-CONC-02)', async () => {
    const code = await createGiftCard(t, 1_000)
    const body = {
      redeemables: [{ object: 'voucher', id: code, gift: { credits: 300 } }],
      order: { amount: 10_000 },
    }
    const answers = await inParallel(PARALLEL, (index) => post(index, '/v1/redemptions', body))
    expect(tally(answers)).toEqual({ granted: 3, gift_amount_exceeded: PARALLEL - 3 })
    expect((await voucherNow(code)).gift.balance).toBe(100)
    const ledger = await t.db.pool.query(
      `select sum(amount_minor)::int as spent, min(balance_minor)::int as lowest, count(*)::int as lines
         from voucher_transaction where voucher_id = $1`,
      [(await voucherNow(code)).id],
    )
    expect(ledger.rows).toEqual([{ spent: -900, lowest: 100, lines: 3 }])
  })

  it('of stacks over the same two vouchers, named in either order, neither deadlock nor overspend', async () => {
    const [a, b] = [
      await createVoucher(t, { redemption: { quantity: 5 } }),
      await createVoucher(t, { redemption: { quantity: 5 } }),
    ]
    const answers = await inParallel(PARALLEL, (index) =>
      post(index, '/v1/redemptions', index % 4 < 2 ? redeeming(a, b) : redeeming(b, a)),
    )
    expect(tally(answers)).toEqual({ granted: 5, quantity_exceeded: PARALLEL - 5 })
    expect((await voucherNow(a)).redemption.redeemed_quantity).toBe(5)
    expect((await voucherNow(b)).redemption.redeemed_quantity).toBe(5)
  })

  it('that create one order make one, with every discount in it (R-CONC-03)', async () => {
    const codes = await inParallel(8, () =>
      createVoucher(t, { discount: { type: 'AMOUNT', amount_off: 100 } }),
    )
    const answers = await inParallel(codes.length, (index) =>
      post(index, '/v1/redemptions', {
        ...redeeming(codes[index] ?? ''),
        order: { source_id: 'one-order', amount: 10_000 },
      }),
    )
    expect(tally(answers)).toEqual({ granted: codes.length })
    expect(new Set(answers.map(({ body }) => body.order.id)).size).toBe(1)
    const { rows } = await t.db.pool.query(
      `select discount_amount_minor::int as discount, (select count(*)::int from json_object_keys(redemptions::json)) as entries
         from orders where source_id = 'one-order'`,
    )
    expect(rows).toEqual([{ discount: 800, entries: 8 }])
  })

  it('that go on from one stored order lose no discount, whatever their vouchers (R-CONC-03)', async () => {
    const order = { source_id: 'shared-order', amount: 10_000 }
    const { id } = (await t.call('POST', '/v1/orders', order)).body
    // Even and odd ones are different vouchers, so that the processes meet at the order alone.
    const codes = await inParallel(16, () =>
      createVoucher(t, { discount: { type: 'AMOUNT', amount_off: 100 } }),
    )
    const answers = await inParallel(PARALLEL, (index) =>
      post(index, '/v1/redemptions', { ...redeeming(codes[index % 16] ?? ''), order: { id } }),
    )
    expect(tally(answers)).toEqual({ granted: PARALLEL })
    const { body: stored } = await t.call('GET', `/v1/orders/${id}`)
    expect(stored.discount_amount).toBe(PARALLEL * 100)
    expect(Object.keys(stored.redemptions)).toHaveLength(PARALLEL)
  })

  it('under one Idempotency-Key are one redemption with one answer (D-17)', async () => {
    const code = await createVoucher(t, {})
    const headers = { 'idempotency-key': `key-${code}` }
    const answers = await inParallel(32, (index) =>
      post(index, '/v1/redemptions', redeeming(code), headers),
    )
    expect(tally(answers)).toEqual({ granted: 32 })
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect((await voucherNow(code)).redemption.redeemed_quantity).toBe(1)
    expect(await announced(t, code)).toEqual(['redemption.succeeded'])
  })
})

describe('parallel rollbacks', () => {
  it('of one redemption give back once (R-CONC-05)', async () => {
    const code = await createGiftCard(t, 5_000)
    const redeemed = await t.call('POST', '/v1/redemptions', {
      ...redeeming(code),
      order: { amount: 2_000 },
    })
    const { id } = redeemed.body.redemptions[0]
    const answers = await inParallel(PARALLEL, (index) =>
      post(index, `/v1/redemptions/${id}/rollback`, {}),
    )
    expect(tally(answers)).toEqual({ granted: 1, already_rolled_back: PARALLEL - 1 })
    const voucher = await voucherNow(code)
    expect(voucher.gift.balance).toBe(5_000)
    expect(voucher.redemption).toMatchObject({ redeemed_quantity: 0, redeemed_amount: 0 })
  })

  it('of one redemption of a promotion tier give back once (R-CONC-05)', async () => {
    const promotion = { name: 'Race', campaign_type: 'PROMOTION' }
    const { id: campaignId } = (await t.call('POST', '/v1/campaigns', promotion)).body
    const tier = { name: 'tier', action: { discount: { type: 'AMOUNT', amount_off: 100 } } }
    const { id: tierId } = (await t.call('POST', `/v1/promotions/${campaignId}/tiers`, tier)).body
    const redeemables = [{ object: 'promotion_tier', id: tierId }]
    const { body } = await t.call('POST', '/v1/redemptions', { redeemables })
    const [{ id }] = body.redemptions
    const answers = await inParallel(PARALLEL, (index) =>
      post(index, `/v1/redemptions/${id}/rollback`, {}),
    )
    expect(tally(answers)).toEqual({ granted: 1, already_rolled_back: PARALLEL - 1 })
    const { summary } = (await t.call('GET', `/v1/promotions/tiers/${tierId}`)).body
    expect(summary.redemptions.total_redeemed).toBe(0)
  })

  it('of stacks give back every part, whatever else happens to its voucher (R-CONC-05, R-RB-06)', async () => {
    const codes = await inParallel(3, () => createVoucher(t))
    const stacks = await inParallel(16, () =>
      t.call('POST', '/v1/redemptions', redeeming(...codes)),
    )
    const heads = stacks.map(({ body }) => body.parent_redemption.id)
    const answers = await inParallel(PARALLEL, (index) =>
      index % 4 === 0
        ? post(index / 4, `/v1/redemptions/${heads[index / 4]}/rollbacks`, {})
        : post(index, '/v1/redemptions', redeeming(codes[index % 3] ?? '')),
    )
    expect(tally(answers)).toEqual({ granted: PARALLEL })
    const uses = await Promise.all(
      codes.map(async (code) => (await voucherNow(code)).redemption.redeemed_quantity),
    )
    expect(uses.reduce((sum, each) => sum + each, 0)).toBe((PARALLEL * 3) / 4)
  })

  it('and redemptions of one voucher leave what the granted ones took', async () => {
    const code = await createVoucher(t, { redemption: { quantity: 10 } })
    const first = await inParallel(10, () => t.call('POST', '/v1/redemptions', redeeming(code)))
    const ids = first.map(({ body }) => body.redemptions[0].id)
    const answers = await inParallel(PARALLEL, (index) =>
      index % 4 === 0
        ? post(index / 4, `/v1/redemptions/${ids[(index / 4) % ids.length]}/rollback`, {})
        : post(index, '/v1/redemptions', redeeming(code)),
    )
    const granted = answers.filter(({ status }) => status === 200)
    const rolledBack = granted.filter(({ body }) => body.object === 'redemption_rollback').length
    const redeemed = granted.length - rolledBack
    expect(rolledBack).toBe(10)
    expect((await voucherNow(code)).redemption.redeemed_quantity).toBe(10 - rolledBack + redeemed)
  })
})

const tallyOf = (names: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
