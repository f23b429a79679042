import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { announced, createGiftCard, createVoucher, redeeming } from './support.ts'

const t = useTestApp()
const redeem = (body: unknown, options = {}) => t.call('POST', '/v1/redemptions', body, options)

describe('POST /v1/redemptions', () => {
  it('answers the redemption, its order and its customer (§18)', async () => {
    const code = await createVoucher(t, { redemption: { quantity: 2 } })
    const { status, body } = await redeem({
      ...redeeming(code),
      order: { source_id: 'o-answer', amount: '30000', currency: 'EUR' },
      customer: { source_id: 'alice', name: 'Alice', email: 'alice@example.com' },
      metadata: { till: 7 },
      options: { expand: ['order'] },
      session: null,
    })
    expect(status).toBe(200)
    const amounts = {
      amount: 30_000,
      discount_amount: 3_000,
      applied_discount_amount: 3_000,
      total_discount_amount: 3_000,
      total_applied_discount_amount: 3_000,
      total_amount: 27_000,
    }
    const [redemption] = body.redemptions
    expect(redemption).toMatchObject({
      id: expect.stringMatching(/^r_/),
      object: 'redemption',
      date: t.clock.now().toISOString(),
      customer_id: expect.stringMatching(/^cust_/),
      tracking_id: expect.stringMatching(/^track_/),
      metadata: { till: 7 },
      result: 'SUCCESS',
      status: 'SUCCEEDED',
      order: { ...amounts, status: 'PAID', source_id: 'o-answer', object: 'order' },
      channel: { channel_id: t.keys.appId, channel_type: 'API' },
      customer: { source_id: 'alice', name: 'Alice', object: 'customer' },
      related_object_type: 'voucher',
      voucher: { code, redemption: { quantity: 2, redeemed_quantity: 1 } },
    })
    expect(redemption).not.toHaveProperty('amount')
    expect(body).not.toHaveProperty('parent_redemption')
    expect(body.order).toMatchObject({
      ...amounts,
      status: 'PAID',
      customer_id: redemption.customer_id,
      redemptions: { [redemption.id]: { related_object_type: 'voucher' } },
    })
    expect(body).toMatchObject({ inapplicable_redeemables: [], skipped_redeemables: [] })
    expect(await announced(t, code)).toEqual(['customer.redemption.succeeded'])
    const { rows } = await t.db.pool.query(
      `select type from occurrence where type like 'customer.order.%' and data->'redemption'->>'id' = $1 order by id`,
      [redemption.id],
    )
    expect(rows.map(({ type }) => type)).toEqual(['customer.order.created', 'customer.order.paid'])
    expect((await t.call('GET', `/v1/redemptions/${redemption.id}`)).body).toEqual(redemption)
  })

  it('tells gift credits and the balance that is left (scenario 12)', async () => {
    const code = await createGiftCard(t, 2_500)
    const { body } = await redeem({ ...redeeming(code), order: { amount: 2_000 } })
    expect(body.redemptions[0]).toMatchObject({
      amount: 2_000,
      gift: { amount: 2_000 },
      voucher: { gift: { balance: 500 }, redemption: { redeemed_amount: 2_000 } },
    })
    expect(body.order.total_amount).toBe(0)
  })

  it('puts a stack under one head (R-RED-02, R-RED-11)', async () => {
    const [a, b] = [await createVoucher(t), await createGiftCard(t, 1_500)]
    const { body } = await redeem(redeeming(a, b))
    const { parent_redemption: head, redemptions } = body
    expect(redemptions.map((part: { redemption: string }) => part.redemption)).toEqual([
      head.id,
      head.id,
    ])
    expect(head).toMatchObject({
      related_object_type: 'redemption',
      related_object_id: head.id,
      order: { total_discount_amount: 2_500, total_amount: 7_500 },
    })
    expect(body.order.redemptions[head.id].stacked).toEqual(
      redemptions.map(({ id }: { id: string }) => id),
    )
    const read = await t.call('GET', `/v1/redemptions/${head.id}`)
    expect(read.body.related_redemptions.redemptions).toHaveLength(2)
  })

  it('goes on from a stored order that is named by its id (R-RED-08, scenario 97)', async () => {
    const big = await createVoucher(t, { discount: { type: 'AMOUNT', amount_off: 9_200 } })
    const small = await createVoucher(t, { discount: { type: 'AMOUNT', amount_off: 1_000 } })
    const first = await redeem(redeeming(big))
    const second = await redeem({ ...redeeming(small), order: { id: first.body.order.id } })
    expect(second.body.order).toMatchObject({
      id: first.body.order.id,
      discount_amount: 10_000,
      applied_discount_amount: 800,
      total_amount: 0,
    })
  })

  it('is told of an order that was there as a change of it (EV-8)', async () => {
    const order = await t.call('POST', '/v1/orders', {
      source_id: 'o-there',
      amount: 10_000,
      customer: { source_id: 'bob' },
    })
    const code = await createVoucher(t)
    const { body, headers } = await redeem({
      ...redeeming(code),
      order: { id: order.body.id },
      customer: { source_id: 'bob' },
    })
    const { rows } = await t.db.pool.query(
      `select type, data from occurrence where group_id = $1 and type like 'customer.order.%' order by id`,
      [headers['x-request-id']],
    )
    expect(rows.map(({ type }) => type)).toEqual(['customer.order.updated', 'customer.order.paid'])
    expect(rows[0].data).toMatchObject({
      customer: { source_id: 'bob' },
      order: { id: order.body.id, status: 'PAID', total_discount_amount: 1_000 },
      redemption: { id: body.redemptions[0].id },
    })
  })

  it('redeems a discount without an order (R-RED-03)', async () => {
    const code = await createVoucher(t)
    const { status, body } = await redeem({ redeemables: [{ object: 'voucher', id: code }] })
    expect(status).toBe(200)
    expect(body.order).toBeNull()
    expect(body.redemptions[0].order).toBeNull()
  })

  it('names a voucher by its id as well (R-ID-03), but not twice', async () => {
    const code = await createVoucher(t)
    const { id } = (await t.call('GET', `/v1/vouchers/${code}`)).body
    expect((await redeem(redeeming(id))).status).toBe(200)
    expect((await redeem(redeeming(id, code))).body).toMatchObject({
      code: 400,
      key: 'duplicated_redeemables',
    })
  })
})

