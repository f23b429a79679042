import { describe, expect, it } from 'vitest'
import { runAsyncActions } from '../../../support/async-actions.ts'
import { drainEffects } from '../../../support/effects.ts'
import { addPoints, aProgram, balanceOf, join, typesOf } from '../../../support/loyalty.ts'
import { runNight } from '../../../support/nightly.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
let order = 0

const fixed = (points: number, event = 'order.paid', more: object = {}) => ({
  event,
  loyalty: { type: 'FIXED', points },
  ...more,
})
const total = (every: number, points: number) => ({
  event: 'order.paid',
  loyalty: {
    type: 'PROPORTIONAL',
    calculation_type: 'ORDER_TOTAL_AMOUNT',
    order: { total_amount: { every, points } },
  },
})
const stars = (points: number, event = 'review_left') => ({
  event,
  loyalty: {
    type: 'PROPORTIONAL',
    calculation_type: 'CUSTOM_EVENT_METADATA',
    custom_event: { metadata: { every: 1, points, property: 'stars' } },
  },
})

const addRules = async (program: string, ...rules: object[]): Promise<string[]> => {
  const { status, body } = await t.call('POST', `/v1/loyalties/${program}/earning-rules`, rules)
  expect(status).toBe(200)
  return body.map(({ id }: { id: string }) => id)
}
const pay = async (customer: string, amount: number, more: object = {}): Promise<string> => {
  order += 1
  const body = {
    source_id: `o${order}`,
    status: 'PAID',
    amount,
    customer: { source_id: customer },
    ...more,
  }
  const answer = await t.call('POST', '/v1/orders', body)
  expect(answer.status).toBe(200)
  await drainEffects(t)
  return answer.body.id
}
const send = async (customer: string, event: string, more: object = {}) => {
  const body = { event, customer: { source_id: customer }, ...more }
  expect((await t.call('POST', '/v1/events', body)).status).toBe(200)
}
const ledgerOf = async (code: string) =>
  (await t.call('GET', `/v1/vouchers/${code}/transactions`)).body.data
/** A program with rules, and a card of it that `customer` has. */
async function member(customer: string, rules: object[], more: object = {}, points = 0) {
  const program = await aProgram(t, more, points)
  const ids = rules.length > 0 ? await addRules(program, ...rules) : []
  return { program, ids, code: await join(t, program, customer) }
}

