import { describe, expect, it } from 'vitest'
import { partitionOf } from '../../../../src/pipeline/log/index.ts'
import { inTransaction, statement } from '../../../../src/platform/db.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { describeInPostgres, itInPostgres, useTestEventLog } from '../../../support/event-log.ts'
import { useTestDatabase } from '../../../support/test-database.ts'
import { anEntry, append, NOW } from './support.ts'

const database = useTestDatabase({ poolSize: 20 })
const log = useTestEventLog(database)

const list = (filter: { projectId: string } & Record<string, unknown>) =>
  log.eventLog.list({ limit: 1_000, ...filter })
const later = (ms: number): Date => new Date(NOW.getTime() + ms)

describe('append', () => {
  it('keeps every field of an entry, and the order of the batch', async () => {
    const projectId = 'proj_fields'
    const awkward = {
      text: 'quote " backslash \\ comma , {braces} line\nbreak é 🙂',
      nothing: null,
    }
    const entries = [
      anEntry({ projectId, event: null, userId: null, anonymousId: 'a{"\\},1' }),
      anEntry({
        projectId,
        event: 'NULL',
        messageId: 'with\nbreak',
        body: JSON.stringify(awkward),
      }),
    ]
    expect(await append(log.eventLog, entries)).toEqual({ duplicates: 0 })

    const [second, first] = await list({ projectId })
    expect(first).toMatchObject({ ...entries[0], body: expect.anything() })
    expect(second).toMatchObject({ ...entries[1], body: awkward })
    expect(second?.position).toBeGreaterThan(first?.position ?? Number.POSITIVE_INFINITY)
  })

  it('keeps the first of equal message ids of a source, within a batch and after it (§1.15)', async () => {
    const projectId = 'proj_twice'
    const twin = (body: string) => anEntry({ projectId, messageId: 'twin', body })
    const other = { ...twin('{"n":4}'), sourceId: 'src_other' }
    expect(await append(log.eventLog, [twin('{"n":1}'), twin('{"n":2}'), other])).toEqual({
      duplicates: 1,
    })
    expect(await append(log.eventLog, [twin('{"n":3}'), anEntry({ projectId })])).toEqual({
      duplicates: 1,
    })
    const kept = (await list({ projectId })).filter((entry) => entry.messageId === 'twin')
    expect(kept.map((entry) => [entry.sourceId, entry.body['n']]).sort()).toEqual([
      ['src_log', 1],
      ['src_other', 4],
    ])
  })

  itInPostgres(
    'takes a message id again after exactly 24 hours, and not a millisecond earlier (§1.15)',
    async () => {
      const again = (receivedAt: Date) => anEntry({ messageId: 'again', receivedAt })
      const window = LIMITS.deduplicationWindowMs
      expect((await append(log.eventLog, [again(NOW)])).duplicates).toBe(0)
      expect((await append(log.eventLog, [again(later(window - 1))])).duplicates).toBe(1)
      expect((await append(log.eventLog, [again(later(window))])).duplicates).toBe(0)
      expect((await append(log.eventLog, [again(later(window + 1))])).duplicates).toBe(1)
    },
  )

  it('undoes what came before it in the transaction when calls were seen, and does it once', async () => {
    const projectId = 'proj_first'
    const twin = anEntry({ projectId, messageId: 'seen' })
    await append(log.eventLog, [twin])
    const note = statement(
      'test_note',
      `insert into rejected_call (reason, message, received_at) values ('bad_request', 'noted', now())`,
    )
    const appended = await log.eventLog.append(
      [twin, anEntry({ projectId, messageId: 'fresh' })],
      (tx) => tx.send(note, []),
    )
    expect(appended).toEqual({ duplicates: 1 })
    expect((await list({ projectId })).map((entry) => entry.messageId)).toEqual(['fresh', 'seen'])
    const noted = database.db.kysely.selectFrom('rejected_call').select('message')
    expect(await noted.where('message', '=', 'noted').execute()).toHaveLength(1)
  })

  it('lets 64 parallel appends of one message id keep it once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 64 }, () =>
        append(log.eventLog, [anEntry({ projectId: 'proj_race', messageId: 'raced' })]),
      ),
    )
    expect(answers.filter(({ duplicates }) => duplicates === 0)).toHaveLength(1)
    expect(await list({ projectId: 'proj_race' })).toHaveLength(1)
  })

  it('does not deadlock when batches share message ids in opposite orders', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `shared-${index}`)
    const batch = (order: string[]) =>
      append(
        log.eventLog,
        order.map((messageId) => anEntry({ projectId: 'proj_shared', messageId })),
      )
    await Promise.all(
      Array.from({ length: 16 }, (_, index) => batch(index % 2 ? ids : ids.toReversed())),
    )
    expect(await list({ projectId: 'proj_shared' })).toHaveLength(ids.length)
  })

  itInPostgres(
    'makes a later append wait for the commit of an earlier one, so positions follow commits',
    async () => {
      const projectId = 'proj_order'
      // The first comes as far as its commit, which waits for a lock that this test holds.
      await database.db.pool.query(`
      create function hold_commit() returns trigger language plpgsql as
        'begin perform pg_advisory_xact_lock(77); return null; end';
      create constraint trigger hold_commit after insert on log_entry deferrable initially deferred
        for each row when (new.event = 'first') execute function hold_commit()`)
      const waiting = async (): Promise<number> => {
        const { rows } = await database.db.pool.query(
          `select 1 from pg_locks where locktype = 'advisory' and not granted
           and database = (select oid from pg_database where datname = current_database())`,
        )
        return rows.length
      }
      const finished: string[] = []
      const add = (event: string): Promise<unknown> =>
        append(log.eventLog, [anEntry({ projectId, event })]).then(() => finished.push(event))
      const hold = statement('test_hold', 'select pg_advisory_xact_lock(77)')
      let both: Promise<unknown> = Promise.resolve()
      await inTransaction(database.db, async (tx) => {
        await tx.run(hold, [])
        const first = add('first')
        await waitUntil(async () => (await waiting()) === 1)
        both = Promise.all([first, add('second')])
        await waitUntil(async () => (await waiting()) === 2)
        expect(finished).toEqual([])
      })
      await both
      expect((await list({ projectId })).map((entry) => entry.event)).toEqual(['second', 'first'])
    },
  )

  it('never shows a reader a position below one it has already passed, under 8 writers', async () => {
    const userId = 'followed'
    const partition = partitionOf(userId)
    const total = 8 * 25
    const seen: string[] = []
    const read = async (position: number, limit: number) =>
      (await log.eventLog.read('follower', [{ partition, position }], limit)).get(partition) ?? []
    let after = (await read(0, 10_000)).at(-1)?.position ?? 0
    const writers = Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let n = 0; n < 25; n += 1) await append(log.eventLog, [anEntry({ userId })])
      }),
    )
    await waitUntil(async () => {
      const entries = await read(after, 10)
      seen.push(...entries.map((entry) => entry.messageId))
      after = entries.at(-1)?.position ?? after
      return seen.length === total
    })
    await writers
    expect(new Set(seen).size).toBe(total)
  })
})

