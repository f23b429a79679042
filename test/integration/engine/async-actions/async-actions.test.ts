import { describe, expect, it } from 'vitest'
import {
  type AsyncJob,
  asyncJob,
  enqueueAsyncAction,
} from '../../../../src/engine/async-actions/index.ts'
import { claimAction } from '../../../../src/engine/async-actions/lease.repo.ts'
import { ApiError } from '../../../../src/kernel/api-error.ts'
import { inTransaction, type Tx } from '../../../../src/platform/db.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { runAsyncActions } from '../../../support/async-actions.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { waitFor } from '../../../support/wait-for.ts'

const t = useTestApp()

const enqueue = (items: number, { projectId, appId } = t.keys): Promise<string> =>
  inTransaction(t.db, async (tx) => {
    const call = {
      projectId,
      appId,
      groupId: 'v-0123456789abcdef01',
      channel: 'API' as const,
      now: t.clock.now(),
    }
    return enqueueAsyncAction(tx, call, {
      type: 'ORDERS.IMPORT',
      input: { items },
      totalCount: items,
    })
  })

/** Counts what it does in the database, one item a step, so that a step is seen to commit with its progress. */
const counting = (work: (tx: Tx, item: number) => Promise<boolean>): AsyncJob =>
  asyncJob<{ items: number }, number>({
    type: 'ORDERS.IMPORT',
    start: 0,
    async step(tx, { input, state }) {
      const isDone = state + 1 >= input.items
      const isGood = await work(tx, state)
      return {
        state: state + 1,
        done: isGood ? 1 : 0,
        failed: isGood ? [] : [{ code: `item-${state}`, reason: 'Bad item' }],
        isDone,
        ...(isDone && { message: 'Imported orders.' }),
      }
    },
  })

/** A step that writes down whose it was. */
const watch =
  (step: AsyncJob['step'], seen: string[]): AsyncJob['step'] =>
  (tx, action) => {
    seen.push(action.id)
    return step(tx, action)
  }

const note = async (tx: Tx, action: string, item: number): Promise<void> => {
  await tx.kysely
    .insertInto('category')
    .values({
      id: `cat_${action}_${item}`,
      project_id: t.keys.projectId,
      name: action,
      hierarchy: item,
      created_at: t.clock.now(),
    })
    .execute()
}
const notes = async (action: string): Promise<number[]> => {
  const rows = await t.db.kysely
    .selectFrom('category')
    .select('hierarchy')
    .where('name', '=', action)
    .orderBy('hierarchy')
    .execute()
  return rows.map(({ hierarchy }) => hierarchy)
}

