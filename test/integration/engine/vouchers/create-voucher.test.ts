import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { type CallAnswer, useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const PERCENT_10 = { type: 'DISCOUNT_VOUCHER', discount: { type: 'PERCENT', percent_off: 10 } }
const inParallel = (count: number, work: (index: number) => Promise<CallAnswer>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))

describe('POST /v1/vouchers/{code}', () => {
  it('answers with the whole voucher, nulls included (§4.1)', async () => {
    const { status, body } = await t.call('POST', '/v1/vouchers/WELCOME10', {
      ...PERCENT_10,
      redemption: { quantity: 100 },
      metadata: { ch: 'web' },
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      id: expect.stringMatching(/^v_/),
      code: 'WELCOME10',
      campaign: null,
      campaign_id: null,
      category: null,
      category_id: null,
      categories: [],
      type: 'DISCOUNT_VOUCHER',
      discount: { type: 'PERCENT', percent_off: 10, effect: 'APPLY_TO_ORDER' },
      gift: null,
      loyalty_card: null,
      start_date: null,
      expiration_date: null,
      validity_timeframe: null,
      validity_day_of_week: null,
      validity_hours: null,
      active: true,
      additional_info: null,
      metadata: { ch: 'web' },
      assets: null,
      is_referral_code: false,
      created_at: '2026-06-01T12:00:00.000Z',
      updated_at: null,
      holder_id: null,
      referrer_id: null,
      publish: {
        object: 'list',
        count: 0,
        url: '/v1/vouchers/WELCOME10/publications?page=1&limit=10',
      },
      redemption: {
        quantity: 100,
        redeemed_quantity: 0,
        object: 'list',
        url: '/v1/vouchers/WELCOME10/redemptions?page=1&limit=10',
      },
      validation_rules_assignments: { object: 'list', data_ref: 'data', data: [], total: 0 },
      object: 'voucher',
    })
  })

  it('reads back what it stored, by code and by id (R-ID-03)', async () => {
    const created = await t.call('POST', '/v1/vouchers/READ-BACK', {
      type: 'DISCOUNT_VOUCHER',
      discount: { type: 'PERCENT', percent_off: 12.5, amount_limit: 500 },
      start_date: '2026-05-01',
      expiration_date: '2026-07-01T10:00:00+02:00',
      active: false,
      category: 'spring',
      additional_info: 'printed',
      metadata: { tags: ['a', 'b'], nested: { n: 1 } },
    })
    expect(created.body).toMatchObject({
      discount: { percent_off: 12.5, amount_limit: 500 },
      start_date: '2026-05-01T00:00:00.000Z',
      expiration_date: '2026-07-01T08:00:00.000Z',
      active: false,
      category: 'spring',
      additional_info: 'printed',
      metadata: { tags: ['a', 'b'], nested: { n: 1 } },
    })
    expect((await t.call('GET', '/v1/vouchers/READ-BACK')).body).toEqual(created.body)
    expect((await t.call('GET', `/v1/vouchers/${created.body.id}`)).body).toEqual(created.body)
  })

  it('takes the type from the body where none is given (R-VOU-03)', async () => {
    const gift = await t.call('POST', '/v1/vouchers/GIFT-1', {
      gift: { amount: 5000 },
      discount: null,
    })
    expect(gift.body).toMatchObject({
      type: 'GIFT_VOUCHER',
      discount: null,
      gift: { amount: 5000, subtracted_amount: 0, balance: 5000, effect: 'APPLY_TO_ORDER' },
      redemption: { quantity: null, redeemed_quantity: 0, redeemed_amount: 0 },
    })
    const discount = await t.call('POST', '/v1/vouchers/AMOUNT-1', {
      discount: { type: 'AMOUNT', amount_off: '1000' },
      redemption: { quantity: null },
      campaign: null,
    })
    expect(discount.body).toMatchObject({
      type: 'DISCOUNT_VOUCHER',
      discount: { type: 'AMOUNT', amount_off: 1000, effect: 'APPLY_TO_ORDER' },
      redemption: { quantity: null },
    })
  })

  it('carries any code through the path, and the path wins over the body (trap 5)', async () => {
    const code = 'a b/ü+%?#'
    const path = `/v1/vouchers/${encodeURIComponent(code)}`
    const created = await t.call('POST', path, { ...PERCENT_10, code: 'OTHER' })
    expect(created.body.code).toBe(code)
    expect(created.body.publish.url).toBe(`${path}/publications?page=1&limit=10`)
    expect((await t.call('GET', path)).body.id).toBe(created.body.id)
    expect((await t.call('GET', '/v1/vouchers/OTHER')).status).toBe(404)
  })

  it('refuses a code that is taken, with 409 (scenario 87)', async () => {
    await t.call('POST', '/v1/vouchers/TWICE', PERCENT_10)
    const again = await t.call('POST', '/v1/vouchers/TWICE', PERCENT_10)
    expect(again.status).toBe(409)
    expect(again.body).toMatchObject({
      code: 409,
      key: 'duplicate_found',
      details: 'Duplicated voucher exists with id TWICE',
      resource_id: 'TWICE',
      resource_type: 'voucher',
    })
  })

  it('tells codes apart by case (D-14)', async () => {
    expect((await t.call('POST', '/v1/vouchers/case', PERCENT_10)).status).toBe(200)
    expect((await t.call('POST', '/v1/vouchers/CASE', PERCENT_10)).status).toBe(200)
  })

  it('lets exactly one of 64 parallel creations of one code succeed', async () => {
    const answers = await inParallel(64, () => t.call('POST', '/v1/vouchers/RACE', PERCENT_10))
    const keys = answers.map(({ status, body }) => (status === 200 ? 'created' : body.key)).sort()
    expect(keys).toEqual(['created', ...Array.from({ length: 63 }, () => 'duplicate_found')])
  })

  it('gives each project its own codes and shows it no other', async () => {
    const keys = await t.addProject()
    const mine = await t.call('POST', '/v1/vouchers/SHARED', PERCENT_10)
    expect((await t.call('GET', '/v1/vouchers/SHARED', undefined, { keys })).status).toBe(404)
    expect((await t.call('GET', `/v1/vouchers/${mine.body.id}`, undefined, { keys })).status).toBe(
      404,
    )
    for (const method of ['PUT', 'DELETE'] as const) {
      expect((await t.call(method, '/v1/vouchers/SHARED', {}, { keys })).status).toBe(404)
    }
    expect(
      (await t.call('DELETE', '/v1/vouchers/SHARED?force=true', undefined, { keys })).status,
    ).toBe(404)
    expect((await t.call('GET', '/v1/vouchers', undefined, { keys })).body.total).toBe(0)
    const theirs = await t.call('POST', '/v1/vouchers/SHARED', PERCENT_10, { keys })
    expect(theirs.status).toBe(200)
    expect(theirs.body.id).not.toBe(mine.body.id)
  })

  it('repeats its first answer under the same Idempotency-Key (D-17)', async () => {
    const headers = { 'idempotency-key': 'create-once' }
    const first = await t.call('POST', '/v1/vouchers', PERCENT_10, { headers })
    const second = await t.call('POST', '/v1/vouchers', PERCENT_10, { headers })
    expect(second.body).toEqual(first.body)
    const other = await t.call('POST', '/v1/vouchers', { gift: { amount: 1 } }, { headers })
    expect(other).toMatchObject({ status: 422, body: { key: 'idempotency_key_reused' } })
  })

  it.each([
    ['no discount', {}, "Payload should have required property 'discount'"],
    [
      'an empty discount',
      { discount: {} },
      "Property .discount should have required property 'type'",
    ],
    [
      'no percentage',
      { discount: { type: 'PERCENT' } },
      "Property .discount should have required property 'percent_off'",
    ],
    [
      'no amount',
      { discount: { type: 'AMOUNT', percent_off: 10 } },
      "Property .discount should have required property 'amount_off'",
    ],
    [
      'more than everything (C-36)',
      { discount: { type: 'PERCENT', percent_off: 101 } },
      'Property .discount.percent_off must be <= 100',
    ],
    [
      'a negative amount',
      { discount: { type: 'AMOUNT', amount_off: -1 } },
      'Property .discount.amount_off must be >= 0',
    ],
    [
      'half a cent',
      { discount: { type: 'AMOUNT', amount_off: 0.5 } },
      'Property .discount.amount_off must be integer,null',
    ],
    [
      'a quantity that is no number',
      { ...PERCENT_10, redemption: { quantity: 'many' } },
      'Property .redemption.quantity must be integer,null',
    ],
    [
      'a day that does not exist',
      { ...PERCENT_10, expiration_date: '2026-02-30' },
      'Property .expiration_date cannot be recognized as a ISO-8601 compliant date',
    ],
    ['no credits', { type: 'GIFT_VOUCHER' }, "Payload should have required property 'gift'"],
    ['credits of no amount', { gift: {} }, "Property .gift should have required property 'amount'"],
    [
      'two benefits',
      { ...PERCENT_10, gift: { amount: 1 } },
      'Property .gift is not allowed for a voucher of type DISCOUNT_VOUCHER',
    ],
  ])('refuses %s with invalid_payload', async (_case, payload, details) => {
    const answer = await t.call('POST', '/v1/vouchers/REFUSED', payload)
    expect(answer).toMatchObject({ status: 400, body: { key: 'invalid_payload', details } })
    expect((await t.call('GET', '/v1/vouchers/REFUSED')).status).toBe(404)
  })

  it.each([
    ['a loyalty card (R-VOU-03)', { loyalty_card: { points: 7 } }, { type: 'LOYALTY_CARD' }],
    [
      'a card by its type alone',
      { type: 'LOYALTY_CARD' },
      { loyalty_card: { points: 0, balance: 0 } },
    ],
    [
      'credits for the items of an order',
      { gift: { amount: 1, effect: 'APPLY_TO_ITEMS' } },
      { gift: { effect: 'APPLY_TO_ITEMS' } },
    ],
    [
      'intervals in which it is valid (R-VALID-03)',
      {
        ...PERCENT_10,
        start_date: '2026-01-01',
        validity_timeframe: { interval: 'P2D', duration: 'P1D' },
      },
      { validity_timeframe: { interval: 'P2D', duration: 'P1D' } },
    ],
  ])('makes %s', async (_what, payload, shown) => {
    const { status, body } = await t.call('POST', '/v1/vouchers', payload)
    expect(status).toBe(200)
    expect(body).toMatchObject(shown)
  })

  it('takes empty and null values for absent ones (W-3)', async () => {
    const { status } = await t.call('POST', '/v1/vouchers', {
      ...PERCENT_10,
      campaign: null,
      validity_day_of_week: [],
      validity_hours: null,
      validation_rules: [],
      loyalty_card: null,
    })
    expect(status).toBe(200)
  })
})

