import { expect, it } from 'vitest'
import { startProgram } from '../../../../src/engine/effects/index.ts'
import { announce } from '../../../../src/engine/outbox/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { addPoints, balanceOf, createProgram, join, transactionsOf } from '../loyalties/support.ts'

const t = useTestApp()

it('the workers of the app follow up what happened, and begin the day', async () => {
  const { projectId, appId } = t.keys
  const code = await join(t, await createProgram(t))
  const until = { expiration_type: 'CUSTOM_DATE', expiration_date: '2026-06-02' }
  await addPoints(t, code, 10, until)
  await inTransaction(t.db, (tx) => {
    startProgram(tx, projectId, 'earning_rules')
  })
  t.clock.set('2026-06-03T00:00:00Z')
  t.app.startWorkers()
  const call = { projectId, appId, groupId: 'v-1', channel: 'API' as const, now: t.clock.now() }
  const fact = { call, type: 'customer.custom_event' as const, customerId: null, data: {} }
  await inTransaction(t.db, (tx) => announce(tx, [fact]))
  t.app.engine.announced()
  await waitFor('the effects and the night', async () => {
    const { rows } = await t.db.pool.query('select from effect_message where failed_at is null')
    return rows.length === 0 && (await balanceOf(t, code)) === 0
  })
  expect((await transactionsOf(t, code))[0]).toMatchObject({ type: 'POINTS_EXPIRATION' })
})
