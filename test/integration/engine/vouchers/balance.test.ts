import { describe, expect, it } from 'vitest'
import { type CallAnswer, useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const createGift = (code: string, amount: number): Promise<CallAnswer> =>
  t.call('POST', `/v1/vouchers/${code}`, { gift: { amount } })
const change = (code: string, amount: unknown, fields: object = {}): Promise<CallAnswer> =>
  t.call('POST', `/v1/vouchers/${code}/balance`, { amount, ...fields })

async function createCard(code: string, points: number): Promise<void> {
  await t.call('POST', `/v1/vouchers/${code}`, { loyalty_card: { points } })
  await t.call('POST', '/v1/publications', { voucher: code, customer: { source_id: code } })
}

describe('POST /v1/vouchers/{code}/balance', () => {
  it('adds to what a card had (R-VOU-11, scenario 78)', async () => {
    const { body } = await createGift('TOPPED', 10_100)
    expect((await change('TOPPED', 10_000)).body).toEqual({
      amount: 10_000,
      total: 20_100,
      balance: 20_100,
      type: 'gift_voucher',
      operation_type: 'MANUAL',
      object: 'balance',
      related_object: { type: 'voucher', id: body.id },
    })
  })

  it('adds points to a loyalty card that somebody holds (scenario 79, recorded facts)', async () => {
    await createCard('MEMBER', 1_000)
    expect((await change('MEMBER', 10_000)).body).toMatchObject({
      amount: 10_000,
      total: 11_000,
      balance: 11_000,
      type: 'loyalty_card',
    })
    const { body } = await t.call('GET', '/v1/vouchers/MEMBER')
    expect(body.loyalty_card).toMatchObject({ points: 11_000, balance: 11_000 })
    await t.call('POST', '/v1/vouchers/NOBODYS', { loyalty_card: { points: 5 } })
    expect(await change('NOBODYS', 5)).toMatchObject({
      status: 400,
      body: { key: 'invalid_customer', details: 'NOBODYS' },
    })
  })

  it('takes from the total and the balance what is removed (R-TXN-01, scenario 80)', async () => {
    await createGift('DOCUMENTED', 130_000)
    await t.db.pool.query(
      `update voucher set redeemed_amount_minor = 7000 where code = 'DOCUMENTED'`,
    )
    expect((await change('DOCUMENTED', -2_000)).body).toMatchObject({
      total: 128_000,
      balance: 121_000,
    })
    expect((await change('DOCUMENTED', 2_000)).body).toMatchObject({
      total: 130_000,
      balance: 123_000,
    })
    expect((await change('DOCUMENTED', 20)).body).toMatchObject({
      total: 130_020,
      balance: 123_020,
    })
    expect((await change('DOCUMENTED', -2_000)).body).toMatchObject({
      total: 128_020,
      balance: 121_020,
    })
    const { body } = await t.call('GET', '/v1/vouchers/DOCUMENTED')
    expect(body.gift).toMatchObject({ amount: 132_020, subtracted_amount: 4_000, balance: 121_020 })
  })

  it.each([
    ['more than there is', -101, 'invalid_add_balance_params'],
    ['more than can be counted', Number.MAX_SAFE_INTEGER, 'invalid_add_balance_params'],
    ['nothing', 0, 'invalid_payload'],
    ['a fraction', 1.5, 'invalid_payload'],
    ['no amount', undefined, 'invalid_payload'],
  ])('refuses %s (G-4)', async (_case, amount, key) => {
    await createGift('STRICT', 100)
    const { status, body } = await change('STRICT', amount)
    expect({ status, key: body.key }).toEqual({ status: 400, key })
    expect((await t.call('GET', '/v1/vouchers/STRICT')).body.gift.balance).toBe(100)
  })

  it('refuses a voucher without a balance (G-5), and one that is not there', async () => {
    await t.call('POST', '/v1/vouchers/NOCARD', { discount: { type: 'PERCENT', percent_off: 1 } })
    expect(await change('NOCARD', 1)).toMatchObject({
      status: 400,
      body: { key: 'invalid_voucher' },
    })
    expect((await change('GONE', 1)).status).toBe(404)
  })

  it('refuses what a card has no room for, and names the amount', async () => {
    await createGift('FULL', 10)
    await createCard('CROWDED', 10)
    for (const code of ['FULL', 'CROWDED']) {
      expect(await change(code, Number.MAX_SAFE_INTEGER)).toMatchObject({
        status: 400,
        body: {
          key: 'invalid_add_balance_params',
          details: `Property .amount must be <= ${Number.MAX_SAFE_INTEGER - 10}`,
        },
      })
    }
  })

  it('loses no change of many at once, and never goes below zero', async () => {
    await createGift('BUSY', 1_000)
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, () => change('BUSY', 7)),
      ...Array.from({ length: 20 }, () => change('BUSY', -100)),
    ])
    const removed = answers.slice(20).filter(({ status }) => status === 200).length
    expect(removed).toBeLessThanOrEqual(11)
    const { body } = await t.call('GET', '/v1/vouchers/BUSY')
    expect(body.gift.balance).toBe(1_000 + 20 * 7 - removed * 100)
    expect(body.gift.balance).toBeGreaterThanOrEqual(0)
    expect(body.gift.balance).toBeLessThan(200)
    const { rows } = await t.db.pool.query(
      'select sum(amount_minor)::integer as moved from voucher_transaction where voucher_id = $1',
      [body.id],
    )
    expect(1_000 + rows[0].moved).toBe(body.gift.balance)
  })

  it('is announced with its transaction (G-7)', async () => {
    await createGift('TOLD', 100)
    await change('TOLD', 50, { reason: 'goodwill' })
    await change('TOLD', -50)
    const { rows } = await t.db.pool.query(
      `select type, data from occurrence where data -> 'voucher' ->> 'code' = 'TOLD' order by id`,
    )
    expect(rows.map(({ type }) => type)).toEqual([
      'voucher.created',
      'voucher.gift.transaction.created',
      'voucher.gift.balance_added',
      'voucher.gift.transaction.created',
    ])
    expect(rows[2].data).toMatchObject({
      voucher: { gift: { balance: 150 } },
      balance: { amount: 50, balance: 150 },
      transaction: { type: 'CREDITS_ADDITION', reason: 'goodwill' },
    })
  })
})