describe('list', () => {
  it('filters by source, type, event and user, newest first, and pages by position', async () => {
    const projectId = 'proj_list'
    await append(log.eventLog, [
      anEntry({ projectId, messageId: 'one' }),
      anEntry({ projectId, messageId: 'two', userId: 'bob' }),
      anEntry({ projectId, messageId: 'three', type: 'page', event: null }),
      anEntry({ projectId, messageId: 'four', sourceId: 'src_list' }),
      anEntry({ projectId: 'proj_foreign', messageId: 'five' }),
    ])
    const ids = async (filter: Record<string, unknown>) =>
      (await list({ projectId, ...filter })).map((entry) => entry.messageId)

    expect(await ids({})).toEqual(['four', 'three', 'two', 'one'])
    expect(await ids({ userId: 'bob' })).toEqual(['two'])
    expect(await ids({ type: 'page' })).toEqual(['three'])
    expect(await ids({ event: 'Tested', sourceId: 'src_log' })).toEqual(['two', 'one'])
    const page = await list({ projectId, limit: 2 })
    expect(await ids({ before: page.at(-1)?.position })).toEqual(['two', 'one'])
  })
})

describeInPostgres('sweep', () => {
  it('deletes what has passed its retention and nothing younger', async () => {
    const projectId = 'proj_sweep'
    const receivedAt = later(-LIMITS.logRetentionMs)
    await append(log.eventLog, [
      anEntry({ projectId, messageId: 'old', receivedAt }),
      anEntry({ projectId, messageId: 'young', receivedAt: new Date(receivedAt.getTime() + 1) }),
    ])
    for (const at of [receivedAt, NOW])
      await database.db.kysely
        .insertInto('rejected_call')
        .values({ reason: 'bad_request', message: 'swept', received_at: at })
        .execute()

    expect(await log.eventLog.sweep(NOW)).toBe(false)

    expect((await list({ projectId })).map((entry) => entry.messageId)).toEqual(['young'])
    const remembered = database.db.kysely.selectFrom('message_seen').select('message_id')
    expect(await remembered.where('message_id', 'in', ['old', 'young']).execute()).toEqual([])
    const refused = database.db.kysely.selectFrom('rejected_call').select('received_at')
    expect(await refused.where('message', '=', 'swept').execute()).toEqual([{ received_at: NOW }])
  })
})

async function waitUntil(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 2_000; attempt += 1) {
    if (await condition()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error('the awaited condition never held')
}