describe('POST /v1/vouchers', () => {
  it('makes a random code of 8 letters and digits', async () => {
    const { body } = await t.call('POST', '/v1/vouchers', PERCENT_10)
    expect(body.code).toMatch(/^[0-9a-zA-Z]{8}$/)
  })

  it('makes a code of the wanted form, also under a trailing slash (R-CODE-01, trap 1)', async () => {
    const { body } = await t.call('POST', '/v1/vouchers/', {
      ...PERCENT_10,
      code_config: { prefix: 'New-', pattern: 'GIFT-CARD-##########', postfix: '0' },
    })
    expect(body.code).toMatch(/^New-GIFT-CARD-[0-9a-zA-Z]{10}0$/)
  })

  it('takes a code from the body', async () => {
    const { body } = await t.call('POST', '/v1/vouchers', { ...PERCENT_10, code: 'FROM-BODY' })
    expect(body.code).toBe('FROM-BODY')
  })

  it('gives 16 parallel callers codes of their own, of a form that has only 64', async () => {
    const answers = await inParallel(16, () =>
      t.call('POST', '/v1/vouchers', {
        ...PERCENT_10,
        code_config: { charset: 'ABCDEFGH', pattern: 'P-##' },
      }),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 16 }, () => 200))
    expect(new Set(answers.map(({ body }) => body.code)).size).toBe(16)
  })

  it('tells that a form of codes is used up (R-CODE-02)', async () => {
    const body = { ...PERCENT_10, code_config: { charset: 'A', pattern: 'ONLY-#' } }
    expect((await t.call('POST', '/v1/vouchers', body)).body.code).toBe('ONLY-A')
    const second = await t.call('POST', '/v1/vouchers', body)
    expect(second).toMatchObject({ status: 400, body: { key: 'invalid_code_config' } })
    expect(second.body.details).toContain(String(LIMITS.codeGenerationAttemptsMax))
  })

  it('refuses a form of which no code can come', async () => {
    const answer = await t.call('POST', '/v1/vouchers', {
      ...PERCENT_10,
      code_config: { charset: '' },
    })
    expect(answer).toMatchObject({ status: 400, body: { key: 'invalid_code_config' } })
  })

  it('takes an empty body as an empty object (R-HTTP-04)', async () => {
    expect(await t.call('POST', '/v1/vouchers')).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details: "Payload should have required property 'discount'" },
    })
  })
})