describe('a paid order', () => {
  it('earns what a rule says of its total (programs scenario 44, G-9, G-10, L-11, L-21)', async () => {
    const { code, ids } = await member('ann', [{ ...total(500, 10), source: { banner: 'Spend' } }])
    const orderId = await pay('ann', 45_000)
    expect(await balanceOf(t, code)).toBe(900)
    const [accrual] = await ledgerOf(code)
    expect(accrual).toMatchObject({
      type: 'POINTS_ACCRUAL',
      source: 'Automation',
      details: {
        balance: { points: 900, total: 900, balance: 900, operation_type: 'AUTOMATIC' },
        order: { id: orderId },
        earning_rule: { id: ids[0], source: { banner: 'Spend' } },
        event: { id: expect.stringMatching(/^evcus_/), type: 'customer.order.paid' },
      },
    })
    expect(await typesOf(t, 'ann', 'customer.')).toEqual([
      'customer.created',
      'customer.publication.succeeded',
      'customer.order.created',
      'customer.order.paid',
      'customer.rewarded.loyalty_points',
      'customer.loyalty.updated',
    ])
  })

  it.each([
    [999, 10],
    [499, 0],
  ])('of %i earns %i (programs scenario 45)', async (amount, points) => {
    const { code } = await member(`few${amount}`, [total(500, 10)])
    await pay(`few${amount}`, amount)
    expect(await balanceOf(t, code)).toBe(points)
    expect(await ledgerOf(code)).toHaveLength(points > 0 ? 1 : 0)
  })

  it('earns by every rule, in the order in which they were made (§8.4)', async () => {
    const { code } = await member('bea', [
      fixed(5),
      total(1_000, 1),
      fixed(7, 'sign_up'),
      fixed(11),
    ])
    await pay('bea', 3_500)
    const amounts = (await ledgerOf(code)).map(
      ({ details }: { details: { balance: { points: number } } }) => details.balance.points,
    )
    expect(amounts.reverse()).toEqual([5, 3, 11])
    expect(await balanceOf(t, code)).toBe(19)
  })

  it('earns once, however often it comes to be paid, and keeps it when canceled (L-15, L-22)', async () => {
    const { code } = await member('cid', [fixed(5)])
    const id = await pay('cid', 100)
    for (const status of ['CANCELED', 'PAID', 'PAID']) {
      await t.call('PUT', `/v1/orders/${id}`, { status })
      await drainEffects(t)
      expect(await balanceOf(t, code)).toBe(5)
    }
    const later = await pay('cid', 100, { status: 'CREATED' })
    expect(await balanceOf(t, code)).toBe(5)
    await t.call('PUT', `/v1/orders/${later}`, { status: 'PAID' })
    await drainEffects(t)
    expect(await balanceOf(t, code)).toBe(10)
  })

  it('earns where a redemption pays it, and not where it is imported (L-15)', async () => {
    const { code } = await member('vera', [fixed(5)])
    const discount = { type: 'PERCENT', percent_off: 10 }
    await t.call('POST', '/v1/vouchers/VERA10', { type: 'DISCOUNT_VOUCHER', discount })
    const redeemed = await t.call('POST', '/v1/redemptions', {
      redeemables: [{ object: 'voucher', id: 'VERA10' }],
      customer: { source_id: 'vera' },
      order: { amount: 1_000 },
    })
    expect(redeemed.status).toBe(200)
    await drainEffects(t)
    expect(await balanceOf(t, code)).toBe(5)
    const order = { source_id: 'imported', status: 'PAID', amount: 100 }
    await t.call('POST', '/v1/orders/import', [{ ...order, customer: { source_id: 'vera' } }])
    await runAsyncActions(t)
    await drainEffects(t)
    expect(await balanceOf(t, code)).toBe(5)
  })

  it('earns pieces of products, but not those that were given away (L-17)', async () => {
    const { body: product } = await t.call('POST', '/v1/products', {
      name: 'Mug',
      source_id: 'mug',
    })
    const { body: collection } = await t.call('POST', '/v1/product-collections', {
      name: 'Mugs',
      type: 'STATIC',
      products: [{ object: 'product', id: product.id }],
    })
    const quantity = { every: 1, points: 3, object: 'products_collection', id: collection.id }
    const loyalty = {
      type: 'PROPORTIONAL',
      calculation_type: 'ORDER_ITEMS_QUANTITY',
      order_items: { quantity },
    }
    const { code } = await member('dan', [{ event: 'order.paid', loyalty }])
    const items = [
      { product_id: product.id, quantity: 2, price: 100 },
      { source_id: 'other', quantity: 5, price: 100 },
    ]
    await pay('dan', 700, { items })
    expect(await balanceOf(t, code)).toBe(6)
  })

  it('earns by what a formula makes of it (L-13)', async () => {
    const loyalty = {
      type: 'FIXED',
      points_formula: 'ORDER_AMOUNT * 0.5 + CUSTOMER_METADATA("age")',
    }
    const { code } = await member('eve', [{ event: 'order.paid', loyalty }])
    await t.call('POST', '/v1/customers', { source_id: 'eve', metadata: { age: 3 } })
    await pay('eve', 1_500)
    expect(await balanceOf(t, code)).toBe(11)
  })

  it('earns nothing where a rule, its program or the card rests (L-16)', async () => {
    const past = { expiration_date: '2026-01-01T00:00:00Z' }
    const { code, program } = await member('fay', [
      fixed(1, 'order.paid', past),
      fixed(2, 'order.paid', { active: false }),
      fixed(4),
    ])
    await pay('fay', 100)
    expect(await balanceOf(t, code)).toBe(4)
    await t.call('POST', `/v1/campaigns/${program}/disable`)
    await pay('fay', 100)
    await t.call('POST', `/v1/campaigns/${program}/enable`)
    await t.call('POST', `/v1/vouchers/${code}/disable`)
    await pay('fay', 100)
    expect(await balanceOf(t, code)).toBe(4)
  })

  it('earns where the validation rule holds (L-16)', async () => {
    const { body: large } = await t.call('POST', '/v1/validation-rules', {
      name: 'large',
      rules: { 1: { name: 'order.amount', conditions: { $more_than: [1_000] } } },
    })
    const { code } = await member('gus', [fixed(5, 'order.paid', { validation_rule_id: large.id })])
    await pay('gus', 1_000)
    expect(await balanceOf(t, code)).toBe(0)
    await pay('gus', 1_001)
    expect(await balanceOf(t, code)).toBe(5)
  })

  it('earns as often as the validation rule allows (L-18)', async () => {
    const { body: twice } = await t.call('POST', '/v1/validation-rules', {
      name: 'twice',
      rules: {
        1: { name: 'redemption.count.per_customer', conditions: { $less_than_or_equal: [2] } },
      },
    })
    const { code } = await member('hal', [fixed(5, 'order.paid', { validation_rule_id: twice.id })])
    for (let times = 0; times < 4; times += 1) await pay('hal', 100)
    expect(await balanceOf(t, code)).toBe(10)
  })

  it('makes a member of a customer where the program lets it (L-20)', async () => {
    const program = await aProgram(t, { auto_join: true }, 10)
    const closed = await aProgram(t)
    await addRules(program, fixed(5))
    await addRules(closed, fixed(5))
    await pay('ida', 100)
    const { body } = await t.call('GET', `/v1/vouchers?campaign=${program}`)
    expect(body.vouchers).toHaveLength(1)
    expect(body.vouchers[0].loyalty_card).toMatchObject({ points: 15, balance: 15 })
    expect(await typesOf(t, 'ida', 'customer.')).toEqual([
      'customer.created',
      'customer.order.created',
      'customer.order.paid',
      'customer.publication.succeeded',
      'customer.rewarded.loyalty_points',
      'customer.loyalty.updated',
    ])
    await pay('ida', 100)
    expect(await balanceOf(t, body.vouchers[0].code)).toBe(20)
    expect((await t.call('GET', `/v1/vouchers?campaign=${closed}`)).body.vouchers).toEqual([])
  })

  it('earns points that wait for their day (programs scenario 50, L-40)', async () => {
    const pending = { pending_points: { period_type: 'DAY', period_value: 1 } }
    const { code } = await member('jan', [fixed(25, 'order.paid', pending)])
    const orderId = await pay('jan', 100)
    const { loyalty_card } = (await t.call('GET', `/v1/vouchers/${code}`)).body
    expect(loyalty_card).toMatchObject({ balance: 0, pending_points: 25 })
    expect(await ledgerOf(code)).toEqual([])
    const [entry] = (await t.call('GET', `/v1/loyalties/members/${code}/pending-points`)).body.data
    expect(entry).toMatchObject({
      points: 25,
      activates_at: '2026-06-02',
      order_id: orderId,
      details: {
        order: { id: orderId, source_id: `o${order}` },
        event: { type: 'customer.order.paid', category: 'EFFECT' },
        earning_rule: { id: expect.stringMatching(/^ern_/) },
      },
    })
    t.clock.set('2026-06-02T00:00:00Z')
    await runNight(t)
    expect(await balanceOf(t, code)).toBe(25)
    expect(await ledgerOf(code)).toMatchObject([
      {
        type: 'PENDING_POINTS_ACTIVATION',
        details: {
          balance: { points: 25, total: 25, balance: 25 },
          order: { id: orderId, source_id: `o${order}` },
          event: { type: 'customer.order.paid' },
          pending_points: { id: entry.id },
        },
      },
    ])
    expect(await typesOf(t, 'jan', 'customer.voucher')).toEqual([
      'customer.voucher.loyalty_card.pending_points.added',
      'customer.voucher.loyalty_card.pending_points.activated',
    ])
  })
})

