import { describe, expect, it } from 'vitest'
import { drainEffects } from '../../../support/effects.ts'
import { aProgram, join } from '../../../support/loyalty.ts'
import { runNight } from '../../../support/nightly.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()

const PENDING = { period_type: 'DAY', period_value: 1 }

/** A program with a rule for paid orders whose points wait, as often as `conditions` allow. */
async function aLimitedProgram(
  name: string,
  most: number,
  { count = 1, ...more }: { count?: number; pending_points?: null } = {},
): Promise<string> {
  const { body: limit } = await t.call('POST', '/v1/validation-rules', {
    name,
    rules: { 1: { name, conditions: { $less_than_or_equal: [most] } } },
  })
  const program = await aProgram(t)
  const rule = {
    event: 'order.paid',
    loyalty: { type: 'FIXED', points: 25 },
    pending_points: PENDING,
    validation_rule_id: limit.id,
    ...more,
  }
  const rules = Array.from({ length: count }, () => rule)
  const { status } = await t.call('POST', `/v1/loyalties/${program}/earning-rules`, rules)
  expect(status).toBe(200)
  return program
}

const pay = async (customer: string, order: object = { amount: 100 }): Promise<void> => {
  const body = { ...order, status: 'PAID', customer: { source_id: customer } }
  expect((await t.call('POST', '/v1/orders', body)).status).toBe(200)
  await drainEffects(t)
}

const cardOf = async (code: string) =>
  (await t.call('GET', `/v1/vouchers/${code}`)).body.loyalty_card

const pendingOf = async (code: string): Promise<{ id: string }[]> =>
  (await t.call('GET', `/v1/loyalties/members/${code}/pending-points`)).body.data

describe('how often a rule gives points that wait (L-18, L-40)', () => {
  it('counts those that wait and those that came, for each customer by themselves', async () => {
    const program = await aLimitedProgram('redemption.count.per_customer', 2)
    const ann = await join(t, program, 'ann')
    const bob = await join(t, program, 'bob')
    await pay('ann')
    const [first] = await pendingOf(ann)
    await t.call('POST', `/v1/loyalties/members/${ann}/pending-points/${first?.id}/activate`)
    for (const customer of ['ann', 'ann', 'bob']) await pay(customer)
    expect(await cardOf(ann)).toMatchObject({ balance: 25, pending_points: 25 })
    expect(await cardOf(bob)).toMatchObject({ balance: 0, pending_points: 25 })
  })

  it('counts them for all together, but not those that never come', async () => {
    const program = await aLimitedProgram('redemption.count', 2)
    const cid = await join(t, program, 'cid')
    const dan = await join(t, program, 'dan')
    await pay('cid')
    const [first] = await pendingOf(cid)
    await t.call('POST', `/v1/loyalties/members/${cid}/pending-points/${first?.id}/cancel`)
    for (const customer of ['cid', 'dan', 'dan']) await pay(customer)
    expect(await cardOf(cid)).toMatchObject({ balance: 0, pending_points: 25 })
    expect(await cardOf(dan)).toMatchObject({ balance: 0, pending_points: 25 })
  })

  it('counts in the month in which they were given, whenever they come', async () => {
    const program = await aLimitedProgram('redemption.count.monthly', 1)
    const code = await join(t, program, 'eve')
    await pay('eve')
    await pay('eve')
    expect(await cardOf(code)).toMatchObject({ pending_points: 25 })
    t.clock.advance(31 * 24 * 3_600_000)
    const [first] = await pendingOf(code)
    await t.call('POST', `/v1/loyalties/members/${code}/pending-points/${first?.id}/activate`)
    await pay('eve')
    await pay('eve')
    expect(await cardOf(code)).toMatchObject({ balance: 25, pending_points: 25 })
  })
})

describe('what the orders come to for which a program gives points (L-16, R-RULE-07)', () => {
  const AMOUNT = 'campaign.orders.amount'
  const AT_ONCE = { pending_points: null }

  it('is the sum of their amounts, with the order at hand, for all customers together', async () => {
    const program = await aLimitedProgram(AMOUNT, 1_000, AT_ONCE)
    const [fay, gus] = [await join(t, program, 'fay'), await join(t, program, 'gus')]
    await pay('fay', { amount: 600 })
    await pay('gus', { amount: 401 })
    await pay('gus', { amount: 400 })
    await pay('fay', { amount: 1 })
    expect(await cardOf(fay)).toMatchObject({ balance: 25 })
    expect(await cardOf(gus)).toMatchObject({ balance: 25 })
  })

  it('has each order once, however many rules give points for it', async () => {
    const program = await aLimitedProgram(AMOUNT, 1_000, { ...AT_ONCE, count: 2 })
    const code = await join(t, program, 'hal')
    for (const amount of [600, 400, 1]) await pay('hal', { amount })
    expect(await cardOf(code)).toMatchObject({ balance: 100 })
  })

  it('adds up orders that were paid at the same time', async () => {
    const program = await aLimitedProgram(AMOUNT, 1_000, AT_ONCE)
    const names = Array.from({ length: 8 }, (_, n) => `ida-${n}`)
    const codes = await Promise.all(names.map((name) => join(t, program, name)))
    await Promise.all(
      names.map((name) =>
        t.call('POST', '/v1/orders', {
          amount: 300,
          status: 'PAID',
          customer: { source_id: name },
        }),
      ),
    )
    await Promise.all([drainEffects(t), drainEffects(t)])
    const cards = await Promise.all(codes.map(cardOf))
    expect(cards.filter(({ balance }) => balance === 25)).toHaveLength(3)
  })

  it('has orders whose points wait or came, and not those whose points never come', async () => {
    const program = await aLimitedProgram(AMOUNT, 1_000)
    const code = await join(t, program, 'joe')
    for (const amount of [500, 400, 101]) await pay('joe', { amount })
    const waiting = await pendingOf(code)
    expect(waiting).toHaveLength(2)
    const [one, other] = waiting
    const at = `/v1/loyalties/members/${code}/pending-points`
    await t.call('POST', `${at}/${one?.id}/activate`)
    await pay('joe', { amount: 101 })
    expect(await pendingOf(code)).toHaveLength(1)
    await t.call('POST', `${at}/${other?.id}/cancel`)
    await pay('joe', { amount: 101 })
    expect(await pendingOf(code)).toHaveLength(1)
  })

  it('still has orders whose points came at night', async () => {
    const program = await aLimitedProgram(AMOUNT, 1_000)
    const code = await join(t, program, 'kim')
    await pay('kim', { amount: 1_000 })
    t.clock.advance(2 * 24 * 3_600_000)
    await runNight(t)
    expect(await cardOf(code)).toMatchObject({ balance: 25, pending_points: 0 })
    await pay('kim', { amount: 1 })
    expect(await pendingOf(code)).toEqual([])
  })

  it('is the sum of what was taken off them, where a rule asks for that', async () => {
    const program = await aLimitedProgram(`${AMOUNT}_discounted`, 150, AT_ONCE)
    const code = await join(t, program, 'lou')
    for (const discount_amount of [100, 51, 50, 1])
      await pay('lou', { amount: 500, discount_amount })
    expect(await cardOf(code)).toMatchObject({ balance: 50 })
  })
})
