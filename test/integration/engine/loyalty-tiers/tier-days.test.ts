import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { runAsyncActions } from '../../../support/async-actions.ts'
import { drainEffects } from '../../../support/effects.ts'
import { addPoints, aProgram, balanceOf, join, typesOf } from '../../../support/loyalty.ts'
import { runNight } from '../../../support/nightly.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const SILVER = { name: 'Silver', points: { from: 151, to: 250 } }
const GOLD = { name: 'Gold', points: { from: 251 } }
const TIER = 'customer.loyalty.tier.'
const QUARTERS = {
  qualification_type: 'BALANCE',
  qualification_period: 'QUARTER',
  start_date: { type: 'IMMEDIATE' },
  expiration_date: { type: 'END_OF_NEXT_PERIOD' },
}

async function member(customer: string, more: object, points = 0): Promise<string> {
  const program = await aProgram(t, more, points)
  await t.call('POST', `/v1/loyalties/${program}/tiers`, [SILVER, GOLD])
  return join(t, program, customer)
}
const tierOf = async (code: string): Promise<string | undefined> =>
  (await t.call('GET', `/v1/loyalties/members/${code}/tiers`)).body.data[0]?.name
async function atNight(at: string): Promise<void> {
  t.clock.set(at)
  await runNight(t)
  await drainEffects(t)
}

describe('a tier that lasts (L-52, L-53, L-66)', () => {
  it('is kept to its last day, and then is what the balance gives', async () => {
    t.clock.set('2026-06-01T12:00:00Z')
    const code = await member('ann', { loyalty_tiers_expiration: QUARTERS }, 300)
    const kept = await member('bob', { loyalty_tiers_expiration: QUARTERS }, 300)
    await addPoints(t, code, -100)
    await atNight('2026-09-30T23:59:00Z')
    expect([await tierOf(code), await tierOf(kept)]).toEqual(['Gold', 'Gold'])
    await atNight('2026-10-01T00:00:01Z')
    expect([await tierOf(code), await tierOf(kept)]).toEqual(['Silver', 'Gold'])
    await atNight('2026-10-02T00:00:01Z')
    const told = (customer: string) => typesOf(t, customer, TIER)
    expect(await told('ann')).toEqual([
      `${TIER}joined`,
      `${TIER}expiration.changed`,
      `${TIER}downgraded`,
      `${TIER}expiration.changed`,
    ])
    expect(await told('bob')).toEqual([
      `${TIER}joined`,
      `${TIER}expiration.changed`,
      `${TIER}prolonged`,
      `${TIER}expiration.changed`,
    ])
  })

  it('goes by what was earned in a period, whatever was spent of it', async () => {
    t.clock.set('2027-02-10T12:00:00Z')
    const rules = {
      qualification_type: 'POINTS_IN_PERIOD',
      qualification_period: 'YEAR',
      start_date: { type: 'NEXT_PERIOD' },
      expiration_date: { type: 'END_OF_PERIOD' },
    }
    const code = await member('carl', { loyalty_tiers_expiration: rules })
    await addPoints(t, code, 200)
    await addPoints(t, code, -200)
    await addPoints(t, code, 100)
    expect(await tierOf(code)).toBeUndefined()
    await atNight('2028-01-01T00:00:01Z')
    expect(await tierOf(code)).toBe('Gold')
    await addPoints(t, code, 160)
    await atNight('2029-01-01T00:00:01Z')
    expect(await tierOf(code)).toBe('Silver')
    await atNight('2030-01-01T00:00:01Z')
    expect(await tierOf(code)).toBeUndefined()
    const told = await typesOf(t, 'carl', TIER)
    expect(told.filter((type) => !type.endsWith('changed'))).toEqual([
      `${TIER}joined`,
      `${TIER}downgraded`,
      `${TIER}left`,
    ])
  })

  it('is prolonged by points that expire the same night (L-66)', async () => {
    t.clock.set('2030-06-30T12:00:00Z')
    const voucher = {
      type: 'LOYALTY_CARD',
      loyalty_card: { points: 0, expiration_rules: { period_type: 'MONTH', period_value: 3 } },
    }
    const code = await member('dora', { loyalty_tiers_expiration: QUARTERS, voucher })
    await addPoints(t, code, 200)
    await atNight('2030-10-01T00:00:01Z')
    expect(await balanceOf(t, code)).toBe(0)
    expect(await tierOf(code)).toBe('Silver')
    expect(await typesOf(t, 'dora', `${TIER}prolonged`)).toHaveLength(1)
    const other = await member('emil', { voucher })
    await addPoints(t, other, 200)
    expect(await tierOf(other)).toBe('Silver')
    await atNight('2031-01-02T00:00:01Z')
    expect(await tierOf(other)).toBeUndefined()
    expect(await tierOf(code)).toBeUndefined()
  })

  it('begins at midnight of the project, not of UTC', async () => {
    t.clock.set('2031-06-01T12:00:00Z')
    await t.db.kysely
      .updateTable('project')
      .set({ time_zone: 'America/New_York' })
      .where('id', '=', t.keys.projectId)
      .execute()
    const code = await member('fred', { loyalty_tiers_expiration: QUARTERS }, 300)
    await addPoints(t, code, -300)
    await atNight('2031-10-01T03:59:00Z')
    expect(await tierOf(code)).toBe('Gold')
    await atNight('2031-10-01T04:00:01Z')
    expect(await tierOf(code)).toBeUndefined()
  })
})