describe('an async action', () => {
  it('is enqueued, done step by step, and tells what came of it (§6, X-2)', async () => {
    const id = await enqueue(3)
    const before = await t.call('GET', `/v1/async-actions/${id}`)
    expect(before.body).toEqual({
      id,
      type: 'ORDERS.IMPORT',
      status: 'ENQUEUED',
      operation_status: 'UNKNOWN',
      request_id: 'v-0123456789abcdef01',
      created_at: '2026-06-01T12:00:00.000Z',
      updated_at: null,
      progress: 0,
      processing_time: null,
      result: null,
      object: 'async_action',
    })
    await runAsyncActions(t, [counting(async (_tx, item) => item !== 1)])
    const after = await t.call('GET', `/v1/async-actions/${id}`)
    expect(after.body).toMatchObject({
      status: 'DONE',
      operation_status: 'SUCCESS',
      progress: 100,
      processing_time: 0,
      result: {
        message: 'Imported orders.',
        done_count: 2,
        failed_count: 1,
        failed: [{ code: 'item-1', reason: 'Bad item' }],
      },
    })
  })

  it('has failed when none of its items could be done (X-3)', async () => {
    const id = await enqueue(2)
    await runAsyncActions(t, [counting(async () => false)])
    const { body } = await t.call('GET', `/v1/async-actions/${id}`)
    expect(body).toMatchObject({ status: 'DONE', operation_status: 'FAILED' })
  })

  it('ends with the reason when its job refuses it', async () => {
    const id = await enqueue(2)
    const refusing = counting(async () => {
      throw new ApiError('invalid_code_config', { details: 'No unused code found' })
    })
    await runAsyncActions(t, [refusing])
    const { body } = await t.call('GET', `/v1/async-actions/${id}`)
    expect(body).toMatchObject({
      status: 'FAILED',
      operation_status: 'FAILED',
      result: { message: 'No unused code found', done_count: 0 },
    })
  })

  it('goes on where it was after a step that broke, and repeats nothing that committed', async () => {
    const id = await enqueue(4)
    let isBroken = true
    const breaking = counting(async (tx, item) => {
      await note(tx, id, item)
      if (item === 2 && isBroken) {
        isBroken = false
        throw new Error('the connection broke')
      }
      return true
    })
    await runAsyncActions(t, [breaking])
    expect(await notes(id)).toEqual([0, 1])
    t.clock.advance(LIMITS.asyncActionRetryMs)
    await runAsyncActions(t, [breaking])
    expect(await notes(id)).toEqual([0, 1, 2, 3])
    const { body } = await t.call('GET', `/v1/async-actions/${id}`)
    expect(body).toMatchObject({ operation_status: 'SUCCESS', result: { done_count: 4 } })
  })

  it('is given up when it never gets on', async () => {
    const id = await enqueue(1)
    const broken = counting(async () => {
      throw new Error('never works')
    })
    for (let attempt = 1; attempt <= LIMITS.asyncActionAttemptsMax; attempt += 1) {
      await runAsyncActions(t, [broken])
      t.clock.advance(LIMITS.asyncActionRetryMs * attempt)
    }
    const { body } = await t.call('GET', `/v1/async-actions/${id}`)
    expect(body).toMatchObject({ status: 'FAILED', result: { message: 'Internal error' } })
  })

  it('is taken over from a worker that died (its lease ends by itself)', async () => {
    const id = await enqueue(2)
    const job = counting(async (tx, item) => {
      await note(tx, id, item)
      return true
    })
    // As a process that was killed after it had taken the action up leaves it.
    await t.db.kysely
      .updateTable('async_action')
      .set({
        status: 'IN_PROGRESS',
        attempts: 1,
        leased_until: new Date(t.clock.now().getTime() + LIMITS.asyncActionLeaseMs),
      })
      .where('id', '=', id)
      .execute()
    await runAsyncActions(t, [job])
    expect(await notes(id)).toEqual([])
    t.clock.advance(LIMITS.asyncActionLeaseMs)
    await runAsyncActions(t, [job])
    expect(await notes(id)).toEqual([0, 1])
  })

  it('does nothing more in the hands of a worker that lost it to another', async () => {
    const id = await enqueue(2)
    const job = counting(async (tx, item) => {
      await note(tx, id, item)
      return true
    })
    const overtaken = counting(async (tx, item) => {
      await note(tx, id, item)
      // Its process stands still for longer than the lease lasts, and another takes over.
      if (item === 0) queueMicrotask(() => t.clock.advance(LIMITS.asyncActionLeaseMs))
      return true
    })
    await Promise.all([runAsyncActions(t, [overtaken]), runAsyncActions(t, [job])])
    await runAsyncActions(t, [job])
    expect(await notes(id)).toEqual([0, 1])
    const { body } = await t.call('GET', `/v1/async-actions/${id}`)
    expect(body.result).toMatchObject({ done_count: 2 })
  })

  it('is worked on by one of many workers at a time', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => enqueue(5)))
    const job = (worker: string): AsyncJob =>
      asyncJob<{ items: number }, number>({
        type: 'ORDERS.IMPORT',
        start: 0,
        async step(tx, action) {
          // The primary key of the note makes a step that is done twice fail.
          await note(tx, action.id, action.state)
          const state = action.state + 1
          return { state, done: 1, failed: [], isDone: state >= 5, message: worker }
        },
      })
    await Promise.all(['a', 'b', 'c', 'd'].map((worker) => runAsyncActions(t, [job(worker)])))
    for (const id of ids) {
      expect(await notes(id)).toEqual([0, 1, 2, 3, 4])
      const { body } = await t.call('GET', `/v1/async-actions/${id}`)
      expect(body).toMatchObject({ operation_status: 'SUCCESS', result: { done_count: 5 } })
    }
  })
})

