import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { createGiftCard, createVoucher, redeeming } from '../redemptions/support.ts'
import { offLines, ok, redeemableOf, scopedTo, withStackingRules } from './support.ts'

/* Scenarios 80 to 98 of the life of vouchers and cards, through HTTP. */
const t = useTestApp()

const redeem = (body: object) => t.call('POST', '/v1/redemptions', body)
const validationErrorOf = async (body: object) => {
  const { valid, redeemables } = await ok(t, '/v1/validations', body)
  return valid ? undefined : redeemables[0].result.error
}

describe('a gift card', () => {
  it('keeps its total and its balance apart through its life (R-TXN-01, scenario 80)', async () => {
    const code = await createGiftCard(t, 130_000)
    const spend = (credits: number) =>
      ok(t, '/v1/redemptions', {
        redeemables: [{ object: 'voucher', id: code, gift: { credits } }],
        order: { amount: 10_000 },
      })
    const add = (amount: number) => ok(t, `/v1/vouchers/${code}/balance`, { amount })
    await spend(7_000)
    await add(-2_000)
    const { redemptions } = await spend(44)
    expect(redemptions[0].voucher.gift.balance).toBe(120_956)
    const { voucher } = await ok(t, `/v1/redemptions/${redemptions[0].id}/rollback`, {})
    expect(voucher.gift.balance).toBe(121_000)
    for (const amount of [2_000, 20, -2_000]) await add(amount)

    const { body } = await t.call('GET', `/v1/vouchers/${code}/transactions?order=id`)
    type Row = { type: string; details: { balance: { total: number; balance: number } } }
    expect(
      body.data.map(({ type, details: { balance } }: Row) => [
        type,
        balance.total,
        balance.balance,
      ]),
    ).toEqual([
      ['CREDITS_REDEMPTION', 130_000, 123_000],
      ['CREDITS_REMOVAL', 128_000, 121_000],
      ['CREDITS_REDEMPTION', 128_000, 120_956],
      ['CREDITS_REFUND', 128_000, 121_000],
      ['CREDITS_ADDITION', 130_000, 123_000],
      ['CREDITS_ADDITION', 130_020, 123_020],
      ['CREDITS_REMOVAL', 128_020, 121_020],
    ])
  })

  it('does not give more credits than it holds (R-DISC-16, scenario 13)', async () => {
    const code = await createGiftCard(t, 2_500)
    const redeemables = [{ object: 'voucher', id: code, gift: { credits: 3_000 } }]
    const body = { redeemables, order: { amount: 20_000 } }
    expect(await validationErrorOf(body)).toMatchObject({ code: 400, key: 'gift_amount_exceeded' })
    expect(await redeem(body)).toMatchObject({ status: 400, body: { key: 'gift_amount_exceeded' } })
  })
})

describe('a gift card for lines', () => {
  const line = (source_id: string, amount?: number) => ({
    source_id,
    related_object: 'product',
    quantity: 1,
    ...(amount !== undefined && { amount }),
  })
  const cardFor = (...names: string[]) =>
    redeemableOf(t, {
      gift: { balance: 1_200 },
      voucher: { gift: { amount: 1_200, effect: 'APPLY_TO_ITEMS' } },
      rule: scopedTo(names),
    })

  it('pays for those of its rule, one after another (R-DISC-17)', async () => {
    const items = [line('a', 1_000), line('b', 800), line('c', 500)]
    const redeemables = [await cardFor('b', 'c')]
    const body = await ok(t, '/v1/redemptions', { redeemables, order: { items } })
    expect(offLines(body.order)).toEqual([0, 800, 400])
    expect(body.order).toMatchObject({ items_discount_amount: 1_200, total_amount: 1_100 })
    expect(body.redemptions[0]).toMatchObject({ amount: 1_200, gift: { amount: 1_200 } })
  })

  it('needs one that has an amount (R-DISC-17)', async () => {
    for (const items of [[line('a', 1_000)], [line('b'), line('a', 5)]]) {
      const redeemables = [await cardFor('b')]
      expect(await validationErrorOf({ redeemables, order: { items } })).toMatchObject({
        code: 400,
        key: 'missing_order_items_amount',
        message: 'Missing applicable order items',
        details:
          'At least one applicable order item with amount is required to redeem this GIFT_VOUCHER',
      })
    }
  })
})