describe('tiers of a program that has members (L-54)', () => {
  it('are given to them, and taken from nobody', async () => {
    const program = await aProgram(t, {}, 300)
    const code = await join(t, program, 'gina')
    const path = `/v1/loyalties/${program}/tiers`
    const { body: tiers } = await t.call('POST', path, [SILVER, GOLD])
    expect(await tierOf(code)).toBeUndefined()
    await runAsyncActions(t)
    expect(await tierOf(code)).toBe('Gold')
    await t.call('PUT', `${path}/${tiers[1].id}`, { points: { from: 400, to: null } })
    await runAsyncActions(t)
    expect(await tierOf(code)).toBe('Gold')
    await addPoints(t, code, 1)
    expect(await tierOf(code)).toBeUndefined()
  })
})

describe('tiers of a program that has many members (L-54)', () => {
  it('are given to each of them and taken with the tier, however many steps that takes', async () => {
    const count = 2 * LIMITS.tieredCardsPerStep + 1
    const program = await aProgram(t, { vouchers_count: count }, 300)
    await runAsyncActions(t)
    const { body: holder } = await t.call('POST', '/v1/customers', { source_id: 'crowd' })
    const hold = t.db.kysely.updateTable('voucher').set({ holder_id: holder.id })
    await hold.where('campaign_id', '=', program).execute()
    const path = `/v1/loyalties/${program}/tiers`
    const { body: tiers } = await t.call('POST', path, [SILVER, GOLD])
    await runAsyncActions(t)
    const inGold = t.db.kysely.selectFrom('loyalty_tier_member').where('tier_id', '=', tiers[1].id)
    expect(await inGold.select('voucher_id').execute()).toHaveLength(count)
    expect((await t.call('DELETE', `${path}/${tiers[1].id}`)).status).toBe(204)
    const told = t.db.kysely.selectFrom('occurrence').where('customer_id', '=', holder.id)
    const left = told.where('type', '=', `${TIER}left`)
    expect(await left.select('id').execute()).toHaveLength(count)
  })
})

describe('a program whose tiers last otherwise than before', () => {
  it('has its members looked at where its owner asks for it', async () => {
    t.clock.set('2032-01-15T12:00:00Z')
    const program = await aProgram(t, {}, 300)
    await t.call('POST', `/v1/loyalties/${program}/tiers`, [SILVER, GOLD])
    const code = await join(t, program, 'iris')
    const expiration = async () =>
      (await t.call('GET', `/v1/loyalties/members/${code}/tiers`)).body.data[0].expiration
    expect((await expiration()).expiration_date).toBeNull()
    const change = { loyalty_tiers_expiration: QUARTERS, options: { recalculate_tiers: true } }
    expect((await t.call('PUT', `/v1/loyalties/${program}`, change)).status).toBe(200)
    await runAsyncActions(t)
    expect((await expiration()).expiration_date).toBe('2032-06-30')
    const { loyalty_tiers_expiration } = (await t.call('GET', `/v1/loyalties/${program}`)).body
    expect(loyalty_tiers_expiration).toEqual(QUARTERS)
  })

  it.each([
    [{ qualification_type: 'BALANCE' }, ".expiration_date should have required property 'type'"],
    [
      { expiration_date: { type: 'END_OF_PERIOD' } },
      " should have required property 'qualification_period'",
    ],
    [
      { expiration_date: { type: 'CUSTOM' } },
      '.expiration_date.extend should be a duration in ISO 8601, such as P3M',
    ],
    [
      { expiration_date: { type: 'CUSTOM', extend: 'P3M', rounding: { type: 'CUSTOM' } } },
      ".expiration_date.rounding should have required property 'value'",
    ],
  ])('cannot leave open when they end: %j', async (expiration, details) => {
    const body = {
      name: 'Open',
      voucher: { type: 'LOYALTY_CARD', loyalty_card: { points: 0 } },
      loyalty_tiers_expiration: expiration,
    }
    expect(await t.call('POST', '/v1/loyalties', body)).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details: `Property .loyalty_tiers_expiration${details}` },
    })
  })
})

describe('many changes of one card', () => {
  it('leave it in the tier of its balance, with a history that adds up', async () => {
    const code = await member('hugo', {})
    await Promise.all(
      Array.from({ length: 32 }, (_, index) =>
        t.call('POST', `/v1/vouchers/${code}/balance`, { amount: index % 2 === 0 ? 20 : 1 }),
      ),
    )
    await Promise.all([drainEffects(t), drainEffects(t)])
    await drainEffects(t)
    expect(await balanceOf(t, code)).toBe(16 * 21)
    expect(await tierOf(code)).toBe('Gold')
    const told = await typesOf(t, 'hugo', TIER)
    expect(told.at(-1)).toBe(told.length === 1 ? `${TIER}joined` : `${TIER}upgraded`)
  })
})
