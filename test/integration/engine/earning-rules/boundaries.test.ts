import { afterEach, describe, expect, it } from 'vitest'
import { drainEffects } from '../../../support/effects.ts'
import { aProgram, balanceOf, join } from '../../../support/loyalty.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
afterEach(() => {
  t.clock.set('2026-06-01T12:00:00Z')
})

const FIXED = { event: 'order.paid', loyalty: { type: 'FIXED', points: 5 } }

/** A card of `customer` in a program with a rule. */
async function member(customer: string, rule: object): Promise<string> {
  const program = await aProgram(t)
  const { status } = await t.call('POST', `/v1/loyalties/${program}/earning-rules`, [rule])
  expect(status).toBe(200)
  return join(t, program, customer)
}

async function pay(customer: string, order: object = { amount: 100 }): Promise<void> {
  const body = { ...order, status: 'PAID', customer: { source_id: customer } }
  expect((await t.call('POST', '/v1/orders', body)).status).toBe(200)
  await drainEffects(t)
}

describe('a rule earns nothing', () => {
  it.each([
    ['before it starts', { start_date: '2026-06-01T13:00:00Z' }],
    ['on other days of the week', { validity_day_of_week: [2] }],
    [
      'at other times of the day',
      {
        validity_hours: {
          daily: [{ days_of_week: [1], start_time: '13:00', expiration_time: '14:00' }],
        },
      },
    ],
    [
      'outside of its timeframe',
      {
        start_date: '2026-05-31T13:30:00Z',
        validity_timeframe: { duration: 'PT1H', interval: 'P1D' },
      },
    ],
  ])('%s, and then does (L-16)', async (when, more) => {
    const code = await member(when, { ...FIXED, ...more })
    await pay(when)
    expect(await balanceOf(t, code)).toBe(0)
    t.clock.set('2026-06-01T13:45:00Z')
    if ('validity_day_of_week' in more) t.clock.set('2026-06-02T12:00:00Z')
    await pay(when)
    expect(await balanceOf(t, code)).toBe(5)
  })
})

describe('pieces that a discount gave away', () => {
  it('earn nothing (L-17)', async () => {
    const { body: mug } = await t.call('POST', '/v1/products', { name: 'Mug', price: 100 })
    const quantity = { every: 1, points: 3, object: 'product', id: mug.id }
    const loyalty = {
      type: 'PROPORTIONAL',
      calculation_type: 'ORDER_ITEMS_QUANTITY',
      order_items: { quantity },
    }
    const code = await member('dan', { event: 'order.paid', loyalty })
    const discount = { type: 'UNIT', unit_off: 1, unit_type: mug.id, effect: 'ADD_NEW_ITEMS' }
    const { body: voucher } = await t.call('POST', '/v1/vouchers', {
      type: 'DISCOUNT_VOUCHER',
      discount,
    })
    const { body } = await t.call('POST', '/v1/redemptions', {
      redeemables: [{ object: 'voucher', id: voucher.code }],
      customer: { source_id: 'dan' },
      order: { items: [{ product_id: mug.id, quantity: 2 }] },
    })
    expect(body.order).toMatchObject({ total_amount: 200, items: [{ quantity: 3 }] })
    await drainEffects(t)
    expect(await balanceOf(t, code)).toBe(6)
  })
})

describe('who becomes a member by earning', () => {
  it('was given a card by nobody’s request (L-20, P-11)', async () => {
    const program = await aProgram(t, { auto_join: true })
    await t.call('POST', `/v1/loyalties/${program}/earning-rules`, [FIXED])
    await pay('ida')
    const { body } = await t.call('GET', '/v1/publications?customer=ida')
    expect(body.publications).toMatchObject([{ channel: 'Automation', result: 'SUCCESS' }])
  })
})
