import { describe, expect, it } from 'vitest'
import { drainEffects } from '../../../support/effects.ts'
import { aProgram, join } from '../../../support/loyalty.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()

const PENDING = { period_type: 'DAY', period_value: 1 }

/** A program with a rule for paid orders whose points wait, as often as `conditions` allow. */
async function aLimitedProgram(name: string, most: number): Promise<string> {
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
  }
  const { status } = await t.call('POST', `/v1/loyalties/${program}/earning-rules`, [rule])
  expect(status).toBe(200)
  return program
}

const pay = async (customer: string): Promise<void> => {
  const body = { amount: 100, status: 'PAID', customer: { source_id: customer } }
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
