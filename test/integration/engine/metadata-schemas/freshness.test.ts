import pg from 'pg'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { findSchemas } from '../../../../src/engine/metadata-schemas/index.ts'
import type { Db } from '../../../../src/platform/db.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { defineEvent, defineMetadata, manageSchemas } from '../../../support/metadata-schemas.ts'
import { type TestApp, useTestApp } from '../../../support/test-app.ts'
import { waitFor } from '../../../support/wait-for.ts'

const t = useTestApp()

afterEach(() => {
  vi.restoreAllMocks()
})

/** From now on it is so many milliseconds later, and stays so. */
const jump = (byMs: number): void => {
  const laterMs = performance.now() + byMs
  vi.spyOn(performance, 'now').mockReturnValue(laterMs)
}

const saver =
  (app: TestApp, keys: TestApp['keys']) =>
  async (age: unknown): Promise<number> => {
    const body = { source_id: 'somebody', metadata: { age } }
    return (await app.call('POST', '/v1/customers', body, { keys })).status
  }

describe('a change of a schema', () => {
  it('holds at once in the process that made it', async () => {
    const keys = await t.addProject()
    const save = saver(t, keys)
    for (let round = 0; round < 10; round += 1) {
      expect(await save('old')).toBe(200)
      const id = await defineMetadata(t, 'customer', { age: { type: 'number' } }, { keys })
      expect(await save('old')).toBe(400)
      const body = { properties: { age: { type: 'number', deleted: true } } }
      await manageSchemas(t, 'PUT', `metadata-schemas/${id}`, { keys, body })
      expect(await save('old')).toBe(200)
      await manageSchemas(t, 'DELETE', `metadata-schemas/${id}`, { keys })
    }
  })

  it('is never missed by calls that begin after it, whatever others read meanwhile', async () => {
    const keys = await t.addProject()
    const save = saver(t, keys)
    let isOver = false
    const readers = Array.from({ length: 8 }, async () => {
      while (!isOver) await save(1)
    })
    for (let round = 0; round < 10; round += 1) {
      const id = await defineMetadata(t, 'customer', { age: { type: 'number' } }, { keys })
      expect(await save('old')).toBe(400)
      await manageSchemas(t, 'DELETE', `metadata-schemas/${id}`, { keys })
      expect(await save('old')).toBe(200)
    }
    isOver = true
    await Promise.all(readers)
  })

  it('is not undone by whoever read before it, and remembers after it', async () => {
    const keys = await t.addProject()
    let open: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    let answered = 0
    const slow: Db = {
      get kysely() {
        return t.db.kysely
      },
      async run<Row>(...asked: Parameters<Db['run']>): Promise<Row[]> {
        const rows = await t.db.run<Row>(...asked)
        answered += 1
        await gate
        return rows
      },
    }
    const reading = findSchemas(slow, [keys.projectId])
    await waitFor('both statements', () => answered === 2)
    await defineMetadata(t, 'customer', { age: { type: 'number' } }, { keys })
    open()
    await reading
    expect(await saver(t, keys)('old')).toBe(400)
  })

  it('holds within seconds in other processes, under any traffic', async () => {
    const keys = await t.addProject()
    const save = saver(t, keys)
    expect(await save('old')).toBe(200)
    // As another process changes it: this one is not told.
    await t.db.pool.query(
      `insert into metadata_schema (id, project_id, related_object, properties, created_at)
       values ('ms_elsewhere', $1, 'customer', '{"age": {"type": "number"}}', now())`,
      [keys.projectId],
    )
    expect(await save('old')).toBe(200)
    await waitFor('the schema of another process', async () => (await save('old')) === 400)
  })

  it('is found by everybody who comes after a long time in which nobody did', async () => {
    const { projectId } = await t.addProject()
    await findSchemas(t.db, [projectId])
    await t.db.pool.query(
      `insert into metadata_schema (id, project_id, related_object, properties, created_at)
       values ('ms_meanwhile', $1, 'customer', '{"age": {"type": "number"}}', now())`,
      [projectId],
    )
    jump(3_600_000)
    const together = await Promise.all([1, 2, 3].map(() => findSchemas(t.db, [projectId])))
    for (const of of together) expect([...of(projectId).ofObjects.keys()]).toEqual(['customer'])
  })

  it('is looked for by one caller in a while, and not by each', async () => {
    const { projectId } = await t.addProject()
    let queries = 0
    const counting: Db = {
      get kysely() {
        return t.db.kysely
      },
      run(...asked) {
        queries += 1
        return t.db.run(...asked)
      },
    }
    const begun = performance.now()
    for (let n = 0; n < 1_000; n += 1) await findSchemas(counting, [projectId, projectId])
    const periods = 1 + Math.floor((performance.now() - begun) / LIMITS.metadataSchemasAgeMs)
    expect(queries).toBeGreaterThan(0)
    expect(queries).toBeLessThanOrEqual(2 * periods)
  })
})

describe('schemas that are known already', () => {
  const VOUCHER = { type: 'DISCOUNT_VOUCHER', discount: { type: 'AMOUNT', amount_off: 1 } }
  const MADE = ['customer', 'order', 'order_item', 'redemption', 'voucher']
  const customer = { source_id: 'buyer', metadata: { n: 1 } }
  const order = {
    amount: 100,
    metadata: { n: 1 },
    customer,
    items: [{ price: 100, metadata: { n: 1 } }],
  }

  /** How many statements each call takes when nothing has to be read for the first time. */
  async function statementsOf(keys: TestApp['keys']): Promise<number[]> {
    const post = async (path: string, body: object) => {
      const answer = await t.call('POST', path, body, { keys })
      expect(answer.body).not.toHaveProperty('key')
      return answer.body
    }
    const redemption = async () => {
      const { code } = await post('/v1/vouchers', { ...VOUCHER, metadata: { n: 1 } })
      const redeemables = [{ object: 'voucher', id: code }]
      return { redeemables, order, customer, metadata: { n: 1 } }
    }
    const calls = async (): Promise<[string, object][]> => [
      ['/v1/customers', customer],
      ['/v1/orders', order],
      ['/v1/events', { event: 'seen', customer, metadata: { n: 1 } }],
      ['/v1/redemptions', await redemption()],
    ]
    for (const [path, body] of await calls()) await post(path, body)
    jump(10_000)
    for (const [path, body] of await calls()) await post(path, body)
    const counts: number[] = []
    for (const [path, body] of await calls()) {
      const query = vi.spyOn(pg.Client.prototype, 'query')
      await post(path, body)
      counts.push(query.mock.calls.length)
      const statements = JSON.stringify(query.mock.calls.map(([asked]) => asked))
      expect(statements).not.toMatch(/metadata_schema|custom_event_schema/)
      query.mockRestore()
    }
    vi.restoreAllMocks()
    return counts
  }

  it('cost no statement', async () => {
    const plain = await t.addProject()
    const strict = await t.addProject()
    const n = { type: 'number', optional: false }
    for (const of of MADE) await defineMetadata(t, of, { n }, { keys: strict })
    await defineEvent(t, 'seen', { n }, { keys: strict })
    const counts = await statementsOf(plain)
    expect(Math.min(...counts)).toBeGreaterThan(1)
    expect(await statementsOf(strict)).toEqual(counts)
  })
})
