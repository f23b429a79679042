import { beforeEach, describe, expect, it } from 'vitest'
import {
  findVouchersByCode,
  lockVouchersByCode,
  saveRedeemed,
} from '../../../../src/engine/vouchers/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
let number = 0
let code = ''
let path = ''

beforeEach(async () => {
  number += 1
  code = `CHANGE-${number}`
  path = `/v1/vouchers/${code}`
  await t.call('POST', path, {
    discount: { type: 'PERCENT', percent_off: 10, amount_limit: 500 },
    category: 'a',
    expiration_date: '2027-01-01',
    redemption: { quantity: 5 },
    metadata: { kept: 1, changed: 1, removed: 1 },
  })
  t.clock.advance(1000)
})

const redeem = (times: number) =>
  inTransaction(t.db, async (tx) => {
    const [voucher] = await lockVouchersByCode(tx, [{ projectId: t.keys.projectId, code }])
    if (!voucher) throw new Error(`no voucher ${code}`)
    saveRedeemed(
      tx,
      Array.from({ length: times }, () => ({
        voucherId: voucher.id,
        redeemedQuantityDelta: 1,
        redeemedAmountDelta: 0,
        redeemedPointsDelta: 0,
      })),
    )
  })

describe('PUT /v1/vouchers/{code}', () => {
  it('changes what is named, keeps the rest, and notes the time (R-VOU-09, R-META-02)', async () => {
    const { body: before } = await t.call('GET', path)
    const { status, body } = await t.call('PUT', path, {
      category: 'b',
      discount: { type: 'PERCENT', percent_off: 20 },
      metadata: { changed: 2, added: 2 },
      unset_metadata_fields: ['removed'],
      redemption: { quantity: 7 },
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      ...before,
      category: 'b',
      discount: { ...before.discount, percent_off: 20 },
      metadata: { kept: 1, changed: 2, added: 2 },
      redemption: { ...before.redemption, quantity: 7 },
      updated_at: t.clock.now().toISOString(),
    })
    expect((await t.call('GET', path)).body).toEqual(body)
  })

  it('clears with null what can be cleared (W-3, C-22)', async () => {
    const { body } = await t.call('PUT', path, {
      category: null,
      expiration_date: null,
      discount: { amount_limit: null },
      redemption: { quantity: null },
      active: null,
      metadata: null,
    })
    expect(body).toMatchObject({
      category: null,
      expiration_date: null,
      redemption: { quantity: null },
      active: true,
      metadata: { kept: 1 },
    })
    expect(body.discount).toEqual({ type: 'PERCENT', percent_off: 10, effect: 'APPLY_TO_ORDER' })
  })

  it('ignores what cannot be edited (R-VOU-09, trap 7)', async () => {
    const { status, body } = await t.call('PUT', path, {
      code: 'OTHER',
      id: 'v_other',
      type: 'GIFT_VOUCHER',
      campaign: 'Spring',
      gift: { amount: 9 },
      holder_id: 'cust_x',
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({ code, type: 'DISCOUNT_VOUCHER', gift: null, holder_id: null })
  })

  it('refuses another type of discount (scenario 89)', async () => {
    const answer = await t.call('PUT', path, { discount: { type: 'AMOUNT', amount_off: 100 } })
    expect(answer).toMatchObject({
      status: 400,
      body: {
        key: 'invalid_voucher',
        details: 'It is not possible to change Voucher discount type',
      },
    })
  })

  it('leaves the credits of a gift card to its balance, and gives it no discount', async () => {
    await t.call('POST', `/v1/vouchers/G-${number}`, { gift: { amount: 100 } })
    const changed = await t.call('PUT', `/v1/vouchers/G-${number}`, { gift: { amount: 900 } })
    expect(changed.body.gift).toMatchObject({ amount: 100, balance: 100 })
    const discounted = await t.call('PUT', `/v1/vouchers/G-${number}`, {
      discount: { type: 'AMOUNT', amount_off: 1 },
    })
    expect(discounted.body.key).toBe('invalid_voucher')
  })

  it('refuses a limit below the redemptions already made', async () => {
    await redeem(3)
    const refused = await t.call('PUT', path, { redemption: { quantity: 2 } })
    expect(refused).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    expect(refused.body.details).toContain('.redemption.quantity')
    const allowed = await t.call('PUT', path, { redemption: { quantity: 3 } })
    expect(allowed.body.redemption).toMatchObject({ quantity: 3, redeemed_quantity: 3 })
  })

  it('never lowers the limit below what parallel redemptions use up', async () => {
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, () => redeem(1)),
      ...Array.from({ length: 11 }, () => t.call('PUT', path, { redemption: { quantity: 5 } })),
    ])
    expect(answers).toHaveLength(16)
    const { body } = await t.call('GET', path)
    expect(body.redemption).toMatchObject({ quantity: 5, redeemed_quantity: 5 })
    await expect(redeem(1)).rejects.toThrow('voucher_quantity_kept')
  })

  it('answers 404 for a voucher that is not there', async () => {
    expect(await t.call('PUT', '/v1/vouchers/NOWHERE', {})).toMatchObject({
      status: 404,
      body: {
        key: 'not_found',
        details: 'Cannot find voucher with id NOWHERE',
        resource_id: 'NOWHERE',
        resource_type: 'voucher',
      },
    })
  })
})

