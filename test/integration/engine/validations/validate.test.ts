import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { createGiftCard, createVoucher, redeeming } from '../redemptions/support.ts'

const t = useTestApp()
const validate = async (body: unknown, query = '') =>
  (await t.call('POST', `/v1/validations${query}`, body)).body

const counts = async () => {
  const { rows } = await t.db.pool.query(
    `select (select count(*)::int from customer) as customers, (select count(*)::int from orders) as orders,
            (select count(*)::int from redemption) as redemptions,
            (select coalesce(sum(redeemed_quantity), 0)::int from voucher) as uses`,
  )
  return rows[0]
}
const occurrences = async () =>
  (
    await t.db.pool.query(
      "select type, customer_id, data from occurrence where type like '%validation%' order by id desc",
    )
  ).rows

describe('POST /v1/validations', () => {
  it('applies redeemables one after another (§16.2, scenario 1)', async () => {
    const ten = await createVoucher(t)
    const gift = await createGiftCard(t, 5_000)
    const body = await validate({
      redeemables: [
        { object: 'voucher', id: ten },
        { object: 'gift_card', id: gift, gift: { credits: 2_000 } },
      ],
      order: { amount: 20_000 },
    })
    const nothing = { data: [], total: 0, data_ref: 'data', object: 'list' }
    expect(body).toMatchObject({
      id: expect.stringMatching(/^valid_/),
      valid: true,
      redeemables: [
        {
          status: 'APPLICABLE',
          id: ten,
          object: 'voucher',
          order: { amount: 20_000, applied_discount_amount: 2_000, total_amount: 18_000 },
          applicable_to: nothing,
          inapplicable_to: nothing,
          result: { discount: { type: 'PERCENT', percent_off: 10, is_dynamic: false } },
        },
        {
          order: { discount_amount: 4_000, applied_discount_amount: 2_000, total_amount: 16_000 },
          result: { gift: { credits: 2_000, balance: 5_000 } },
        },
      ],
      order: {
        amount: 20_000,
        discount_amount: 4_000,
        total_discount_amount: 4_000,
        applied_discount_amount: 4_000,
        total_applied_discount_amount: 4_000,
        total_amount: 16_000,
        customer_id: null,
        referrer_id: null,
        object: 'order',
      },
      stacking_rules: { redeemables_limit: 30, redeemables_application_mode: 'ALL' },
    })
    for (const absent of ['inapplicable_redeemables', 'skipped_redeemables', 'explain']) {
      expect(body).not.toHaveProperty(absent)
    }
  })

  it('answers 200 with the reasons when it is not valid (R-VAL-01, R-VAL-04, R-ERR-05)', async () => {
    const [off, good] = [await createVoucher(t, { active: false }), await createVoucher(t)]
    const body = await validate(redeeming(off, good))
    const refused = {
      status: 'INAPPLICABLE',
      id: off,
      object: 'voucher',
      result: {
        error: {
          code: 400,
          key: 'voucher_disabled',
          message: 'voucher is disabled',
          details: off,
          redeemable_id: off,
        },
        details: { key: 'voucher_disabled', message: 'voucher is disabled' },
      },
    }
    expect(body).toMatchObject({
      valid: false,
      redeemables: [refused, { status: 'SKIPPED', id: good }],
      inapplicable_redeemables: [refused],
    })
    expect(body).not.toHaveProperty('order')
  })

  it('tells each unknown code (R-VAL-03, R-ERR-02, scenario 54)', async () => {
    const { status, body } = await t.call('POST', '/v1/validations', redeeming('NOPE', 'NO'))
    const { valid, redeemables, inapplicable_redeemables } = body
    expect({ status, valid }).toEqual({ status: 200, valid: false })
    expect(redeemables).toMatchObject([
      { status: 'INAPPLICABLE', id: 'NOPE', object: 'voucher' },
      { status: 'INAPPLICABLE', id: 'NO', result: { error: { key: 'not_found' } } },
    ])
    expect(inapplicable_redeemables).toEqual(redeemables)
    expect(redeemables[0].result.error).toMatchObject({
      code: 404,
      key: 'not_found',
      details: 'Cannot find voucher with id NOPE',
      resource_id: 'NOPE',
      resource_type: 'voucher',
    })
  })

  it('stores nothing, whatever comes out (R-VAL-05, R-CUST-01)', async () => {
    const code = await createVoucher(t)
    const before = await counts()
    await validate({ ...redeeming(code), customer: { source_id: 'stranger', name: 'S' } })
    await validate({ ...redeeming('NOPE'), customer: { source_id: 'stranger' } })
    expect(await counts()).toEqual(before)
  })

  it('announces validations of a customer, and no others (EV-9)', async () => {
    const code = await createVoucher(t)
    const customer = { source_id: 'val-alice', name: 'Alice' }
    const stranger = await validate({ ...redeeming(code), customer })
    expect((await occurrences())[0]).toMatchObject({
      type: 'customer.validation.succeeded',
      customer_id: null,
      data: {
        customer: { source_id: 'val-alice', name: 'Alice', id: null },
        validation: { id: stranger.id, status: 'VALID', redeemables: [{ id: code }] },
      },
    })
    const { id } = (await t.call('POST', '/v1/customers', customer)).body
    await validate({ ...redeeming('NOPE'), customer: { source_id: 'val-alice' } })
    expect((await occurrences())[0]).toMatchObject({
      type: 'customer.validation.failed',
      customer_id: id,
      data: { customer: { id }, validation: { status: 'INVALID', customer_id: id } },
    })
    const before = (await occurrences()).length
    await validate({ ...redeeming(code), customer: null })
    expect(await occurrences()).toHaveLength(before)
  })

  it('refuses customers and orders that do not exist by their id (R-CUST-02, C-20)', async () => {
    const code = await createVoucher(t)
    for (const part of [{ customer: { id: 'cust_x' } }, { order: { id: 'ord_x' } }]) {
      expect((await validate({ ...redeeming(code), ...part })).key).toBe('not_found')
    }
  })

  it('continues from a stored order of its own project only (R-ORD-06)', async () => {
    const code = await createVoucher(t, { discount: { type: 'AMOUNT', amount_off: 1_000 } })
    const redeemed = await t.call('POST', '/v1/redemptions', redeeming(code))
    const body = {
      redeemables: [{ object: 'voucher', id: code }],
      order: { id: redeemed.body.order.id },
    }
    expect((await validate(body)).order).toMatchObject({
      discount_amount: 2_000,
      applied_discount_amount: 1_000,
      total_amount: 8_000,
    })
    const keys = await t.addProject()
    expect((await t.call('POST', '/v1/validations', body, { keys })).status).toBe(404)
  })

  it('explains itself on request', async () => {
    const code = await createVoucher(t, { expiration_date: '2026-05-01' })
    const { explain } = await validate(redeeming(code), '?explain=true')
    expect(explain).toMatchObject({ passed: false, parts: [{ passed: false }] })
    const failed = explain.parts[0].parts.filter((part: { passed: boolean }) => !part.passed)
    expect(failed).toEqual([
      {
        what: 'expiration date is not reached',
        passed: false,
        message: 'Expired at 2026-05-01T00:00:00.000Z',
      },
    ])
  })
})

describe('POST /v1/vouchers/{code}/validate', () => {
  it('answers for one voucher in its older form (§21)', async () => {
    const code = await createVoucher(t, { metadata: { lot: 1 } })
    const url = `/v1/vouchers/${code}/validate`
    const { body } = await t.call('POST', url, { order: { amount: 10_000 }, tracking_id: 't' })
    expect(body).toMatchObject({
      valid: true,
      code,
      discount: { type: 'PERCENT', percent_off: 10 },
      order: { total_discount_amount: 1_000, total_amount: 9_000 },
      metadata: { lot: 1 },
      tracking_id: expect.stringMatching(/^track_/),
      campaign: null,
      campaign_id: null,
    })
  })

  it('gives the reason when it is not valid', async () => {
    const code = await createVoucher(t, { active: false })
    const { status, body } = await t.call('POST', `/v1/vouchers/${code}/validate`, {})
    expect(status).toBe(200)
    expect(body).toMatchObject({ valid: false, code, reason: 'voucher is disabled' })
  })
})
