import { expect, it } from 'vitest'
import { drainEffects } from '../../../support/effects.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { addPoints, balanceOf, createProgram, expectRight, join } from '../loyalties/support.ts'

const t = useTestApp()

/* Orders are paid, points are taken and given by hand, and workers follow up, all at once. */
it('loses and makes no points, and gives up on nothing, whoever else is at the cards', async () => {
  const program = await createProgram(t, { points: 1_000 })
  const rule = {
    event: 'order.paid',
    loyalty: {
      type: 'PROPORTIONAL',
      calculation_type: 'ORDER_AMOUNT',
      order: { amount: { every: 100, points: 1 } },
    },
    source: { banner: 'Orders' },
    active: true,
  }
  const made = await t.call('POST', `/v1/loyalties/${program}/earning-rules`, [rule])
  expect(made.status).toBe(200)
  const customers = ['r1', 'r2', 'r3', 'r4']
  const codes: string[] = []
  for (const customer of customers) codes.push(await join(t, program, customer))

  let isDone = false
  const worker = async () => {
    while (!isDone) await drainEffects(t)
  }
  const workers = [worker(), worker()]
  const paid = Array.from({ length: 40 }, (_, n) =>
    t.call('POST', '/v1/orders', {
      customer: { source_id: customers[n % 4] },
      amount: 1_000,
      status: 'PAID',
    }),
  )
  const moved = Array.from({ length: 40 }, (_, n) =>
    addPoints(t, codes[n % 4] ?? '', n % 8 < 4 ? -3 : 3),
  )
  const answers = await Promise.all([...paid, ...moved])
  isDone = true
  await Promise.all(workers)
  await drainEffects(t)

  expect(answers.map(({ status }) => status).filter((status) => status !== 200)).toEqual([])
  const { rows } = await t.db.pool.query('select failure from effect_message')
  expect(rows).toEqual([])
  for (const code of codes) expect(await balanceOf(t, code)).toBe(1_000 + 10 * 10)
  await expectRight(t)
})