describe('a custom event', () => {
  it('earns by its metadata (programs scenario 48, §3.2)', async () => {
    const { code } = await member('kim', [stars(10)])
    await send('kim', 'review_left', { metadata: { stars: 4 } })
    await drainEffects(t)
    expect(await balanceOf(t, code)).toBe(40)
    const [accrual] = await ledgerOf(code)
    expect(accrual.details.custom_event).toEqual({
      id: expect.stringMatching(/^event_/),
      type: 'review_left',
    })
    await send('kim', 'Review_Left', { metadata: { stars: 4 } })
    await drainEffects(t)
    expect(await balanceOf(t, code)).toBe(40)
  })

  it('earns on the card that it names alone (programs scenario 49, E-7)', async () => {
    const first = await member('lea', [fixed(5, 'visit')])
    const second = await member('lea', [fixed(5, 'visit')])
    const other = await member('max', [])
    await send('lea', 'visit', { loyalty: { code: second.code } })
    await send('lea', 'visit', { loyalty: { code: other.code } })
    await drainEffects(t)
    expect(await balanceOf(t, first.code)).toBe(0)
    expect(await balanceOf(t, second.code)).toBe(5)
    expect(await balanceOf(t, other.code)).toBe(0)
    expect(await typesOf(t, 'lea', 'customer.custom_event')).toHaveLength(2)
    await send('lea', 'visit')
    await drainEffects(t)
    expect(await balanceOf(t, first.code)).toBe(5)
    expect(await balanceOf(t, second.code)).toBe(10)
  })

  it('meets conditions on its metadata (L-16)', async () => {
    const { body: long } = await t.call('POST', '/v1/validation-rules', {
      name: 'long',
      rules: {
        1: { name: 'custom_event.metadata', property: 'words', conditions: { $more_than: [10] } },
      },
    })
    const { code } = await member('mia', [fixed(5, 'wrote', { validation_rule_id: long.id })])
    await send('mia', 'wrote', { metadata: { words: 3 } })
    await send('mia', 'wrote', { metadata: { words: 30 } })
    await drainEffects(t)
    expect(await balanceOf(t, code)).toBe(5)
  })
})