describe('imports of orders', () => {
  const statusOf = async (id: string, keys = t.keys) =>
    (await t.call('GET', `/v1/async-actions/${id}`, undefined, { keys })).body.status

  it('are done one at a time in a project, in the order in which they were asked for (X-4)', async () => {
    const ids: string[] = []
    for (let count = 0; count < 4; count += 1) ids.push(await enqueue(3))
    const steps: string[] = []
    const job = counting(async (tx, item) => {
      await note(tx, `${ids[0]}-${steps.length}`, item)
      return true
    })
    const watched = { ...job, step: watch(job.step, steps) }
    await Promise.all(['a', 'b', 'c', 'd'].map(() => runAsyncActions(t, [watched])))
    expect(steps).toEqual(ids.flatMap((id) => [id, id, id]))
  })

  it('wait for one that is set back, which holds up no other project (X-4)', async () => {
    const [first, second] = [await enqueue(1), await enqueue(1)]
    const keys = await t.addProject()
    const others = await enqueue(1, keys)
    const leased_until = new Date(t.clock.now().getTime() + LIMITS.asyncActionLeaseMs)
    await t.db.kysely
      .updateTable('async_action')
      .set({ status: 'IN_PROGRESS', attempts: 1, leased_until })
      .where('id', '=', first)
      .execute()
    const done = counting(async () => true)
    await runAsyncActions(t, [done])
    expect(await statusOf(second)).toBe('ENQUEUED')
    expect(await statusOf(others, keys)).toBe('DONE')
    t.clock.advance(LIMITS.asyncActionLeaseMs)
    await runAsyncActions(t, [done])
    expect([await statusOf(first), await statusOf(second)]).toEqual(['DONE', 'DONE'])
  })

  it('wait for one that is being claimed, which was asked for later and is seen only then (X-4)', async () => {
    const later = await enqueue(1)
    const now = t.clock.now()
    const claim = () => inTransaction(t.db, (tx) => claimAction(tx, now))
    const isWaitedFor = async () => {
      const { rows } = await t.db.pool.query(
        `select from pg_locks where locktype = 'advisory' and not granted
            and database = (select oid from pg_database where datname = current_database())`,
      )
      return rows.length > 0
    }
    const rival = await inTransaction(t.db, async (tx) => {
      expect((await claimAction(tx, now))?.id).toBe(later)
      t.clock.advance(-1_000)
      await enqueue(1)
      t.clock.advance(1_000)
      const claimed = claim()
      await Promise.race([claimed, waitFor('the rival to wait', isWaitedFor)])
      return { claimed }
    })
    expect(await rival.claimed).toBeUndefined()
    t.clock.advance(LIMITS.asyncActionLeaseMs)
    await runAsyncActions(t, [counting(async () => true)])
  })
})

describe('GET /v1/async-actions', () => {
  it('lists the newest first, without what came of them (R-ASYNC-01, X-1)', async () => {
    t.clock.advance(60_000)
    const older = await enqueue(1)
    t.clock.advance(60_000)
    const newer = await enqueue(1)
    const { body } = await t.call('GET', '/v1/async-actions?limit=2')
    expect(body).toMatchObject({ object: 'list', data_ref: 'async_actions', has_more: true })
    expect(body.async_actions.map(({ id }: { id: string }) => id)).toEqual([newer, older])
    expect(body.async_actions[0]).not.toHaveProperty('result')
    expect(body).not.toHaveProperty('total')
    const before = t.clock.now().toISOString()
    const earlier = await t.call('GET', `/v1/async-actions?limit=1&end_date=${before}`)
    expect(earlier.body.async_actions[0].id).toBe(older)
  })

  it('refuses a date that is none (X-1)', async () => {
    const { status, body } = await t.call('GET', '/v1/async-actions?end_date=tomorrow')
    expect(status).toBe(400)
    expect(body).toMatchObject({
      key: 'invalid_query_params',
      details: 'Property .end_date cannot be recognized as a ISO-8601 compliant date',
    })
  })

  it('answers 404 for one that there is not (X-1, programs scenario 80)', async () => {
    expect(await t.call('GET', '/v1/async-actions/aa_unknown')).toMatchObject({
      status: 404,
      body: {
        key: 'not_found',
        message: 'Resource not found',
        details: 'Cannot find async_action with id aa_unknown',
        resource_type: 'async_action',
        resource_id: 'aa_unknown',
      },
    })
  })

  it("shows nobody else's", async () => {
    const id = await enqueue(1)
    const keys = await t.addProject()
    const { status, body } = await t.call('GET', `/v1/async-actions/${id}`, undefined, { keys })
    expect(status).toBe(404)
    expect(body).toMatchObject({ resource_type: 'async_action', resource_id: id })
    const list = await t.call('GET', '/v1/async-actions', undefined, { keys })
    expect(list.body.async_actions).toEqual([])
  })
})
