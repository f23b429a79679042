import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Call } from '../../../../src/engine/context.ts'
import {
  type Customer,
  type CustomerInput,
  upsertCustomers,
} from '../../../../src/engine/customers/index.ts'
import type { ApiError } from '../../../../src/kernel/api-error.ts'
import { newId } from '../../../../src/kernel/ids.ts'
import { type Database, inTransaction, openDatabase } from '../../../../src/platform/db.ts'
import { createLog } from '../../../../src/platform/log.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { inParallel, typesOf } from './support.ts'

/*
 * What these tests guard: the unique index over `source_id` together with `on conflict do nothing`, the row
 * lock of `lockCustomers`, and the two sequences in which everybody creates and locks.
 */
const t = useTestApp()
const PARALLEL = 32
const processes: Database[] = []

beforeAll(() => {
  for (let count = 0; count < 4; count += 1) {
    processes.push(openDatabase({ url: t.url, poolSize: 8, log: createLog('error') }))
  }
})
afterAll(async () => {
  await Promise.all(processes.map((process) => process.close()))
})

const aCall = (): Call => ({
  projectId: t.keys.projectId,
  appId: t.keys.appId,
  groupId: newId('validation'),
  channel: 'API',
  now: t.clock.now(),
})

/** One batch in a transaction of its own, run by one of the processes and by no means a second time. */
async function upsert(
  index: number,
  inputs: readonly CustomerInput[],
): Promise<(Customer | ApiError)[]> {
  const database = processes[index % processes.length] as Database
  let runs = 0
  return inTransaction(database, (tx) => {
    runs += 1
    if (runs > 1) throw new Error('a deadlock undid the batch')
    return upsertCustomers(
      tx,
      inputs.map((input) => ({ call: aCall(), input })),
    )
  })
}

const countOf = async (sourceId: string): Promise<number> =>
  (await t.db.pool.query('select 1 from customer where source_id = $1', [sourceId])).rows.length

const customerNow = async (reference: string) =>
  (await t.call('GET', `/v1/customers/${reference}`)).body

const toInputs = (
  sourceIds: readonly string[],
  metadata: CustomerInput['metadata'] = {},
): CustomerInput[] => sourceIds.map((sourceId) => ({ source_id: sourceId, metadata }))

/** Inserts as of a busy disk: statements of several rows overlap, as they otherwise do only now and then. */
async function slowDownInserts(work: () => Promise<void>): Promise<void> {
  await t.db.pool.query(`create function slow_down() returns trigger language plpgsql
    as 'begin perform pg_sleep(0.002); return new; end'`)
  await t.db.pool.query(
    'create trigger slow before insert on customer for each row execute function slow_down()',
  )
  await work()
  await t.db.pool.query('drop function slow_down() cascade')
}

describe('parallel upserts', () => {
  it('of one new source_id create one customer and announce one creation', async () => {
    const answers = await inParallel(PARALLEL, (index) =>
      upsert(index, [{ source_id: 'only', name: 'One' }]),
    )
    const ids = answers.map(([customer]) => customer && 'id' in customer && customer.id)
    expect(new Set(ids).size).toBe(1)
    expect(await countOf('only')).toBe(1)
    expect(await typesOf(t, 'only')).toEqual(['customer.created'])
  })

  it('over the API do the same', async () => {
    const answers = await inParallel(PARALLEL, () =>
      t.call('POST', '/v1/customers', { source_id: 'api' }),
    )
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1)
    expect(await typesOf(t, 'api')).toEqual(['customer.created'])
  })

  it('of different metadata keys lose none', async () => {
    await upsert(0, [{ source_id: 'merge' }])
    await inParallel(PARALLEL, (index) =>
      upsert(index, [{ source_id: 'merge', metadata: { [`key${index}`]: index } }]),
    )
    expect(Object.keys((await customerNow('merge')).metadata)).toHaveLength(PARALLEL)
    expect(await typesOf(t, 'merge')).toHaveLength(1 + PARALLEL)
  })

  it('that race to create, too, lose nothing that was said', async () => {
    await inParallel(PARALLEL, (index) =>
      upsert(index, [{ source_id: 'both', metadata: { [`key${index}`]: index } }]),
    )
    expect(Object.keys((await customerNow('both')).metadata)).toHaveLength(PARALLEL)
    expect(await typesOf(t, 'both')).toEqual([
      'customer.created',
      ...Array.from({ length: PARALLEL - 1 }, () => 'customer.updated'),
    ])
  })

  it('of many processes with the same customers in other orders never deadlock', async () => {
    const known = Array.from({ length: 20 }, (_each, n) => `known${n}`)
    await upsert(0, toInputs(known))
    await slowDownInserts(async () => {
      for (let round = 0; round < 3; round += 1) {
        const fresh = Array.from({ length: 20 }, (_each, n) => `new${round}-${n}`)
        const everybody = [...known, ...fresh]
        await inParallel(8, (index) => {
          const shift = (index * 7) % everybody.length
          const turned = [...everybody.slice(shift), ...everybody.slice(0, shift)]
          const inOrder = index % 2 === 0 ? turned : turned.reverse()
          return upsert(index, toInputs(inOrder, { [`r${round}p${index}`]: true }))
        })
        for (const reference of ['known3', `new${round}-3`]) {
          const { metadata } = await customerNow(reference)
          const keys = Object.keys(metadata).filter((key) => key.startsWith(`r${round}p`))
          expect(keys).toHaveLength(8)
        }
      }
    })
  })

  it('of hundreds, which are stored in parts, lose nothing either', async () => {
    const many = Array.from({ length: 600 }, (_each, n) => `part${n}`)
    await inParallel(4, (index) => {
      const inOrder = index % 2 === 0 ? many : [...many].reverse()
      return upsert(index, toInputs([...inOrder, ...many], { [`p${index}`]: true }))
    })
    const { rows } = await t.db.pool.query(
      `select metadata, (select string_agg(type, ' ' order by occurrence.id) from occurrence
                          where customer_id = customer.id) as told
         from customer where source_id like 'part%'`,
    )
    expect(rows).toHaveLength(600)
    for (const { metadata, told } of rows) {
      expect(Object.keys(metadata).sort()).toEqual(['p0', 'p1', 'p2', 'p3'])
      expect(told).toBe(`customer.created${' customer.updated'.repeat(3)}`)
    }
  })

  it('beside deletions create again whoever is gone', async () => {
    const answers = await inParallel(PARALLEL, (index) =>
      index % 4 === 3
        ? t.call('DELETE', '/v1/customers/phoenix')
        : t.call('POST', '/v1/customers', { source_id: 'phoenix', name: `n${index}` }),
    )
    for (const [index, { status }] of answers.entries()) {
      expect(index % 4 === 3 ? [204, 404] : [200]).toContain(status)
    }
    const types = await typesOf(t, 'phoenix')
    const count = (type: string) => types.filter((each) => each === type).length
    expect(count('customer.created') - count('customer.deleted')).toBe(await countOf('phoenix'))
  })
})

describe('an upsert that changes nothing', () => {
  it('waits for no lock and takes none', async () => {
    await upsert(0, [{ source_id: 'still', name: 'Same' }])
    const holder = await t.db.pool.connect()
    try {
      await holder.query('begin')
      await holder.query("select * from customer where source_id = 'still' for update")
      const [customer] = await upsert(1, [{ source_id: 'still', name: 'Same' }])
      expect(customer).toMatchObject({ name: 'Same' })
    } finally {
      await holder.query('rollback')
      holder.release()
    }
  })
})
