import { describe, expect, it } from 'vitest'
import { drainEffects } from '../../../support/effects.ts'
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
})
