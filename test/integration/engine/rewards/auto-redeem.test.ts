import { describe, expect, it } from 'vitest'
import { toOwnCall } from '../../../../src/engine/context.ts'
import type { NightlyStep } from '../../../../src/engine/nightly/index.ts'
import { autoRedeemEffect, autoRedeemStep } from '../../../../src/engine/redemptions/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { drainEffects } from '../../../support/effects.ts'
import { runNight } from '../../../support/nightly.ts'
import { useTestApp } from '../../../support/test-app.ts'
import {
  aCouponCampaign,
  aGiftCampaign,
  aMember,
  announced,
  aProduct,
  aProgram,
  balanceOf,
  made,
  typesOf,
  unique,
} from './support.ts'

const t = useTestApp()

async function anAutoReward(program: { id: string }, reward: object, points = 100) {
  const { id } = await made(t, '/v1/rewards', { name: unique('reward'), ...reward })
  return made(t, `/v1/rewards/${id}/assignments`, {
    campaign: program.id,
    parameters: { loyalty: { points, auto_redeem: true } },
  })
}

const add = (card: string, points: number) =>
  t.call('POST', `/v1/vouchers/${card}/balance`, { amount: points })

const ofCampaign = async ({ id }: { id: string }, holderId: string): Promise<number> => {
  const { rows } = await t.db.pool.query(
    'select count(*)::int as count from voucher where campaign_id = $1 and holder_id = $2',
    [id, holderId],
  )
  return rows[0].count
}

