import { expect, it } from 'vitest'
import { findDueProjects } from '../../../../src/engine/effects/effect-queue.repo.ts'
import { inTransaction, type Tx } from '../../../../src/platform/db.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { useTestDatabase } from '../../../support/test-database.ts'

const database = useTestDatabase()

const PROJECTS = 300
const MESSAGES_OF_EACH = 20
/** After so many times PostgreSQL keeps the plan of a prepared statement. */
const TIMES_UNTIL_KEPT = 6

const ADD_PROJECTS = {
  name: 'test_add_projects',
  text: `insert into project (id, name, created_at)
         select 'proj_' || lpad(n::text, 6, '0'), 'Test', now() from generate_series(1, ${PROJECTS}) n`,
}
const ADD_MESSAGES = {
  name: 'test_add_messages',
  text: `insert into effect_message (project_id, occurrence_id, created_at)
         select 'proj_' || lpad(n::text, 6, '0'), 'evcus_' || n, now()
           from generate_series(1, ${MESSAGES_OF_EACH}) m, generate_series(${PROJECTS}, 1, -1) n`,
}
const ANALYZE = { name: 'test_analyze', text: 'analyze effect_message' }
const COUNT_READ = {
  name: 'test_count_read',
  text: `select seq_tup_read + idx_tup_fetch as read from pg_stat_xact_user_tables where relname = 'effect_message'`,
}

const countRead = async (tx: Tx): Promise<number> =>
  (await tx.run<{ read: number }>(COUNT_READ, []))[0]?.read ?? Number.NaN

it('projects in which something waits are found by one look at each, also by a plan that was made when nothing did', async () => {
  const { due, read } = await inTransaction(database.db, async (tx) => {
    tx.send(ANALYZE, [])
    for (let time = 0; time < TIMES_UNTIL_KEPT; time += 1) {
      expect(await findDueProjects(tx, LIMITS.effectProjectsDueMax)).toEqual([])
    }
    tx.send(ADD_PROJECTS, [])
    tx.send(ADD_MESSAGES, [])
    const before = await countRead(tx)
    const due = await findDueProjects(tx, 3)
    return { due, read: (await countRead(tx)) - before }
  })
  expect(due).toEqual([300, 299, 298].map((n) => `proj_${String(n).padStart(6, '0')}`))
  expect(read).toBe(PROJECTS)
})