describe('GET /v1/vouchers/{code}/transactions', () => {
  it('lists the newest first, page after page (R-LIST-05, R-TXN-02, §24.5)', async () => {
    const { body: voucher } = await createGift('LISTED', 10_000)
    await change('LISTED', -500, { source_id: 'corr-7', reason: 'goodwill reversal' })
    await change('LISTED', 100)
    await change('LISTED', 200)
    const first = await t.call('GET', '/v1/vouchers/LISTED/transactions?limit=2')
    expect(first.body).toMatchObject({ object: 'list', data_ref: 'data', has_more: true })
    expect(
      first.body.data.map(
        (row: { details: { balance: { amount: number } } }) => row.details.balance.amount,
      ),
    ).toEqual([200, 100])
    expect(first.body.more_starting_after).toBe(first.body.data[1].id)
    const second = await t.call(
      'GET',
      `/v1/vouchers/LISTED/transactions?limit=2&starting_after_id=${first.body.more_starting_after}`,
    )
    expect(second.body).toEqual({
      object: 'list',
      data_ref: 'data',
      has_more: false,
      data: [
        {
          id: expect.stringMatching(/^vtx_/),
          source_id: 'corr-7',
          voucher_id: voucher.id,
          campaign_id: null,
          source: 'API',
          reason: 'goodwill reversal',
          type: 'CREDITS_REMOVAL',
          details: {
            balance: {
              type: 'gift_voucher',
              total: 9_500,
              object: 'balance',
              amount: -500,
              balance: 9_500,
              operation_type: 'MANUAL',
              related_object: { id: voucher.id, type: 'voucher' },
            },
          },
          related_transaction_id: null,
          created_at: expect.any(String),
        },
      ],
    })
    const oldest = await t.call('GET', '/v1/vouchers/LISTED/transactions?order=id&limit=1')
    expect(oldest.body.data[0].type).toBe('CREDITS_REMOVAL')
  })

  it('refuses a cursor that is none of its own (R-LIST-05)', async () => {
    await createGift('CURSOR', 1)
    const { status, body } = await t.call(
      'GET',
      '/v1/vouchers/CURSOR/transactions?starting_after_id=vtx_none',
    )
    expect({ status, ...body }).toMatchObject({
      status: 400,
      key: 'invalid_or_expired_cursor',
      message: 'Invalid or expired cursor',
      details: 'The provided cursor is invalid or has expired',
    })
  })
})
