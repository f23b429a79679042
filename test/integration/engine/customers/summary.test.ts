import { beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../../../src/kernel/ids.ts'
import { drainEffects } from '../../../support/effects.ts'
import { addPoints, aProgram, join } from '../../../support/loyalty.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aReferralCampaign, aReferrer, redeem } from '../referrals/support.ts'
import { announcedOf } from './support.ts'

const t = useTestApp()
let customerId: string

const summary = async () => (await t.call('GET', '/v1/customers/sum')).body.summary

async function insertOrder(amount: number, status: string, discount = 0): Promise<void> {
  t.clock.advance(1_000)
  await t.db.pool.query(
    `insert into orders (id, project_id, customer_id, status, amount_minor, discount_amount_minor, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [newId('order'), t.keys.projectId, customerId, status, amount, discount, t.clock.now()],
  )
}

beforeAll(async () => {
  customerId = (await t.call('POST', '/v1/customers', { source_id: 'sum' })).body.id
})

describe('the summary of a customer', () => {
  it('counts orders that are paid or fulfilled, what they cost in the end (C-2, C-3)', async () => {
    await insertOrder(200_000, 'PAID')
    await insertOrder(9_999, 'CREATED')
    await insertOrder(4_900, 'FULFILLED', 1_000)
    const lastOrderDate = t.clock.now().toISOString()
    await insertOrder(8_888, 'CANCELED')
    expect((await summary()).orders).toEqual({
      total_amount: 203_900,
      total_count: 2,
      average_amount: 101_950,
      last_order_amount: 3_900,
      last_order_date: lastOrderDate,
    })
  })

  it('counts redemptions, refusals and rollbacks, a stack by its parts (C-4)', async () => {
    const customer = { source_id: 'sum' }
    await t.call('POST', '/v1/vouchers/PLAIN', { discount: { type: 'AMOUNT', amount_off: 10 } })
    await t.call('POST', '/v1/vouchers/CARD', { gift: { amount: 5_000 } })
    const redeemStack = async (...ids: string[]) =>
      (
        await t.call('POST', '/v1/redemptions', {
          redeemables: ids.map((id) => ({ object: 'voucher', id })),
          order: { amount: 1_000 },
          customer,
        })
      ).body
    await redeemStack('PLAIN', 'CARD')
    await redeemStack('UNKNOWN')
    const { redemptions } = await redeemStack('CARD')
    const rollback = `/v1/redemptions/${redemptions[0].id}/rollback`
    expect((await t.call('POST', rollback, {})).status).toBe(200)
    expect((await t.call('POST', rollback, {})).status).toBe(400)
    expect((await summary()).redemptions).toMatchObject({
      total_redeemed: 3,
      total_failed: 1,
      total_succeeded: 3,
      total_rolled_back: 1,
      total_rollback_failed: 1,
      total_rollback_succeeded: 1,
      gift: { redeemed_amount: 990 },
    })
  })

  it('sums the balances of the gift cards that the customer holds (C-5)', async () => {
    await t.call('POST', '/v1/vouchers/CARD2', { gift: { amount: 300 } })
    await t.call('POST', '/v1/vouchers/BINNED', { gift: { amount: 77 } })
    await t.call('POST', '/v1/vouchers/NOBODYS', { gift: { amount: 55 } })
    for (const voucher of ['CARD', 'CARD2', 'BINNED']) {
      await t.call('POST', '/v1/publications', { voucher, customer: { source_id: 'sum' } })
    }
    await t.call('DELETE', '/v1/vouchers/BINNED')
    expect((await summary()).redemptions.gift.amount_to_go).toBe(5_000 - 990 + 300)
  })

  it('is as it was then in what was announced (EV-7)', async () => {
    await t.call('PUT', '/v1/customers/sum', { name: 'S' })
    const { body } = await t.call('GET', '/v1/customers/sum/activity?type=customer.updated')
    expect(body.data[0].data.customer.summary).toEqual(await summary())
  })

  it('has the points and the tier of each program (C-5)', async () => {
    const program = await aProgram(t)
    const { body: campaign } = await t.call('GET', `/v1/campaigns/${program}`)
    const tiers = await t.call('POST', `/v1/loyalties/${program}/tiers`, [
      { name: 'Silver', points: { from: 100, to: 500 } },
    ])
    const code = await join(t, program, 'collector')
    const of = async () => (await t.call('GET', '/v1/customers/collector')).body
    expect((await of()).loyalty).toEqual({
      points: 0,
      referred_customers: 0,
      campaigns: { [campaign.name]: { points: 0, referred_customers: 0 } },
    })
    await addPoints(t, code, 120)
    await drainEffects(t)
    const { loyalty, summary: whole } = await of()
    expect(loyalty).toEqual({
      points: 120,
      referred_customers: 0,
      campaigns: {
        [campaign.name]: {
          points: 120,
          referred_customers: 0,
          loyalty_tier: tiers.body[0].id,
        },
      },
    })
    expect(whole.redemptions.loyalty_card).toEqual({ redeemed_points: 0, points_to_go: 120 })

    const second = await aProgram(t, {}, 30)
    const { name } = (await t.call('GET', `/v1/campaigns/${second}`)).body
    await join(t, second, 'collector')
    const { loyalty: sum, summary: both } = await of()
    expect(sum).toMatchObject({
      points: 150,
      campaigns: { [campaign.name]: { points: 120 }, [name]: { points: 30 } },
    })
    expect(both.redemptions.loyalty_card.points_to_go).toBe(150)
  })

  it('counts whom a customer referred, in all and by campaign (C-6)', async () => {
    const campaign = await aReferralCampaign(t)
    const referrer = await aReferrer(t, campaign, 'referrer')
    for (const referee of ['bob', 'carl', 'bob']) await redeem(t, referrer.code, referee)
    await drainEffects(t)
    const { loyalty } = (await t.call('GET', '/v1/customers/referrer')).body
    expect(loyalty).toEqual({
      points: 0,
      referred_customers: 2,
      campaigns: { [campaign.name]: { points: 0, referred_customers: 2 } },
    })
    for (const referee of ['bob', 'carl']) {
      const { body } = await t.call('GET', `/v1/customers/${referee}`)
      expect(body.loyalty.referred_customers).toBe(0)
      expect(body.referrals).toMatchObject({ total: 1, campaigns: [{ referrer_id: referrer.id }] })
    }
  })

  it('follows orders at once, from when they are paid until they are canceled (C-2, C-3, C-7, programs scenarios 17 and 18)', async () => {
    const customer = { source_id: 'orderer' }
    const ordersOf = async () => (await t.call('GET', '/v1/customers/orderer')).body.summary.orders
    const order = (source_id: string, amount: number, status: string) =>
      t.call('POST', '/v1/orders', { source_id, amount, status, customer })
    await order('big', 200_000, 'CREATED')
    expect(await ordersOf()).toEqual({
      total_amount: 0,
      total_count: 0,
      average_amount: 0,
      last_order_amount: 0,
    })
    const paid = await t.call('PUT', '/v1/orders/big', { status: 'PAID' })
    expect(await ordersOf()).toMatchObject({ total_amount: 200_000, total_count: 1 })
    const occurred = (await announcedOf(t, 'orderer')).filter(
      ({ group_id }) => group_id === paid.headers['x-request-id'],
    )
    expect(occurred.map(({ type }) => type)).toEqual([
      'customer.order.updated',
      'customer.order.paid',
    ])

    t.clock.advance(1_000)
    await order('small', 3_900, 'PAID')
    const both = {
      total_amount: 203_900,
      total_count: 2,
      average_amount: 101_950,
      last_order_amount: 3_900,
      last_order_date: t.clock.now().toISOString(),
    }
    expect(await ordersOf()).toEqual(both)
    await order('late', 1_000, 'PAID')
    await t.call('PUT', '/v1/orders/late', { status: 'CANCELED' })
    expect(await ordersOf()).toEqual(both)
    // A rollback cancels the order of its redemption.
    const redeemed = await t.call('POST', '/v1/vouchers/PLAIN/redemption', {
      customer,
      order: { amount: 500 },
    })
    expect(await ordersOf()).toMatchObject({ total_amount: 203_900 + 490, total_count: 3 })
    await t.call('POST', `/v1/redemptions/${redeemed.body.id}/rollback`, {})
    expect(await ordersOf()).toEqual(both)
  })

  it('never leaves the safe integers', async () => {
    await insertOrder(Number.MAX_SAFE_INTEGER, 'PAID')
    await insertOrder(Number.MAX_SAFE_INTEGER, 'PAID')
    expect((await summary()).orders.total_amount).toBe(Number.MAX_SAFE_INTEGER)
  })
})
