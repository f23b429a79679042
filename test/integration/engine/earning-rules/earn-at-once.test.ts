import { describe, expect, it } from 'vitest'
import { checkPoints } from '../../../../src/engine/points/index.ts'
import { drainEffects } from '../../../support/effects.ts'
import { aProgram, balanceOf, join, typesOf } from '../../../support/loyalty.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const RIVALS = 32

const fixed = (points: number, event: string, more: object = {}) => ({
  event,
  loyalty: { type: 'FIXED', points },
  ...more,
})
const addRules = async (program: string, ...rules: object[]): Promise<string[]> => {
  const { status, body } = await t.call('POST', `/v1/loyalties/${program}/earning-rules`, rules)
  expect(status).toBe(200)
  return body.map(({ id }: { id: string }) => id)
}
const send = async (customer: string, event: string, more: object = {}) => {
  const body = { event, customer: { source_id: customer }, ...more }
  expect((await t.call('POST', '/v1/events', body)).status).toBe(200)
}
const inParallel = <T>(work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: RIVALS }, (_, index) => work(index)))
/** Several workers at once, and again when nothing is left. */
async function settle(): Promise<void> {
  await Promise.all([drainEffects(t), drainEffects(t), drainEffects(t)])
  await drainEffects(t)
  await drainEffects(t)
}
const linesOf = async (code: string): Promise<{ type: string }[]> =>
  (await t.call('GET', `/v1/vouchers/${code}/transactions?limit=100`)).body.data

describe('what many do at once', () => {
  it('earns the sum of what each earns, whoever works on it (L-15)', async () => {
    const program = await aProgram(t)
    const custom_event = { metadata: { every: 1, points: 1, property: 'stars' } }
    const calculation_type = 'CUSTOM_EVENT_METADATA'
    const loyalty = { type: 'PROPORTIONAL', calculation_type, custom_event }
    await addRules(program, { event: 'ping', loyalty })
    const code = await join(t, program, 'ann')
    await inParallel((index) => send('ann', 'ping', { metadata: { stars: index + 1 } }))
    await settle()
    expect(await balanceOf(t, code)).toBe((RIVALS * (RIVALS + 1)) / 2)
    expect(await linesOf(code)).toHaveLength(RIVALS)
    expect(await typesOf(t, 'ann', 'customer.rewarded')).toHaveLength(RIVALS)
  })

  it('earns once for an order, however many say that it is paid (L-15)', async () => {
    const program = await aProgram(t)
    await addRules(program, fixed(5, 'order.paid'))
    const code = await join(t, program, 'bob')
    const customer = { source_id: 'bob' }
    const { body: order } = await t.call('POST', '/v1/orders', { amount: 100, customer })
    await inParallel((index) =>
      t.call('PUT', `/v1/orders/${order.id}`, { status: index % 2 === 0 ? 'PAID' : 'CANCELED' }),
    )
    await settle()
    expect(await balanceOf(t, code)).toBe(5)
  })

  it('makes each a member once (L-20)', async () => {
    const program = await aProgram(t, { auto_join: true })
    await addRules(program, fixed(1, 'rush'))
    await inParallel((index) => send(`r${index % 4}`, 'rush'))
    await settle()
    const { body } = await t.call('GET', `/v1/vouchers?campaign=${program}&limit=100`)
    const balances = body.vouchers.map(
      (card: { loyalty_card: { balance: number } }) => card.loyalty_card.balance,
    )
    expect(balances).toEqual([8, 8, 8, 8])
  })

  it('makes each a member once who joins at that very moment (L-20)', async () => {
    const program = await aProgram(t, { auto_join: true })
    await addRules(program, fixed(1, 'join'))
    await inParallel(async (index) => {
      const customer = { source_id: `j${index % 4}` }
      if (index % 2 === 0) await send(customer.source_id, 'join')
      else await t.call('POST', '/v1/publications?join_once=true', { campaign: program, customer })
      if (index % 8 === 0) await drainEffects(t)
    })
    await settle()
    const { body } = await t.call('GET', `/v1/vouchers?campaign=${program}&limit=100`)
    expect(body.vouchers).toHaveLength(4)
  })

  it('gives no more than a rule allows (L-18)', async () => {
    const { body: limit } = await t.call('POST', '/v1/validation-rules', {
      name: 'thrice',
      rules: { 1: { name: 'redemption.count', conditions: { $less_than_or_equal: [3] } } },
    })
    const program = await aProgram(t, { auto_join: true })
    await addRules(program, fixed(1, 'race', { validation_rule_id: limit.id }))
    await inParallel((index) => send(`n${index}`, 'race'))
    await settle()
    const { body } = await t.call('GET', `/v1/vouchers?campaign=${program}&limit=100`)
    expect(body.vouchers).toHaveLength(3)
  })

  it('leaves cards whose ledgers add up, in the tier of their balance', async () => {
    const program = await aProgram(t, {}, 100)
    const [rule] = await addRules(program, fixed(7, 'mix'))
    const earning_rules = { [rule as string]: { type: 'MULTIPLY', multiplier: 2 } }
    await t.call('POST', `/v1/loyalties/${program}/tiers`, [
      { name: 'Low', points: { from: 0, to: 149 } },
      { name: 'High', points: { from: 150 }, earning_rules },
    ])
    const code = await join(t, program, 'mia')
    await inParallel(async (index) => {
      if (index % 2 === 0) await send('mia', 'mix')
      else
        await t.call('POST', `/v1/vouchers/${code}/balance`, { amount: index % 4 === 1 ? 9 : -11 })
      if (index % 8 === 0) await drainEffects(t)
    })
    await settle()
    const balance = await balanceOf(t, code)
    const { body } = await t.call('GET', `/v1/loyalties/members/${code}/tiers`)
    expect(body.data[0].name).toBe(balance >= 150 ? 'High' : 'Low')
    const earned = (await linesOf(code)).filter(({ type }) => type === 'POINTS_ACCRUAL')
    expect(earned).toHaveLength(RIVALS / 2)
    expect(await checkPoints(t.db, t.keys.projectId)).toEqual([])
  })
})
