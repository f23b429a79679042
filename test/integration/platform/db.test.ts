import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inTransaction, statement, violates } from '../../../src/platform/db.ts'
import { useTestDatabase } from '../../support/test-database.ts'

const t = useTestDatabase()
const INSERT = statement(
  'test_insert_project',
  'insert into project (id, name, created_at) values ($1, $2, now())',
)
const INSERT_AGAIN = statement('test_insert_again', INSERT.text)
const COUNT = statement('test_count', 'select count(*) from project')

const countProjects = async () =>
  (
    await t.db.kysely
      .selectFrom('project')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
  ).count

describe('run', () => {
  const ECHO = statement(
    'test_echo',
    'select $1::text[] as texts, $2::float8[] as numbers, $3::boolean[] as flags, $4::timestamptz[] as times',
  )
  const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'))
  const time = fc.date({
    min: new Date('0001-01-01'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })

  it('hands lists to PostgreSQL as they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.option(
            fc.oneof(
              text,
              fc.json().filter((json) => !/\\u|\0/.test(json)),
            ),
          ),
        ),
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })),
        fc.array(fc.boolean()),
        fc.array(fc.option(time)),
        async (texts, numbers, flags, times) => {
          const [row] = await t.db.run(ECHO, [texts, numbers, flags, times])
          // JavaScript writes negative zero as 0.
          expect(row).toEqual({ texts, numbers: numbers.map((number) => number + 0), flags, times })
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('inTransaction', () => {
  it('undoes everything when the work throws, prepared statements and Kysely alike', async () => {
    const before = await countProjects()
    await expect(
      inTransaction(t.db, async (tx) => {
        await tx.run(INSERT, ['proj_a', 'A'])
        await tx.kysely
          .insertInto('project')
          .values({ id: 'proj_b', name: 'B', created_at: new Date() })
          .execute()
        throw new Error('no')
      }),
    ).rejects.toThrow('no')
    expect(await countProjects()).toBe(before)
  })

  it('refuses statements once it is over, which would be committed by themselves', async () => {
    const kept = await inTransaction(t.db, async (tx) => tx)
    await expect(kept.run(INSERT, ['proj_late', 'A'])).rejects.toThrow('the transaction is over')
    expect(() => kept.kysely).toThrow('the transaction is over')
  })

  it('undoes statements that were sent together, and throws what failed first', async () => {
    const before = await countProjects()
    const together = inTransaction(t.db, (tx) =>
      Promise.all([
        tx.run(INSERT, ['proj_t1', 'A']),
        tx.run(INSERT_AGAIN, ['proj_t1', 'A']),
        tx.run(COUNT, []),
      ]),
    )
    await expect(together).rejects.toSatisfy((error) => violates(error, 'project_pkey'))
    expect(await countProjects()).toBe(before)
  })

  it('commits what was sent and not waited for', async () => {
    const before = await countProjects()
    await inTransaction(t.db, (tx) => {
      tx.send(INSERT, ['proj_s1', 'A'])
      tx.send(INSERT, ['proj_s2', 'A'])
    })
    expect(await countProjects()).toBe(before + 2)
  })

  it('undoes everything when one of the statements sent fails, and throws its failure', async () => {
    const before = await countProjects()
    const sent = inTransaction(t.db, (tx) => {
      tx.send(INSERT, ['proj_s3', 'A'])
      tx.send(INSERT, ['proj_s3', 'A'])
      tx.send(INSERT, ['proj_s4', 'A'])
    })
    await expect(sent).rejects.toSatisfy((error) => violates(error, 'project_pkey'))
    expect(await countProjects()).toBe(before)
  })

  it('throws the failure of what was sent, not that of the statement after it', async () => {
    const sent = inTransaction(t.db, async (tx) => {
      tx.send(INSERT, ['proj_s5', 'A'])
      tx.send(INSERT, ['proj_s5', 'A'])
      await tx.run(COUNT, [])
    })
    await expect(sent).rejects.toSatisfy((error) => violates(error, 'project_pkey'))
  })

  it('fails, and nothing is kept, when its connection breaks under what was sent', async () => {
    const before = await countProjects()
    const holdLock = statement('test_hold_lock', 'select pg_advisory_xact_lock(78)')
    const killBlocked = statement(
      'test_kill_blocked',
      `select pg_terminate_backend(pid) from pg_locks
        where locktype = 'advisory' and objid = 78 and not granted`,
    )
    await inTransaction(t.db, async (tx) => {
      await tx.run(holdLock, [])
      const broken = inTransaction(t.db, (doomed) => {
        doomed.send(INSERT, ['proj_s6', 'A'])
        doomed.send(holdLock, [])
      })
      const killed = async (): Promise<void> => {
        while ((await t.db.run(killBlocked, [])).length === 0);
      }
      await Promise.all([
        expect(broken).rejects.toThrow(/terminating connection|connection lost/),
        killed(),
      ])
    })
    expect(await countProjects()).toBe(before)
  })

  it('names the constraint that was violated', async () => {
    await inTransaction(t.db, (tx) => tx.run(INSERT, ['proj_once', 'A']))
    const again = inTransaction(t.db, (tx) => tx.run(INSERT, ['proj_once', 'A']))
    await expect(again).rejects.toSatisfy((error) => violates(error, 'project_pkey'))
  })

  it('runs work again after a deadlock, so that both rivals finish', async () => {
    await inTransaction(t.db, async (tx) => {
      await tx.run(INSERT, ['proj_x', '0'])
      await tx.run(INSERT, ['proj_y', '0'])
    })
    const update = statement(
      'test_update_project',
      `update project set name = name || '+' where id = $1`,
    )
    let arrived = 0
    const rival = (first: string, second: string) =>
      inTransaction(t.db, async (tx) => {
        await tx.run(update, [first])
        arrived += 1
        // Both hold their first row before either asks for its second.
        while (arrived < 2) await new Promise((resolve) => setImmediate(resolve))
        await tx.run(update, [second])
      })
    await Promise.all([rival('proj_x', 'proj_y'), rival('proj_y', 'proj_x')])
    const rows = await t.db.kysely
      .selectFrom('project')
      .select('name')
      .where('id', 'in', ['proj_x', 'proj_y'])
      .execute()
    expect(rows.map((row) => row.name)).toEqual(['0++', '0++'])
  })

  it('fails alone when its connection breaks, and leaves the process and the pool well', async () => {
    const kill = statement('test_kill_connection', 'select pg_terminate_backend($1) as is_killed')
    const self = statement('test_own_connection', 'select pg_backend_pid() as pid')
    const broken = inTransaction(t.db, async (tx) => {
      const [own] = await tx.run<{ pid: number }>(self, [])
      await t.db.run(kill, [own?.pid])
      await tx.run(INSERT, ['proj_broken', 'A'])
    })
    await expect(broken).rejects.toThrow()
    expect(await countProjects()).toBeGreaterThanOrEqual(0)
  })
})