describe('a loyalty card', () => {
  it('is spent by its holder, for a reward, within its points (R-RED-07, scenario 88)', async () => {
    const code = await createVoucher(t, { discount: undefined, loyalty_card: { points: 100 } })
    const customer = { source_id: 'holder' }
    await ok(t, '/v1/publications', { voucher: code, customer })
    await ok(t, '/v1/customers', { source_id: 'stranger' })
    const spending = (who: string | undefined, reward?: object) => ({
      redeemables: [{ object: 'voucher', id: code, ...(reward && { reward }) }],
      order: { amount: 1_000 },
      ...(who && { customer: { source_id: who } }),
    })
    const holderOnly = {
      key: 'invalid_customer',
      message: 'Customer must be a holder of a loyalty card.',
      details: code,
    }
    for (const [body, error] of [
      [spending(undefined, { id: 'rew_1', points: 1 }), holderOnly],
      [spending('stranger', { id: 'rew_1', points: 1 }), holderOnly],
      [
        spending('holder'),
        {
          key: 'missing_reward',
          message: 'Missing reward',
          details: 'A reward is required when redeeming a LOYALTY_CARD',
        },
      ],
      [
        spending('holder', { id: 'rew_1', points: 101 }),
        {
          key: 'loyalty_card_points_exceeded',
          message: 'loyalty card points exceeded',
          details: code,
        },
      ],
    ] as const) {
      expect(await validationErrorOf(body)).toMatchObject({ code: 400, ...error })
      expect(await redeem(body)).toMatchObject({ status: 400, body: error })
    }
  })

  it('does not know rewards yet, and says which it does not know', async () => {
    const code = await createVoucher(t, { discount: undefined, loyalty_card: { points: 100 } })
    const customer = { source_id: 'rewarded' }
    await ok(t, '/v1/publications', { voucher: code, customer })
    const spending = (reward: object) => ({
      redeemables: [{ object: 'voucher', id: code, reward }],
      order: { amount: 1_000 },
      customer,
    })
    expect(await validationErrorOf(spending({ id: 'rew_1', points: 1 }))).toMatchObject({
      code: 404,
      key: 'not_found',
      details: 'Cannot find reward with id rew_1',
      resource_id: 'rew_1',
      resource_type: 'reward',
    })
    expect(await validationErrorOf(spending({ points: 1 }))).toMatchObject({
      code: 400,
      key: 'missing_reward',
    })
  })
})

describe('the time of a voucher', () => {
  const expectNow = async (code: string, isValid: boolean) => {
    const error = await validationErrorOf(redeeming(code))
    const key = 'voucher_not_active_now'
    if (isValid) expect(error).toBeUndefined()
    else expect(error).toMatchObject({ code: 400, key, details: code })
  }

  it('recurs in its intervals (R-VALID-03, scenario 84)', async () => {
    const code = await createVoucher(t, {
      start_date: '2026-06-10T00:00:00Z',
      validity_timeframe: { interval: 'P2D', duration: 'PT1H' },
    })
    t.clock.set('2026-06-12T00:30:00Z')
    await expectNow(code, true)
    t.clock.set('2026-06-12T01:30:00Z')
    await expectNow(code, false)
    expect(await redeem(redeeming(code))).toMatchObject({
      status: 400,
      body: { key: 'voucher_not_active_now', details: code },
    })
  })

  it('is some days of the week (R-VALID-04, scenario 85)', async () => {
    const code = await createVoucher(t, { validity_day_of_week: [1] })
    t.clock.set('2026-06-15T12:00:00Z')
    await expectNow(code, true)
    t.clock.set('2026-06-16T00:00:00Z')
    await expectNow(code, false)
  })

  it('is some hours, which do not go with other ways to say it (R-VALID-04)', async () => {
    const validity_hours = {
      daily: [{ start_time: '09:00', expiration_time: '10:00', days_of_week: [3] }],
    }
    const code = await createVoucher(t, { validity_hours })
    t.clock.set('2026-06-17T09:59:59Z')
    await expectNow(code, true)
    t.clock.set('2026-06-17T10:00:00Z')
    await expectNow(code, false)
    for (const other of [
      { validity_day_of_week: [1] },
      { start_date: '2026-06-01', validity_timeframe: { interval: 'P2D', duration: 'PT1H' } },
    ]) {
      const discount = { type: 'PERCENT', percent_off: 10 }
      expect(
        await t.call('POST', '/v1/vouchers', { discount, validity_hours, ...other }),
      ).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    }
  })
})

describe('a rollback', () => {
  it('leaves the order alone where the project says so (R-RB-02, scenario 98)', async () => {
    const code = await createVoucher(t, { discount: { type: 'AMOUNT', amount_off: 1_000 } })
    const { order, redemptions } = await ok(t, '/v1/redemptions', redeeming(code))
    const discounted = { status: 'PAID', discount_amount: 1_000, total_amount: 9_000 }
    const rules = { redeemables_rollback_order_mode: 'WITHOUT_ORDER' }
    await withStackingRules(t, rules, async () => {
      const rolledBack = await ok(t, `/v1/redemptions/${redemptions[0].id}/rollback`, {})
      expect(rolledBack).toMatchObject({ result: 'SUCCESS', order: discounted })
    })
    const kept = (await t.call('GET', `/v1/orders/${order.id}`)).body
    expect(kept).toMatchObject({
      ...discounted,
      redemptions: { [redemptions[0].id]: { rollback_id: expect.stringMatching(/^rr_/) } },
    })
    const { redemption } = (await t.call('GET', `/v1/vouchers/${code}`)).body
    expect(redemption.redeemed_quantity).toBe(0)
  })
})
