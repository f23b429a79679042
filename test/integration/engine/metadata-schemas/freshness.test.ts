import { describe, expect, it } from 'vitest'
import { findSchemas } from '../../../../src/engine/metadata-schemas/index.ts'
import type { Db } from '../../../../src/platform/db.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { defineMetadata, manageSchemas } from '../../../support/metadata-schemas.ts'
import { type TestApp, useTestApp } from '../../../support/test-app.ts'
import { waitFor } from '../../../support/wait-for.ts'

const t = useTestApp()

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
