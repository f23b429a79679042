import { expect, it } from 'vitest'
import { drainEffects } from '../../../support/effects.ts'
import { addPoints, aProgram, join } from '../../../support/loyalty.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()

const toldOf = async (customer: string) =>
  (
    await t.call(
      'GET',
      `/v1/customers/${customer}/activity?type=customer.loyalty.updated&category=EFFECT&order=created_at&limit=100`,
    )
  ).body.data

it('customers are told when their points are others, with the summary after it (§13.3, row 61, EV-7)', async () => {
  const program = await aProgram(t)
  const { name } = (await t.call('GET', `/v1/campaigns/${program}`)).body
  const code = await join(t, program, 'summed')
  await addPoints(t, code, 30)
  const told = await toldOf('summed')
  expect(told).toHaveLength(1)
  expect(told[0]).toMatchObject({
    type: 'customer.loyalty.updated',
    data: {
      customer: { source_id: 'summed' },
      campaign: { id: program },
      loyalty: { points: 30, campaigns: { [name]: { points: 30 } } },
      created_at: '2026-06-01T12:00:00.000Z',
    },
  })
  expect(told[0].data.loyalty).toEqual((await t.call('GET', '/v1/customers/summed')).body.loyalty)
})

it('who joins with points is told of them', async () => {
  const program = await aProgram(t, {}, 250)
  await join(t, program, 'newcomer')
  expect(await toldOf('newcomer')).toMatchObject([
    { data: { campaign: { id: program }, loyalty: { points: 250 } } },
  ])
  await join(t, await aProgram(t), 'without points')
  expect(await toldOf('without points')).toEqual([])
})

it('what happened together is told once, as the state after all of it', async () => {
  const code = await join(t, await aProgram(t), 'often')
  for (const amount of [1, 2, 3]) await t.call('POST', `/v1/vouchers/${code}/balance`, { amount })
  await drainEffects(t)
  const told = await toldOf('often')
  expect(told.at(-1).data.loyalty.points).toBe(6)
  expect(told.length).toBeLessThanOrEqual(3)
})

it('whose card is deleted is told of the points that are left', async () => {
  const code = await join(t, await aProgram(t, {}, 40), 'loses one')
  await join(t, await aProgram(t, {}, 2), 'loses one')
  await t.call('DELETE', `/v1/vouchers/${code}`)
  await drainEffects(t)
  const told = await toldOf('loses one')
  expect(told).toHaveLength(3)
  expect(told.at(-1).data.loyalty.points).toBe(2)
})

it('who refers somebody is told that there is one more, also where there is no loyalty program', async () => {
  const keys = await t.addProject()
  const call = async (url: string, body?: object) =>
    (await t.call(body ? 'POST' : 'GET', url, body, { keys })).body
  const { id } = await call('/v1/campaigns', {
    name: 'Refer',
    campaign_type: 'REFERRAL_PROGRAM',
    type: 'AUTO_UPDATE',
    voucher: { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 100 } },
  })
  const customer = { source_id: 'referrer' }
  const { code } = (await call('/v1/publications', { campaign: id, customer })).voucher
  const redeemables = [{ object: 'voucher', id: code }]
  await call('/v1/redemptions', { redeemables, customer: { source_id: 'friend' } })
  await drainEffects(t)
  const told = async (of: string) =>
    (await call(`/v1/customers/${of}/activity?type=customer.loyalty.updated`)).data
  expect(await told('referrer')).toMatchObject([
    { data: { campaign: { id }, loyalty: { referred_customers: 1 } } },
  ])
  expect(await told('friend')).toEqual([])
})

it('nobody is told of a card that nobody holds', async () => {
  const program = await aProgram(t)
  const { code } = (await t.call('POST', `/v1/campaigns/${program}/vouchers?vouchers_count=1`)).body
  await t.call('POST', `/v1/vouchers/${code}/balance`, { amount: 5 })
  await drainEffects(t)
  const { rows } = await t.db.pool.query(
    `select 1 from occurrence where type = 'customer.loyalty.updated' and data -> 'campaign' ->> 'id' = $1`,
    [program],
  )
  expect(rows).toEqual([])
})
