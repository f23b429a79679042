import { describe, expect, it } from 'vitest'
import { addPoints, aProgram, balanceOf, join } from '../../../support/loyalty.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const RULE = {
  event: 'order.paid',
  loyalty: {
    type: 'PROPORTIONAL',
    calculation_type: 'ORDER_TOTAL_AMOUNT',
    order: { total_amount: { every: 500, points: 10 } },
  },
}
const ORDER = { amount: 45_000 }

const ask = (program: string, body: unknown) =>
  t.call('POST', `/v1/loyalties/${program}/qualifications`, body)
const addRules = (program: string, ...rules: object[]) =>
  t.call('POST', `/v1/loyalties/${program}/earning-rules`, rules)

describe('POST /v1/loyalties/{campaignId}/qualifications (§8.2)', () => {
  it('tells what an order would earn, and gives nothing (programs scenario 63)', async () => {
    const program = await aProgram(t, { name: 'Estimates' })
    await addRules(program, RULE, { event: 'sign_up', loyalty: { type: 'FIXED', points: 5 } })
    const code = await join(t, program, 'ann')
    const answer = await ask(program, { customer: { source_id: 'ann' }, order: ORDER })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        campaign: { id: program, name: 'Estimates', object: 'campaign' },
        points_estimation: 900,
      },
    })
    expect(await balanceOf(t, code)).toBe(0)
  })

  it('goes by items of the catalogue and by the tier', async () => {
    const { body: product } = await t.call('POST', '/v1/products', { name: 'Mug', price: 700 })
    const program = await aProgram(t)
    const { body: rules } = await addRules(program, {
      event: 'order.paid',
      loyalty: {
        type: 'PROPORTIONAL',
        calculation_type: 'ORDER_ITEMS_AMOUNT',
        order_items: { amount: { every: 100, points: 1, object: 'product', id: product.id } },
      },
    })
    const mapping = { [rules[0].id]: { type: 'MULTIPLY', multiplier: 2 } }
    const tier = { name: 'Gold', points: { from: 1 }, earning_rules: mapping }
    await t.call('POST', `/v1/loyalties/${program}/tiers`, [tier])
    const code = await join(t, program, 'bea')
    const items = [{ product_id: product.id, quantity: 3 }]
    const estimate = async () =>
      (await ask(program, { customer: { source_id: 'bea' }, order: { items } })).body
    expect((await estimate()).points_estimation).toBe(21)
    await addPoints(t, code, 1)
    expect((await estimate()).points_estimation).toBe(42)
  })

  it('asks nobody to be stored where everybody may join', async () => {
    const program = await aProgram(t, { auto_join: true })
    await addRules(program, RULE)
    const customer = { source_id: 'stranger' }
    expect((await ask(program, { customer, order: ORDER })).body.points_estimation).toBe(900)
    expect((await t.call('GET', '/v1/customers/stranger')).status).toBe(404)
  })

  it('refuses those who cannot earn (programs scenario 63)', async () => {
    const program = await aProgram(t)
    const body = { customer: { source_id: 'carl' }, order: ORDER }
    expect(await ask(program, body)).toMatchObject({
      status: 400,
      body: {
        key: 'campaign_not_allow_auto_join',
        message: `Loyalty campaign '${program}' does not allow auto-join for non-members`,
      },
    })
    const code = await join(t, program, 'carl')
    await t.call('POST', `/v1/vouchers/${code}/disable`)
    expect(await ask(program, body)).toMatchObject({
      status: 400,
      body: {
        key: 'loyalty_card_not_active',
        message: `Customer's loyalty card '${code}' is not active`,
      },
    })
    await t.call('POST', `/v1/campaigns/${program}/disable`)
    expect(await ask(program, body)).toMatchObject({
      status: 400,
      body: { key: 'campaign_not_active', details: 'Given campaign is not active' },
    })
    expect((await ask('nothing', body)).status).toBe(404)
    expect(await ask(program, { order: ORDER })).toMatchObject({
      status: 400,
      body: { details: "Payload should have required property 'customer'" },
    })
    expect(await ask(program, { customer: body.customer })).toMatchObject({
      status: 400,
      body: { details: "Payload should have required property 'order'" },
    })
  })
})
