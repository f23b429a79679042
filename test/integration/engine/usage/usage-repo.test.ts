import { expect, it } from 'vitest'
import { addUsage, lockUsage } from '../../../../src/engine/usage/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { waitFor } from '../../../support/wait-for.ts'

const t = useTestApp()
const key = { objectId: 'camp_1', measure: 'redemptions', subject: '', period: '' } as const
const wanted = () => [{ key, projectId: t.keys.projectId, timeZone: 'UTC', now: t.clock.now() }]

it('rivals for one counter see what the other left, the first of all included (R-RULE-07)', async () => {
  for (let used = 0; used < 3; used += 1) {
    let waiting: Promise<Map<string, number>> | undefined
    await inTransaction(t.db, async (rival) => {
      expect([...(await lockUsage(rival, wanted())).values()]).toEqual([used])
      addUsage(rival, [{ key, delta: 1, max: null }])
      waiting = inTransaction(t.db, (tx) => lockUsage(tx, wanted()))
      await waitFor('the second lock', async () => {
        const { rows } = await t.db.pool.query(
          `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        )
        return rows.length > 0
      })
    })
    expect([...((await waiting) ?? [])].map(([, seen]) => seen)).toEqual([used + 1])
  }
})
