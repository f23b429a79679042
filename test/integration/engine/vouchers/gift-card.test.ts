import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()

const createCard = (code: string, amount: number, gift: object = {}) =>
  t.call('POST', `/v1/vouchers/${code}`, { gift: { amount, ...gift } })
const change = async (code: string, amount: number, more: object = {}) => {
  const answer = await t.call('POST', `/v1/vouchers/${code}/balance`, { amount, ...more })
  expect(answer.status).toBe(200)
  return answer
}
const cardOf = async (code: string) => (await t.call('GET', `/v1/vouchers/${code}`)).body
const newestTransaction = async (code: string) =>
  (await t.call('GET', `/v1/vouchers/${code}/transactions?limit=1`)).body.data[0]
const redeem = async (code: string, amount: number, more: object = {}) => {
  const body = { order: { amount }, ...more }
  const answer = await t.call('POST', `/v1/vouchers/${code}/redemption`, body)
  expect(answer.status).toBe(200)
  return answer.body
}

/** The formula of G-1, of a card as it is shown. */
const expectRight = async (code: string, balance: number): Promise<void> => {
  const { gift, redemption } = await cardOf(code)
  expect(gift.balance).toBe(balance)
  expect(gift.amount - (gift.subtracted_amount ?? 0) - redemption.redeemed_amount).toBe(balance)
}

describe('a gift card (engine-programs §7)', () => {
  const code = 'LIFE'
  let voucherId = ''
  let redemptionId = ''

  it('is topped up (G-1, G-2, programs scenario 32)', async () => {
    voucherId = (await createCard(code, 10_000)).body.id
    const { body } = await change(code, 5_000)
    const balance = {
      amount: 5_000,
      total: 15_000,
      balance: 15_000,
      type: 'gift_voucher',
      object: 'balance',
      operation_type: 'MANUAL',
      related_object: { type: 'voucher', id: voucherId },
    }
    expect(body).toEqual(balance)
    expect(await newestTransaction(code)).toMatchObject({
      type: 'CREDITS_ADDITION',
      voucher_id: voucherId,
      details: { balance },
    })
    await expectRight(code, 15_000)
  })

  it('is spent, which leaves its total (G-1, G-2, programs scenario 33)', async () => {
    const { id, order, voucher } = await redeem(code, 4_000)
    redemptionId = id
    expect(order).toMatchObject({ total_discount_amount: 4_000, total_amount: 0 })
    expect(voucher).toMatchObject({
      gift: { amount: 15_000, balance: 11_000 },
      redemption: { redeemed_amount: 4_000 },
    })
    expect(await newestTransaction(code)).toMatchObject({
      type: 'CREDITS_REDEMPTION',
      details: {
        balance: { amount: -4_000, total: 15_000, balance: 11_000, operation_type: 'AUTOMATIC' },
        order: { id: order.id },
        redemption: { id },
      },
    })
    await expectRight(code, 11_000)
  })

  it('is lowered by hand (G-1, G-2, programs scenario 34)', async () => {
    expect((await change(code, -2_000)).body).toMatchObject({
      amount: -2_000,
      total: 13_000,
      balance: 9_000,
    })
    expect(await newestTransaction(code)).toMatchObject({ type: 'CREDITS_REMOVAL' })
    // What came in only ever grows.
    expect((await cardOf(code)).gift).toMatchObject({ amount: 15_000, subtracted_amount: 2_000 })
    await expectRight(code, 9_000)
  })

  it('gets back what a rollback gives back (G-1, programs scenario 35)', async () => {
    const { status, body } = await t.call('POST', `/v1/redemptions/${redemptionId}/rollback`, {})
    expect(status).toBe(200)
    expect(await newestTransaction(code)).toMatchObject({
      type: 'CREDITS_REFUND',
      details: {
        balance: { amount: 4_000, total: 13_000, balance: 13_000 },
        redemption: { id: redemptionId },
        rollback: { id: body.id },
      },
    })
    await expectRight(code, 13_000)
  })

  it('is looked for by its code (programs scenario 36)', async () => {
    expect(await t.call('POST', '/v1/vouchers/UNKNOWN/balance', { amount: 5 })).toMatchObject({
      status: 404,
      body: {
        key: 'not_found',
        details: 'Cannot find voucher with id UNKNOWN',
        resource_type: 'voucher',
        resource_id: 'UNKNOWN',
      },
    })
  })
})