describe('a refused redemption', () => {
  it('is answered, recorded and announced (R-RED-04)', async () => {
    const code = await createVoucher(t, { redemption: { quantity: 1 } })
    const customer = { source_id: 'bob' }
    await redeem({ ...redeeming(code), customer })
    const { status, body } = await redeem({ ...redeeming(code), customer })
    expect(status).toBe(400)
    expect(body).toMatchObject({
      code: 400,
      key: 'quantity_exceeded',
      message: 'quantity exceeded',
      details: code,
      request_id: expect.stringMatching(/^v-/),
      resource_id: expect.stringMatching(/^rf_/),
      resource_type: 'redemption',
      redeemable_type: 'voucher',
      redeemable_id: code,
    })
    expect((await t.call('GET', `/v1/redemptions/${body.resource_id}`)).body).toMatchObject({
      result: 'FAILURE',
      status: 'FAILED',
      failure_code: 'quantity_exceeded',
      failure_message: 'quantity exceeded',
      order: null,
      customer: { source_id: 'bob' },
      voucher: { code },
    })
    expect(await announced(t, code)).toEqual([
      'customer.redemption.succeeded',
      'customer.redemption.failed',
    ])
  })

  it('of an unknown code is recorded, too (R-RED-05)', async () => {
    const { status, body } = await redeem(redeeming('no-such-code'))
    expect([status, body.key]).toEqual([404, 'not_found'])
    expect((await t.call('GET', `/v1/redemptions/${body.resource_id}`)).body).toMatchObject({
      failure_code: 'not_found',
      failure_message: 'Resource not found',
      voucher: null,
    })
  })

  it.each([
    ['voucher_disabled', { active: false }],
    ['voucher_not_active', { start_date: '2026-06-01T12:00:00.001Z' }],
    ['voucher_expired', { expiration_date: '2026-06-01T12:00:00.000Z' }],
  ])('has the key %s (R-VALID-01)', async (key, fields) => {
    const code = await createVoucher(t, fields)
    expect((await redeem(redeeming(code))).body).toMatchObject({ code: 400, key, details: code })
  })

  it('changes nothing about the other vouchers of its stack (R-CONC-04)', async () => {
    const [good, off] = [await createVoucher(t), await createVoucher(t, { active: false })]
    expect((await redeem(redeeming(good, off))).body.key).toBe('voucher_disabled')
    const voucher = (await t.call('GET', `/v1/vouchers/${good}`)).body
    expect(voucher.redemption.redeemed_quantity).toBe(0)
  })
})

describe('an explained redemption', () => {
  it('says why it was granted or refused, and what would make it apply', async () => {
    const code = await createVoucher(t, { redemption: { quantity: 1 } })
    const url = '/v1/redemptions?explain=true'
    const granted = await t.call('POST', url, redeeming(code))
    expect(granted.body.explain).toMatchObject({
      passed: true,
      parts: [{ what: `voucher ${code} can be applied`, passed: true }],
    })
    const refused = await t.call('POST', url, redeeming(code))
    expect(refused).toMatchObject({
      status: 400,
      body: {
        key: 'quantity_exceeded',
        explain: {
          passed: false,
          parts: [{ message: 'The voucher was redeemed 1 of 1 times' }],
        },
      },
    })
  })
})

