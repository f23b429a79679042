import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { createGiftCard, createVoucher, redeeming } from './support.ts'

const t = useTestApp()

const redeemed = async (...codes: string[]) => {
  const body = { ...redeeming(...codes), customer: { source_id: 'alice' } }
  const answer = await t.call('POST', '/v1/redemptions', body)
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return answer.body
}
const occurrences = async (type: string) =>
  (
    await t.db.pool.query('select customer_id, data from occurrence where type = $1 order by id', [
      type,
    ])
  ).rows

describe('POST /v1/redemptions/{id}/rollback', () => {
  it('gives back to the card itself, also where another voucher has its id as a code', async () => {
    const code = await createGiftCard(t, 2_500)
    const [{ id, voucher }] = (await redeemed(code)).redemptions
    const discount = { type: 'PERCENT', percent_off: 10 }
    const other = await t.call('POST', `/v1/vouchers/${voucher.id}`, { discount })
    expect(other.body).toMatchObject({ code: voucher.id })
    expect(await t.call('POST', `/v1/redemptions/${id}/rollback`)).toMatchObject({ status: 200 })
    const { body } = await t.call('GET', `/v1/vouchers/${code}`)
    expect(body).toMatchObject({ gift: { balance: 2_500 }, redemption: { redeemed_quantity: 0 } })
  })

  it('gives credits back and cancels the order (R-RB-01, R-RB-02, R-ORD-03, scenario 94)', async () => {
    const code = await createGiftCard(t, 2_500)
    const { redemptions } = await redeemed(code)
    const [{ id, customer_id }] = redemptions
    const url = `/v1/redemptions/${id}/rollback?reason=wrong%20customer&tracking_id=t`
    const { status, body } = await t.call('POST', url, { customer: { source_id: 'alice' } })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id: expect.stringMatching(/^rr_/),
      object: 'redemption_rollback',
      redemption: id,
      reason: 'wrong customer',
      result: 'SUCCESS',
      status: 'SUCCEEDED',
      amount: -2_500,
      gift: { amount: -2_500 },
      customer_id,
      order: { status: 'CANCELED', amount: 10_000, total_amount: 10_000 },
      voucher: { gift: { balance: 2_500 }, redemption: { redeemed_quantity: 0 } },
    })
    expect(body.order).not.toHaveProperty('discount_amount')
    expect(body.order).not.toHaveProperty('total_discount_amount')
    const order = (await t.call('GET', `/v1/orders/${body.order.id}`)).body
    expect(order.redemptions[id]).toMatchObject({
      rollback_id: body.id,
      rollback_date: t.clock.now().toISOString(),
      related_object_type: 'voucher',
    })
    expect((await t.call('GET', `/v1/redemptions/${id}`)).body.status).toBe('ROLLED_BACK')
    expect((await t.call('GET', `/v1/redemptions/${body.id}`)).body).toEqual(body)

    const ledger = await t.db.pool.query(
      'select type, amount_minor, balance_minor from voucher_transaction where voucher_id = $1 order by id',
      [body.voucher.id],
    )
    expect(ledger.rows).toEqual([
      { type: 'CREDITS_REDEMPTION', amount_minor: -2_500, balance_minor: 0 },
      { type: 'CREDITS_REFUND', amount_minor: 2_500, balance_minor: 2_500 },
    ])
    expect((await occurrences('customer.redemption.rollback.succeeded')).at(-1)).toMatchObject({
      customer_id,
      data: {
        customer: { source_id: 'alice' },
        redemption: { id, status: 'ROLLED_BACK' },
        redemption_rollback: { id: body.id },
      },
    })
  })

  it('makes the use free again', async () => {
    const code = await createVoucher(t, { redemption: { quantity: 1 } })
    const { redemptions } = await redeemed(code)
    await t.call('POST', `/v1/redemptions/${redemptions[0].id}/rollback`, {})
    await expect(redeemed(code)).resolves.toBeDefined()
  })

  it('works once; a second attempt is recorded and announced (R-RB-04, EV-4, scenario 95)', async () => {
    const { redemptions } = await redeemed(await createVoucher(t))
    const url = `/v1/redemptions/${redemptions[0].id}/rollback`
    await t.call('POST', url, {})
    const { status, body } = await t.call('POST', url, {})
    expect(status).toBe(400)
    expect(body).toMatchObject({
      key: 'already_rolled_back',
      message: 'Already rolled back',
      details: 'Redemption has been already rolled back.',
      resource_id: expect.stringMatching(/^rrf_/),
      resource_type: 'redemption_rollback',
    })
    expect((await t.call('GET', `/v1/redemptions/${body.resource_id}`)).body).toMatchObject({
      object: 'redemption_rollback',
      result: 'FAILURE',
      failure_code: 'already_rolled_back',
    })
    expect(await occurrences('customer.redemption.rollback.failed')).toHaveLength(1)
  })

  it('refuses others than its customer and its order (R-RB-04)', async () => {
    const { redemptions } = await redeemed(await createVoucher(t))
    const url = `/v1/redemptions/${redemptions[0].id}/rollback`
    await t.call('POST', '/v1/customers', { source_id: 'mallory' })
    const ask = (body: unknown) => t.call('POST', url, body)
    expect(await ask({ customer: { source_id: 'mallory' } })).toMatchObject({
      status: 400,
      body: { key: 'invalid_customer', details: 'Customer is not related with redemption.' },
    })
    expect(await ask({ customer: { source_id: 'nobody' } })).toMatchObject({
      status: 404,
      body: { key: 'not_found', resource_type: 'customer' },
    })
    expect(await ask({ order: { id: 'ord_other' } })).toMatchObject({
      status: 400,
      body: { key: 'invalid_order', details: 'Order is not related with redemption.' },
    })
    expect((await ask({ order: { id: redemptions[0].order.id } })).status).toBe(200)
  })

  it('refuses a part, a stack and a refusal (R-RB-03, R-RB-07, scenario 96)', async () => {
    const stack = await redeemed(await createVoucher(t), await createVoucher(t))
    const refused = await t.call('POST', '/v1/redemptions', redeeming('nope'))
    const keyOf = async (id: string, verb = 'rollback') =>
      (await t.call('POST', `/v1/redemptions/${id}/${verb}`, {})).body.key
    expect(await keyOf(stack.redemptions[0].id)).toBe('invalid_redemption_parent')
    expect(await keyOf(stack.redemptions[0].id, 'rollbacks')).toBe('invalid_redemption_parent')
    expect(await keyOf(stack.parent_redemption.id)).toBe('invalid_redemption')
    expect(await keyOf(refused.body.resource_id)).toBe('not_found')
    expect(await keyOf('r_unknown')).toBe('not_found')
    const answer = (id: string) => t.call('POST', `/v1/redemptions/${id}/rollback`, {})
    expect(await answer(stack.redemptions[0].id)).toMatchObject({
      status: 400,
      body: {
        message: 'Invalid redemption parent',
        details: 'You can rollback only a redemption that does not have parent redemption.',
      },
    })
    expect(await answer(stack.parent_redemption.id)).toMatchObject({
      status: 400,
      body: {
        message: 'Invalid redemption',
        details:
          'You can rollback only a single redemption. Use different endpoint for stacked redemption.',
      },
    })
  })
})

