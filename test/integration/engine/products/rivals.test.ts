import { expect, it } from 'vitest'
import type { Call } from '../../../../src/engine/context.ts'
import { upsertOrders } from '../../../../src/engine/orders/upsert-orders.ts'
import { upsertProducts } from '../../../../src/engine/products/index.ts'
import { inTransaction, type Tx } from '../../../../src/platform/db.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { waitFor } from '../../../support/wait-for.ts'

const t = useTestApp()

const isSomebodyWaiting = async (): Promise<boolean> => {
  const { rows } = await t.db.pool.query(
    `select count(*) as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows[0].waiting > 0
}

/** What a call is answered that wants to create what `rival` creates, and waits for it to commit. */
async function answerBehind(
  rival: (tx: Tx, call: Call) => Promise<unknown>,
  url: string,
  body: object,
) {
  const { projectId } = t.keys
  const now = t.clock.now()
  const { answer } = await inTransaction(t.db, async (tx) => {
    await rival(tx, { projectId, appId: 'app', groupId: 'v-rival', channel: 'API', now })
    const answer = t.call('POST', url, body)
    await waitFor('a call that waits for its rival', isSomebodyWaiting)
    return { answer }
  })
  return answer
}

it('changes the product that a rival created at that very moment', async () => {
  const { status } = await answerBehind(
    (tx, call) => upsertProducts(tx, call, [{ source_id: 'held', name: 'First' }]),
    '/v1/products',
    { source_id: 'held', price: 5 },
  )
  expect(status).toBe(200)
  expect((await t.call('GET', '/v1/products/held')).body).toMatchObject({ name: 'First', price: 5 })
})

it('changes the order that a rival created at that very moment', async () => {
  const { status } = await answerBehind(
    (tx, call) => upsertOrders(tx, call, [{ source_id: 'held', amount: 7 }]),
    '/v1/orders',
    { source_id: 'held', status: 'PAID' },
  )
  expect(status).toBe(200)
  expect((await t.call('GET', '/v1/orders/held')).body).toMatchObject({ status: 'PAID', amount: 7 })
})
