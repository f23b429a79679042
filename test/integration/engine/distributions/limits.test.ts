import { beforeEach, expect, it } from 'vitest'
import { distributionEffect } from '../../../../src/engine/distributions/index.ts'
import type { Happening } from '../../../../src/engine/effects/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { useDistributions } from './support.ts'

const t = useDistributions()
const SIGN_UP = { event: 'customer.custom_event', custom_event: 'sign_up' }
const DAY = 24 * 3_600_000

beforeEach(() => t.clock.set('2026-06-29T12:00:00.000Z'))

const failuresOf = async (id: string): Promise<string[]> =>
  (await t.deliveriesOf(id, 'status=failed')).map((one) => one.last_failure)

it('a customer is sent so many messages in a day and in a month, and others their own (§12.1)', async () => {
  const limits = { per_customer_per_day: 2, per_customer_per_month: 3 }
  const { id } = await t.distribute(SIGN_UP, { limits })
  const signUp = async (times: number, source_id = 'anna'): Promise<number> => {
    const before = t.received().length
    for (let time = 0; time < times; time += 1) await t.track('sign_up', { source_id })
    await t.settle()
    return t.received().length - before
  }
  expect(await signUp(3)).toBe(2)
  expect(await failuresOf(id)).toEqual(['daily_limit'])
  expect(await signUp(1, 'bert')).toBe(1)
  t.clock.advance(DAY)
  expect(await signUp(3)).toBe(1)
  expect(await failuresOf(id)).toEqual(['monthly_limit', 'monthly_limit', 'daily_limit'])
  // The first of July.
  t.clock.advance(DAY)
  expect(await signUp(3)).toBe(2)
})

it('days and months are those of the project', async () => {
  const setZone = (zone: string) =>
    t.db.pool.query('update project set time_zone = $2 where id = $1', [t.keys.projectId, zone])
  await setZone('America/New_York')
  const limits = { per_customer_per_day: 1, per_customer_per_month: 2 }
  const { id } = await t.distribute(SIGN_UP, { limits })
  // There it is the 29th of June until four, and July begins at four on the first.
  for (const at of ['06-29T12:00', '06-30T03:59', '06-30T04:00', '07-01T03:59', '07-01T04:00']) {
    t.clock.set(`2026-${at}:00.000Z`)
    await t.track('sign_up')
    await t.settle()
  }
  await setZone('UTC')
  expect((await t.deliveriesOf(id)).map((one) => one.last_failure ?? one.status)).toEqual([
    'delivered',
    'daily_limit',
    'delivered',
    'daily_limit',
    'delivered',
  ])
})

it('a limit that is made smaller counts what was sent before, and null lets everything through', async () => {
  const { id } = await t.distribute(SIGN_UP, { limits: { per_customer_per_day: 5 } })
  for (let time = 0; time < 3; time += 1) await t.track('sign_up')
  await t.settle()
  const change = (limits: object) => t.manage('PATCH', `/api/v1/distributions/${id}`, { limits })
  await change({ per_customer_per_day: 2 })
  await t.track('sign_up')
  await t.settle()
  expect(await failuresOf(id)).toEqual(['daily_limit'])
  await change({ per_customer_per_day: null, per_customer_per_month: null })
  for (let time = 0; time < 12; time += 1) await t.track('sign_up')
  await t.settle()
  expect(t.received()).toHaveLength(15)
})

it('workers side by side never send a customer more than that', async () => {
  const { id } = await t.distribute(SIGN_UP, { limits: { per_customer_per_day: 5 } })
  const customer = (await t.call('POST', '/v1/customers', { source_id: 'racer' })).body
  const { projectId } = t.keys
  const now = t.clock.now()
  const happening = (index: number): Happening => ({
    occurrenceId: `evcus_race${index}`,
    projectId,
    type: 'customer.custom_event',
    customerId: customer.id,
    data: { customer: { id: customer.id }, event: { type: 'sign_up' } },
    call: { projectId, appId: '', groupId: 'v-1', channel: 'INTERNAL', now },
    createdAt: now,
    hops: 0,
  })
  await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      inTransaction(t.db, (tx) => distributionEffect.run(tx, [happening(index)], () => undefined)),
    ),
  )
  const deliveries = await t.deliveriesOf(id, 'limit=100')
  expect(deliveries.filter(({ status }) => status === 'pending')).toHaveLength(5)
  expect(await t.deliveriesOf(id, 'status=failed&limit=100')).toHaveLength(15)
})