describe('a reward that the engine redeems by itself (R-5)', () => {
  it('is redeemed as soon as the points are there, as often as they last', async () => {
    const program = await aProgram(t)
    const coupons = await aCouponCampaign(t)
    await anAutoReward(program, { parameters: { campaign: { id: coupons.id } } })
    const { card, customerId } = await aMember(t, program)
    await add(card, 99)
    await drainEffects(t)
    expect(await balanceOf(t, card)).toBe(99)

    await add(card, 246)
    await drainEffects(t)
    expect(await balanceOf(t, card)).toBe(45)
    expect(await ofCampaign(coupons, customerId)).toBe(3)
    const { data } = (await t.call('GET', `/v1/vouchers/${card}/transactions`)).body
    expect(data[0]).toMatchObject({
      type: 'POINTS_REDEMPTION',
      details: { balance: { points: -300, balance: 45 } },
    })
    const types = typesOf(await announced(t, customerId))
    expect(types.filter((type) => type === 'customer.redemption.succeeded')).toHaveLength(1)
  })

  it('is redeemed of what somebody has who joins', async () => {
    const program = await aProgram(t, 250)
    const gifts = await aGiftCampaign(t)
    const parameters = { campaign: { id: gifts.id, balance: 5 } }
    await anAutoReward(program, { parameters })
    const { card, customerId } = await aMember(t, program)
    await drainEffects(t)
    expect(await balanceOf(t, card)).toBe(50)
    const { rows } = await t.db.pool.query(
      'select code from voucher where campaign_id = $1 and holder_id = $2',
      [gifts.id, customerId],
    )
    expect(await balanceOf(t, rows[0].code)).toBe(10)
  })

  it('is told to the Voucherify source as nobody’s request (§17.6 example 8)', async () => {
    const response = await t.app.http.inject({
      method: 'PUT',
      url: '/api/v1/voucherify-source',
      headers: { authorization: `Bearer ${t.keys.adminToken}`, 'content-type': 'application/json' },
      payload: JSON.stringify({
        write_key: 'key',
        region: 'CUSTOM',
        endpoint: 'http://127.0.0.1:9',
      }),
    })
    expect(response.statusCode).toBe(200)
    const program = await aProgram(t)
    const coupons = await aCouponCampaign(t)
    await anAutoReward(program, { parameters: { campaign: { id: coupons.id } } })
    const { card } = await aMember(t, program)
    await add(card, 100)
    await t.db.pool.query('delete from segment_source_message')
    await drainEffects(t)
    const { rows } = await t.db.pool.query(
      'select event_row from segment_source_message order by id',
    )
    expect(rows.map(({ event_row }) => event_row)).toEqual([1, 13, 9, 7, 8])
  })

  it('is redeemed once, whoever adds points at the same time', async () => {
    const program = await aProgram(t)
    const product = await aProduct(t)
    const parameters = { product: { id: product.id } }
    const { reward_id } = await anAutoReward(program, { parameters, stock: 40 }, 10)
    const { card } = await aMember(t, program)
    await Promise.all(Array.from({ length: 32 }, () => add(card, 10)))
    await Promise.all([drainEffects(t), drainEffects(t), drainEffects(t)])
    expect(await balanceOf(t, card)).toBe(0)
    expect((await t.call('GET', `/v1/rewards/${reward_id}`)).body).toMatchObject({
      stock: 8,
      redeemed: 32,
    })
  })

  it('is redeemed before tiers look, so that one at its price is never reached (R-5)', async () => {
    const program = await aProgram(t)
    const coupons = await aCouponCampaign(t)
    await anAutoReward(program, { parameters: { campaign: { id: coupons.id } } })
    await made(t, `/v1/loyalties/${program.id}/tiers`, [
      { name: 'Below', points: { from: 50, to: 99 } },
      { name: 'At the price', points: { from: 100 } },
    ])
    const { card, customerId } = await aMember(t, program)
    await add(card, 60)
    await drainEffects(t)
    await add(card, 40)
    await drainEffects(t)
    expect(await balanceOf(t, card)).toBe(0)
    const tiers = (await announced(t, customerId)).filter(({ type }) => type.includes('tier'))
    expect(typesOf(tiers)).toEqual(['customer.loyalty.tier.joined', 'customer.loyalty.tier.left'])
  })

  it('is redeemed ten times a day for a customer who has cards of several programs with it, whoever redeems them at once (R-5)', async () => {
    const product = await aProduct(t)
    const { id: rewardId } = await made(t, '/v1/rewards', {
      name: unique('reward'),
      parameters: { product: { id: product.id } },
    })
    const sourceId = unique('member')
    const members: { card: string; customerId: string }[] = []
    for (let count = 0; count < 4; count += 1) {
      const program = await aProgram(t)
      await made(t, `/v1/rewards/${rewardId}/assignments`, {
        campaign: program.id,
        parameters: { loyalty: { points: 1, auto_redeem: true } },
      })
      const member = await aMember(t, program, sourceId)
      await add(member.card, 150)
      members.push(member)
    }
    const { rows } = await t.db.pool.query(
      'select id from voucher where code = any($1) order by id',
      [members.map(({ card }) => card)],
    )
    const { projectId } = t.keys
    const now = t.clock.now()
    const redeem = (cardIds: string[]) =>
      inTransaction(t.db, async (tx) => {
        const happenings = cardIds.map((id) => ({
          occurrenceId: 'evcus_1',
          projectId,
          type: 'customer.publication.succeeded' as const,
          customerId: null,
          data: { voucher: { type: 'LOYALTY_CARD', id } },
          call: toOwnCall(projectId, now),
          createdAt: now,
          hops: 0,
        }))
        await autoRedeemEffect.run(tx, happenings, () => undefined)
      })
    const [first, second, ...others] = rows.map(({ id }) => id as string)
    await Promise.all([redeem([first ?? '']), redeem([second ?? '']), redeem(others)])
    const balances = await Promise.all(members.map(({ card }) => balanceOf(t, card)))
    expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(600 - 250)
    await drainEffects(t)
    const { rows: given } = await t.db.pool.query(
      'select from reward_redemption where reward_id = $1',
      [rewardId],
    )
    expect(given).toHaveLength(10)
  })

  it('is redeemed ten times a day for a customer, 25 at a time, and goes on another day (R-5)', async () => {
    const program = await aProgram(t)
    const product = await aProduct(t)
    await anAutoReward(program, { parameters: { product: { id: product.id } } }, 1)
    const { card } = await aMember(t, program)
    await add(card, 300)
    await drainEffects(t)
    expect(await balanceOf(t, card)).toBe(50)
    await add(card, 1)
    await drainEffects(t)
    expect(await balanceOf(t, card)).toBe(51)
    t.clock.advance(24 * 3_600_000)
    await add(card, 1)
    await drainEffects(t)
    expect(await balanceOf(t, card)).toBe(0)
  })
})