describe('the balance of a gift card', () => {
  it.each([
    [130_020, -2_000, { amount: -2_000, total: 128_020, balance: 121_020 }, 7_000],
    [16_200, 400, { amount: 400, total: 16_600, balance: 15_900 }, 700],
  ])(
    'of %d credits after %d is that of the reference (G-3)',
    async (total, amount, balance, spent) => {
      const code = `WORKED-${total}`
      await createCard(code, total)
      await redeem(code, spent)
      expect((await change(code, amount)).body).toMatchObject(balance)
    },
  )

  it('takes a source_id any number of times (G-6), and says where each change came from (G-9, G-10)', async () => {
    await createCard('SOURCED', 100)
    for (const reason of ['first', 'second']) {
      await change('SOURCED', 10, { source_id: 'corr-1', reason })
    }
    const { body } = await t.call('GET', '/v1/vouchers/SOURCED/transactions')
    const common = {
      source_id: 'corr-1',
      source: 'API',
      type: 'CREDITS_ADDITION',
      details: { balance: { operation_type: 'MANUAL' } },
    }
    expect(body.data).toMatchObject([
      { ...common, reason: 'second' },
      { ...common, reason: 'first' },
    ])
    expect(body.data[0].id).not.toBe(body.data[1].id)
    expect((await cardOf('SOURCED')).gift.balance).toBe(120)
  })

  it('is told to its holder when it grows, and is in their summary at once (G-7, G-8)', async () => {
    await createCard('HELD', 100)
    const customer = { source_id: 'holder' }
    await t.call('POST', '/v1/publications', { voucher: 'HELD', customer })
    const creditsOf = async () =>
      (await t.call('GET', '/v1/customers/holder')).body.summary.redemptions.gift
    const told = async ({ headers }: { headers: Record<string, unknown> }) => {
      const { rows } = await t.db.pool.query(
        'select type, customer_id, data from occurrence where group_id = $1 order by id',
        [headers['x-request-id']],
      )
      return rows
    }
    const grown = await told(await change('HELD', 50))
    const { id } = (await t.call('GET', '/v1/customers/holder')).body
    expect(grown.map(({ type, customer_id }) => [type, customer_id])).toEqual([
      ['voucher.gift.transaction.created', null],
      ['voucher.gift.balance_added', null],
      ['customer.voucher.gift.balance_added', id],
    ])
    expect(grown[2].data).toMatchObject({
      customer: { source_id: 'holder' },
      campaign: null,
      voucher: { code: 'HELD', gift: { balance: 150 } },
      balance: { amount: 50, total: 150, balance: 150 },
      transaction: { type: 'CREDITS_ADDITION' },
    })
    expect((await creditsOf()).amount_to_go).toBe(150)
    const lowered = await told(await change('HELD', -30))
    expect(lowered.map(({ type }) => type)).toEqual(['voucher.gift.transaction.created'])
    expect((await creditsOf()).amount_to_go).toBe(120)
    await redeem('HELD', 20, { customer })
    expect(await creditsOf()).toEqual({ redeemed_amount: 20, amount_to_go: 100 })
  })

  it('pays for priced items alone where it applies to items (G-11)', async () => {
    await createCard('ITEMS', 1_000, { effect: 'APPLY_TO_ITEMS' })
    const pay = (order: object) => t.call('POST', '/v1/vouchers/ITEMS/redemption', { order })
    const refusal = {
      status: 400,
      body: {
        key: 'missing_order_items_amount',
        message: 'Missing applicable order items',
        details:
          'At least one applicable order item with amount is required to redeem this GIFT_VOUCHER',
      },
    }
    expect(await pay({ amount: 500 })).toMatchObject(refusal)
    expect(await pay({ items: [{ source_id: 'mug', quantity: 1 }] })).toMatchObject(refusal)
    expect((await cardOf('ITEMS')).gift.balance).toBe(1_000)
    const items = [{ source_id: 'mug', quantity: 1, price: 500 }]
    expect((await pay({ items })).body).toMatchObject({ result: 'SUCCESS', amount: 500 })
  })
})