describe('a malformed request', () => {
  const one = [{ object: 'voucher', id: 'A' }]
  it.each<[string, string, unknown]>([
    ['invalid_payload', "Payload should have required property 'redeemables'", {}],
    [
      'invalid_payload',
      'Property .redeemables must NOT have fewer than 1 items',
      { redeemables: [] },
    ],
    [
      'invalid_payload',
      "Property .redeemables[1] should have required property 'id'",
      { redeemables: [...one, { object: 'voucher' }] },
    ],
    [
      'invalid_payload',
      'Property .redeemables must NOT have more than 30 items',
      { redeemables: Array.from({ length: 31 }, (_, id) => ({ object: 'voucher', id: `${id}` })) },
    ],
    [
      'duplicated_redeemables',
      'Duplicated redeemables detected',
      { redeemables: [...one, ...one] },
    ],
    [
      'invalid_payload',
      'Property .metadata.a must not contain U+0000',
      { redeemables: one, metadata: { a: 'x\u0000' } },
    ],
    [
      'invalid_redeemables',
      'Promotion Stack cannot be use with other redeemables',
      { redeemables: [...one, { object: 'promotion_stack', id: 'stack_1' }] },
    ],
    [
      'invalid_payload',
      'Property .session.ttl must be <= 366 DAYS',
      { redeemables: one, session: { type: 'LOCK', ttl: 367 } },
    ],
    [
      'not_found',
      'Cannot find customer with id cust_x',
      { redeemables: one, order: { referrer: { id: 'cust_x' } } },
    ],
    ['not_found', 'Cannot find order with id ord_x', { redeemables: one, order: { id: 'ord_x' } }],
    [
      'not_found',
      'Cannot find customer with id cust_x',
      { redeemables: one, customer: { id: 'cust_x' } },
    ],
  ])('is answered %s: %s (R-VAL-01, R-VAL-02, scenario 55)', async (key, details, body) => {
    const status = key === 'not_found' ? 404 : 400
    // A validation does not look for referrers; what else it does not find is in validate.test.ts.
    const urls = status === 404 ? ['redemptions'] : ['redemptions', 'validations']
    for (const url of urls) {
      const answer = await t.call('POST', `/v1/${url}`, body)
      expect(answer).toMatchObject({
        status,
        body: { code: status, key, details: expect.stringContaining(details) },
      })
      expect(answer.body).not.toHaveProperty('resource_id', expect.stringMatching(/^rf_/))
    }
  })

  it('hurts none of the requests that share its batch', async () => {
    const code = await createVoucher(t)
    const answers = await Promise.all([
      redeem(redeeming(code)),
      redeem({ ...redeeming(code), order: { id: 'ord_unknown' } }),
      redeem({ ...redeeming(code), customer: { id: 'cust_unknown' } }),
      redeem(redeeming(code)),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 404, 404, 200])
  })
})

describe('an Idempotency-Key (D-17)', () => {
  it('repeats a grant and a refusal, and refuses another body', async () => {
    const code = await createVoucher(t, { redemption: { quantity: 1 } })
    const send = (key: string, body: unknown = redeeming(code)) =>
      redeem(body, { headers: { 'idempotency-key': key } })
    const [first, refused] = [await send(`${code}-1`), await send(`${code}-2`)]
    expect([first.status, refused.status]).toEqual([200, 400])
    expect((await send(`${code}-1`)).body).toEqual(first.body)
    expect((await send(`${code}-2`)).body).toEqual(refused.body)
    expect((await send(`${code}-1`, redeeming('other'))).body.key).toBe('idempotency_key_reused')
    expect(await announced(t, code)).toEqual(['redemption.succeeded', 'redemption.failed'])
  })
})

describe('POST /v1/vouchers/{code}/redemption', () => {
  it('answers the bare redemption and reads what older clients send (§21, trap 4)', async () => {
    const code = await createVoucher(t)
    const url = `/v1/vouchers/${code}/redemption`
    const full = await t.call('POST', url, { order: { amount: 1_000 }, customer: null })
    expect(full.body).toMatchObject({ object: 'redemption', order: { total_amount: 900 } })
    const bare = await t.call('POST', `${url}?tracking_id=track%2520id`, 'track id')
    expect(bare.body).toMatchObject({
      result: 'SUCCESS',
      tracking_id: expect.stringMatching(/^track_/),
    })
    expect((await t.call('POST', url)).status).toBe(200)
  })

  it('takes gift credits from the body', async () => {
    const code = await createGiftCard(t, 500)
    const body = { order: { amount: 1_000 }, gift: { credits: 5 } }
    const answer = await t.call('POST', `/v1/vouchers/${code}/redemption`, body)
    expect(answer.body.amount).toBe(5)
  })
})

describe('another project', () => {
  it('neither redeems nor reads what is not its own', async () => {
    const code = await createVoucher(t)
    const granted = await redeem(redeeming(code))
    const { id } = granted.body.redemptions[0]
    const keys = await t.addProject()
    expect((await redeem(redeeming(code), { keys })).body.key).toBe('not_found')
    for (const [method, url] of [
      ['GET', `/v1/redemptions/${id}`],
      ['POST', `/v1/redemptions/${id}/rollback`],
      ['GET', `/v1/vouchers/${code}/redemption`],
    ] as const) {
      expect((await t.call(method, url, undefined, { keys })).status).toBe(404)
    }
    const order = { id: granted.body.order.id }
    expect((await redeem({ ...redeeming(code), order }, { keys })).body.key).toBe('not_found')
    const list = await t.call('GET', '/v1/redemptions', undefined, { keys })
    expect(list.body.redemptions.map((entry: { result: string }) => entry.result)).toEqual([
      'FAILURE',
    ])
  })
})