describe('a reward that the engine redeems at night (L-66)', () => {
  it('is bought with points that came, before tiers that end are looked at', async () => {
    t.clock.set('2026-09-30T12:00:00Z')
    const program = await made(t, '/v1/loyalties', {
      name: unique('program'),
      type: 'AUTO_UPDATE',
      voucher: { loyalty_card: { points: 300 } },
      loyalty_tiers_expiration: {
        qualification_type: 'BALANCE',
        qualification_period: 'QUARTER',
        start_date: { type: 'IMMEDIATE' },
        expiration_date: { type: 'END_OF_PERIOD' },
      },
    })
    const coupons = await aCouponCampaign(t)
    await made(t, `/v1/loyalties/${program.id}/tiers`, [{ name: 'Gold', points: { from: 251 } }])
    await made(t, `/v1/loyalties/${program.id}/earning-rules`, [
      {
        event: 'order.paid',
        loyalty: { type: 'FIXED', points: 200 },
        pending_points: { period_type: 'DAY', period_value: 1 },
      },
    ])
    const { card, customerId, sourceId } = await aMember(t, program)
    await drainEffects(t)
    await add(card, -200)
    await anAutoReward(program, { parameters: { campaign: { id: coupons.id } } }, 300)
    await made(t, '/v1/orders', { customer: { source_id: sourceId }, amount: 1, status: 'PAID' })
    await drainEffects(t)

    t.clock.set('2026-10-01T00:00:00Z')
    await runNight(t)
    expect(await balanceOf(t, card)).toBe(0)
    expect(await ofCampaign(coupons, customerId)).toBe(1)
    await drainEffects(t)
    expect(await ofCampaign(coupons, customerId)).toBe(1)
    const tiers = (await announced(t, customerId)).filter(({ type }) =>
      /tier\.(joined|left|prolonged)$/.test(type),
    )
    expect(typesOf(tiers)).toEqual(['customer.loyalty.tier.joined', 'customer.loyalty.tier.left'])
  })

  it('is bought once, whoever follows up the same points at the same time', async () => {
    t.clock.set('2026-10-02T00:00:00Z')
    const program = await aProgram(t)
    const coupons = await aCouponCampaign(t)
    await anAutoReward(program, { parameters: { campaign: { id: coupons.id } } })
    const members = await Promise.all(Array.from({ length: 12 }, () => aMember(t, program)))
    await drainEffects(t)
    await Promise.all(members.map(({ card }) => add(card, 100)))
    await Promise.all([runNight(t), drainEffects(t), runNight(t), drainEffects(t)])
    await drainEffects(t)
    for (const { card, customerId } of members) {
      expect(await balanceOf(t, card)).toBe(0)
      expect(await ofCampaign(coupons, customerId)).toBe(1)
      expect(typesOf(await announced(t, customerId))).not.toContain('customer.redemption.failed')
    }
  })

  it('is done with what waited when it began, whatever comes onto cards meanwhile', async () => {
    t.clock.set('2026-10-03T00:00:00Z')
    const program = await aProgram(t)
    const coupons = await aCouponCampaign(t)
    await anAutoReward(program, { parameters: { campaign: { id: coupons.id } } })
    const members = await Promise.all(Array.from({ length: 3 }, () => aMember(t, program)))
    await drainEffects(t)
    for (const { card } of members) await add(card, 100)
    const busy = members[2]?.card ?? ''
    let parts = 0
    const oneByOne: NightlyStep = {
      ...autoRedeemStep,
      async run(tx, night) {
        parts += 1
        // Of another caller, who does not wait for the night.
        if (parts < 50) await add(busy, 1)
        return autoRedeemStep.run(tx, { ...night, cardsMax: 1 })
      },
    }
    await runNight(t, [oneByOne])
    expect(parts).toBeLessThan(50)
    expect(await Promise.all(members.map(({ card }) => balanceOf(t, card)))).toEqual([0, 0, parts])
  })
})
