import { describe, expect, it } from 'vitest'
import { drainEffects } from '../../../support/effects.ts'
import { aProgram, balanceOf, join } from '../../../support/loyalty.ts'
import { drainWalks } from '../../../support/segments.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()

const addRules = async (program: string, ...rules: object[]): Promise<void> => {
  const { status } = await t.call('POST', `/v1/loyalties/${program}/earning-rules`, rules)
  expect(status).toBe(200)
}

describe('entering a segment (L-18)', () => {
  it('earns, as often as it happens, by what is known of the customer', async () => {
    const { body: segment } = await t.call('POST', '/v1/segments', {
      name: 'VIP',
      type: 'auto-update',
      filter: { junction: 'and', 'metadata.vip': { conditions: { $is: [true] } } },
    })
    const { body: other } = await t.call('POST', '/v1/segments', {
      name: 'Others',
      type: 'auto-update',
      filter: { junction: 'and', 'metadata.other': { conditions: { $is: [true] } } },
    })
    await drainWalks(t)
    const program = await aProgram(t)
    const event = 'customer.segment.entered'
    const age = {
      type: 'PROPORTIONAL',
      calculation_type: 'CUSTOMER_METADATA',
      customer: { metadata: { every: 10, points: 1, property: 'age' } },
    }
    await addRules(
      program,
      { event, segment: { id: segment.id }, loyalty: { type: 'FIXED', points: 100 } },
      { event, segment: { id: segment.id }, loyalty: age },
      { event, segment: { id: other.id }, loyalty: { type: 'FIXED', points: 1_000 } },
    )
    const code = await join(t, program, 'ann')
    for (const vip of [true, false, true]) {
      await t.call('POST', '/v1/customers', { source_id: 'ann', metadata: { vip, age: 35 } })
      await drainEffects(t)
    }
    expect(await balanceOf(t, code)).toBe(2 * 103)
    const { body } = await t.call('GET', `/v1/vouchers/${code}/transactions`)
    expect(body.data[0].details.segment).toEqual({ id: segment.id, name: 'VIP' })
  })
})

describe('being in a segment (L-16)', () => {
  it('may be what a rule asks for', async () => {
    const { body: segment } = await t.call('POST', '/v1/segments', {
      name: 'Locals',
      type: 'passive',
      filter: { junction: 'and', 'metadata.local': { conditions: { $is: [true] } } },
    })
    const { body: condition } = await t.call('POST', '/v1/validation-rules', {
      name: 'locals',
      rules: { 1: { name: 'customer.segment', conditions: { $is: [segment.id] } } },
    })
    const program = await aProgram(t)
    const loyalty = { type: 'FIXED', points: 5 }
    await addRules(program, { event: 'visit', loyalty, validation_rule_id: condition.id })
    const code = await join(t, program, 'dan')
    for (const local of [false, true]) {
      const customer = { source_id: 'dan', metadata: { local } }
      await t.call('POST', '/v1/events', { event: 'visit', customer })
      await drainEffects(t)
    }
    expect(await balanceOf(t, code)).toBe(5)
  })
})

describe('points that are earned', () => {
  it('expire as their rule says, before what the program says (L-62)', async () => {
    const voucher = {
      type: 'LOYALTY_CARD',
      loyalty_card: { points: 0, expiration_rules: { period_type: 'MONTH', period_value: 12 } },
    }
    const program = await aProgram(t, { voucher })
    const month = { period_type: 'MONTH', period_value: 1 }
    const loyalty = { type: 'FIXED', points: 5 }
    await addRules(
      program,
      { event: 'short', loyalty, expiration_rules: month },
      { event: 'long', loyalty },
    )
    const code = await join(t, program, 'bob')
    const expiry = async () => (await t.call('GET', `/v1/vouchers/${code}`)).body.loyalty_card
    for (const event of ['long', 'short']) {
      await t.call('POST', '/v1/events', { event, customer: { source_id: 'bob' } })
    }
    await drainEffects(t)
    expect(await expiry()).toMatchObject({
      balance: 10,
      next_expiration_date: '2026-07-01',
      next_expiration_points: 5,
    })
  })

  it('are told to webhooks with what they came from (L-21)', async () => {
    const program = await aProgram(t)
    await addRules(program, { event: 'told', loyalty: { type: 'FIXED', points: 5 } })
    const code = await join(t, program, 'cora')
    await t.call('POST', '/v1/events', { event: 'told', customer: { source_id: 'cora' } })
    await drainEffects(t)
    const occurrences = await t.db.kysely
      .selectFrom('occurrence')
      .select(['type', 'data', 'customer_id', 'group_id', 'category'])
      .orderBy('id', 'desc')
      .limit(4)
      .execute()
    const [summary, movement, rewarded, cause] = occurrences
    expect([cause?.type, rewarded?.type, movement?.type, summary?.type]).toEqual([
      'customer.custom_event',
      'customer.rewarded.loyalty_points',
      'voucher.loyalty_card.transaction.created',
      'customer.loyalty.updated',
    ])
    expect(rewarded).toMatchObject({ group_id: cause?.group_id, category: 'EFFECT' })
    expect(rewarded?.data).toMatchObject({
      customer: { source_id: 'cora' },
      holder: { source_id: 'cora' },
      voucher: { code, loyalty_card: { balance: 5 } },
      campaign: { id: program },
      loyalty_tier: null,
      earning_rule: { event: 'told' },
      order: null,
      balance: { points: 5, total: 5, balance: 5, operation_type: 'AUTOMATIC' },
      event: { type: 'customer.custom_event', group_id: cause?.group_id },
      custom_event: { type: 'told' },
    })
    expect(movement?.data).toMatchObject({
      transaction: { type: 'POINTS_ACCRUAL' },
      holder_loyalty_tier: null,
    })
  })
})