describe('POST /v1/vouchers/{code}/enable and /disable', () => {
  it('switch the voucher and show it (R-VOU-10), with or without a body (R-SDK-01, trap 4)', async () => {
    expect(await t.call('POST', `${path}/disable`)).toMatchObject({
      status: 200,
      body: { code, active: false, updated_at: t.clock.now().toISOString() },
    })
    expect((await t.call('GET', path)).body.active).toBe(false)
    expect(await t.call('POST', `${path}/enable`, null)).toMatchObject({
      status: 200,
      body: { code, active: true },
    })
  })

  it.each(['enable', 'disable'])('answer 404 for a voucher that is not there: %s', async (verb) => {
    expect((await t.call('POST', `/v1/vouchers/NOWHERE/${verb}`)).body.key).toBe('not_found')
  })
})

describe('DELETE /v1/vouchers/{code}', () => {
  it('is told to whoever held it (§13.3, row 42)', async () => {
    await t.call('POST', '/v1/vouchers/HELD', {
      type: 'DISCOUNT_VOUCHER',
      discount: { type: 'AMOUNT', amount_off: 100 },
    })
    await t.call('POST', '/v1/publications', {
      voucher: 'HELD',
      customer: { source_id: 'held-it' },
    })
    expect((await t.call('DELETE', '/v1/vouchers/HELD')).status).toBe(204)
    const { body } = await t.call(
      'GET',
      '/v1/customers/held-it/activity?type=customer.voucher.deleted&category=ACTION',
    )
    expect(body.data).toMatchObject([
      {
        data: { customer: { source_id: 'held-it' }, voucher: { code: 'HELD' }, campaign: null },
      },
    ])
  })

  it('hides the voucher and keeps its code taken (R-VOU-08)', async () => {
    const deleted = await t.call('DELETE', `${path}?force=false`)
    expect(deleted).toMatchObject({ status: 204, body: undefined })
    expect((await t.call('GET', path)).status).toBe(404)
    expect((await t.call('PUT', path, {})).status).toBe(404)
    expect((await t.call('DELETE', path)).status).toBe(404)
    const again = await t.call('POST', path, { gift: { amount: 1 } })
    expect(again).toMatchObject({ status: 409, body: { key: 'duplicate_found' } })
    expect(await findVouchersByCode(t.db, [{ projectId: t.keys.projectId, code }])).toEqual([
      undefined,
    ])
  })

  it.each(['true', '1'])('frees the code with force=%s, also out of the bin', async (force) => {
    await t.call('DELETE', path)
    expect((await t.call('DELETE', `${path}?force=${force}`)).status).toBe(204)
    expect((await t.call('DELETE', `${path}?force=${force}`)).status).toBe(404)
    expect((await t.call('POST', path, { gift: { amount: 1 } })).status).toBe(200)
  })
})