describe('tiers', () => {
  it('map what rules give by the tier before (programs scenario 46, L-12, L-14)', async () => {
    const { code, program, ids } = await member('ned', [fixed(5), total(500, 10)])
    const tier = {
      name: 'Gold',
      points: { from: 905 },
      earning_rules: {
        [ids[0] as string]: { type: 'CUSTOM', points: 200 },
        [ids[1] as string]: { type: 'MULTIPLY', multiplier: 3 },
      },
    }
    await t.call('POST', `/v1/loyalties/${program}/tiers`, [tier])
    await pay('ned', 45_000)
    expect(await balanceOf(t, code)).toBe(905)
    await pay('ned', 45_000)
    expect(await balanceOf(t, code)).toBe(905 + 200 + 2_700)
    expect(await typesOf(t, 'ned', 'customer.loyalty.tier')).toEqual([
      'customer.loyalty.tier.joined',
    ])
  })

  it('map by the tier that the order before gave, however late that is worked on (L-14)', async () => {
    const { code, program, ids } = await member('olga', [fixed(100)])
    const mapping = { [ids[0] as string]: { type: 'MULTIPLY', multiplier: 2 } }
    const tier = { name: 'Gold', points: { from: 100 }, earning_rules: mapping }
    await t.call('POST', `/v1/loyalties/${program}/tiers`, [tier])
    for (const amount of [1, 2, 3]) {
      await t.call('POST', '/v1/orders', {
        status: 'PAID',
        amount,
        customer: { source_id: 'olga' },
      })
    }
    await drainEffects(t)
    expect(await balanceOf(t, code)).toBe(100 + 200 + 200)
  })

  it('give points when they change (L-19)', async () => {
    const { code, program } = await member('pam', [fixed(1, 'customer.loyalty.tier.joined')])
    const { body: tiers } = await t.call('POST', `/v1/loyalties/${program}/tiers`, [
      { name: 'Silver', points: { from: 100, to: 199 } },
      { name: 'Gold', points: { from: 200 } },
    ])
    const [silver, gold] = tiers.map(({ id }: { id: string }) => id)
    const upgraded = 'customer.loyalty.tier.upgraded'
    await addRules(
      program,
      fixed(10, upgraded, { loyalty_tier: { id: gold } }),
      fixed(100, upgraded, { loyalty_tier: { id: silver } }),
      fixed(1_000, upgraded, { loyalty_tier: { id: '__ANY__' } }),
    )
    await addPoints(t, code, 150)
    expect(await balanceOf(t, code)).toBe(151)
    await addPoints(t, code, 100)
    expect(await balanceOf(t, code)).toBe(251 + 1_010)
  })
})