describe('POST /v1/redemptions/{id}/rollbacks', () => {
  it('undoes a whole stack (§24.4, R-RB-06)', async () => {
    const [voucher, card] = [await createVoucher(t), await createGiftCard(t, 500)]
    const stack = await redeemed(voucher, card)
    const head = stack.parent_redemption.id
    const { status, body } = await t.call('POST', `/v1/redemptions/${head}/rollbacks?reason=x`, {})
    expect(status).toBe(200)
    expect(body.rollbacks).toMatchObject([
      { redemption: stack.redemptions[0].id, reason: 'x' },
      { redemption: stack.redemptions[1].id, amount: -500 },
    ])
    expect(body.parent_rollback).toMatchObject({
      redemption: head,
      related_object_type: 'redemption',
      related_object_id: head,
    })
    expect(body.order).toMatchObject({
      status: 'CANCELED',
      total_amount: 10_000,
      redemptions: {
        [head]: {
          rollback_id: body.parent_rollback.id,
          rollback_stacked: body.rollbacks.map(({ id }: { id: string }) => id),
        },
      },
    })
    for (const code of [voucher, card]) {
      const { redemption } = (await t.call('GET', `/v1/vouchers/${code}`)).body
      expect(redemption.redeemed_quantity).toBe(0)
    }
  })

  it('undoes a lone redemption, too (R-RB-03)', async () => {
    const { redemptions } = await redeemed(await createVoucher(t))
    const { body } = await t.call('POST', `/v1/redemptions/${redemptions[0].id}/rollbacks`, {})
    expect(body.rollbacks).toHaveLength(1)
    expect(body).not.toHaveProperty('parent_rollback')
  })
})
