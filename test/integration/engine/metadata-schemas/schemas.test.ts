import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { defineMetadata, manageSchemas } from '../../../support/metadata-schemas.ts'
import { useTestApp } from '../../../support/test-app.ts'

const t = useTestApp()
const PARALLEL = 16
const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n))

const read = async (id: string, keys = t.keys) =>
  (await manageSchemas(t, 'GET', `metadata-schemas/${id}`, { keys })).body

describe('the metadata schemas of a project (§4.1, §4.2)', () => {
  it('are made, listed, read in both spellings, and deleted', async () => {
    const keys = await t.addProject()
    const properties = {
      region: { type: 'string', array: true, optional: false, eq: ['EMEA', 'APAC'] },
      code: { type: 'string', min_length: 2, max_length: 9, exact_length: 5 },
      count: { type: 'number', ne: [3], lt: 9.5, lte: 9, gt: 0, gte: 0.5 },
    }
    const body = { related_object: 'reward', properties }
    const made = await manageSchemas(t, 'POST', 'metadata-schemas', { keys, body })
    const filledIn = { array: false, optional: true, object_type: null }
    expect(made).toMatchObject({
      status: 200,
      body: {
        id: expect.stringMatching(/^ms_/),
        related_object: 'reward',
        allow_defined_only: false,
        created_at: '2026-06-01T12:00:00.000Z',
        updated_at: null,
        object: 'metadata_schema',
      },
    })
    expect(made.body.properties).toEqual({
      region: { ...filledIn, ...properties.region },
      code: { ...filledIn, ...properties.code },
      count: { ...filledIn, ...properties.count },
    })
    expect(await read(made.body.id, keys)).toEqual(made.body)
    expect((await manageSchemas(t, 'GET', 'metadata-schemas', { keys })).body).toEqual({
      object: 'list',
      data_ref: 'data',
      data: [made.body],
      total: 1,
    })

    const { body: shown } = await t.call('GET', '/v1/metadata-schemas/reward', undefined, { keys })
    expect(shown.properties.code).toEqual({
      type: 'string',
      array: false,
      optional: true,
      objectType: null,
      minLength: 2,
      maxLength: 9,
      exactLength: 5,
    })
    expect((await t.call('GET', '/v1/metadata-schemas', undefined, { keys })).body).toEqual({
      object: 'list',
      data_ref: 'schemas',
      schemas: [shown],
      total: 1,
    })

    const one = `metadata-schemas/${made.body.id}`
    expect((await manageSchemas(t, 'DELETE', one, { keys })).status).toBe(204)
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      expect(await manageSchemas(t, method, one, { keys, body: {} })).toMatchObject({
        status: 404,
        body: { resource_type: 'metadata_schema' },
      })
    }
  })

  it('are not found by a name nobody defined (programs scenario 26)', async () => {
    expect(await t.call('GET', '/v1/metadata-schemas/nope')).toMatchObject({
      status: 404,
      body: {
        key: 'not_found',
        resource_type: 'metadata schema',
        details: 'Cannot find metadata schema with id nope',
      },
    })
  })

  it('are one for each kind of object, however many ask at once (programs scenario 27)', async () => {
    const keys = await t.addProject()
    const answers = await Promise.all(
      times(PARALLEL, (n) =>
        manageSchemas(t, 'POST', 'metadata-schemas', {
          keys,
          body: { related_object: 'customer', properties: { [`k${n}`]: { type: 'string' } } },
        }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const refused = answers.filter(({ status }) => status === 409)
    expect(refused).toHaveLength(PARALLEL - 1)
    expect(refused[0]?.body).toMatchObject({
      key: 'duplicate_found',
      details: 'Duplicated metadata schema exists with related_object customer',
    })
    const { body } = await manageSchemas(t, 'GET', 'metadata-schemas', { keys })
    expect(body.total).toBe(1)
    // Another project has its own.
    await defineMetadata(t, 'customer', {}, { keys: await t.addProject() })
  })

  it('are so many in a project and no more, however many ask at once', async () => {
    const keys = await t.addProject()
    await t.db.pool.query(
      `insert into metadata_schema (id, project_id, related_object, properties, created_at)
       select 'ms_much' || n, $1, 'much ' || n, '{}', now() from generate_series(1, $2::int) as n`,
      [keys.projectId, LIMITS.metadataSchemasPerProjectMax - 1],
    )
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, n) =>
        manageSchemas(t, 'POST', 'metadata-schemas', {
          keys,
          body: { related_object: `more ${n}`, properties: {} },
        }),
      ),
    )
    const refused = answers.filter(({ status }) => status === 400)
    expect(refused).toHaveLength(3)
    expect(refused[0]?.body.details).toBe('A project has at most 200 metadata schemas')
  })

  it('cannot be seen or changed from another project', async () => {
    const keys = await t.addProject()
    const id = await defineMetadata(t, 'voucher', { a: { type: 'string' } }, { keys })
    const other = await t.addProject()
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const options = { keys: other, body: {} }
      expect((await manageSchemas(t, method, `metadata-schemas/${id}`, options)).status).toBe(404)
    }
    const { status } = await t.call('GET', '/v1/metadata-schemas/voucher', undefined, {
      keys: other,
    })
    expect(status).toBe(404)
  })

  it.each<[object, string]>([
    [{ properties: {} }, "Payload should have required property 'related_object'"],
    [{ related_object: 'x' }, "Payload should have required property 'properties'"],
    [{ related_object: '', properties: {} }, 'Property .related_object must NOT have fewer than 1'],
    [{ related_object: 'number', properties: {} }, 'Property .related_object should not be'],
    [{ related_object: 'x', properties: { k: {} } }, 'Property .properties.k should have required'],
    [
      { related_object: 'order', properties: { k: { type: 'text' } } },
      'Property .properties.k.type should be equal to one of the allowed values: string, number,',
    ],
    [
      { related_object: 'order', properties: { k: { type: 'object', object_type: 'no' } } },
      'Property .properties.k.object_type should be the name of a custom schema',
    ],
    [
      { related_object: 'Card', properties: { k: { type: 'object' } } },
      'Property .properties.k.type should not be of nested objects in a nested object',
    ],
    [
      { related_object: 'order', properties: { k: { type: 'string', lt: 3 } } },
      'Property .properties.k.lt is not for values of type string',
    ],
    [
      { related_object: 'order', properties: { k: { type: 'number', min_length: 3 } } },
      'Property .properties.k.min_length is not for values of type number',
    ],
    [
      { related_object: 'order', properties: { k: { type: 'boolean', eq: ['x'] } } },
      'Property .properties.k.eq is not for values of type boolean',
    ],
    [
      { related_object: 'order', properties: { k: { type: 'number', eq: [1, 'x'] } } },
      'Property .properties.k.eq[1] must be number',
    ],
  ])('are refused where they mean nothing: %j', async (body, details) => {
    const answer = await manageSchemas(t, 'POST', 'metadata-schemas', { body })
    expect(answer).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    expect(answer.body.details).toContain(details)
  })
})

describe('changing a metadata schema (M-5)', () => {
  it('replaces the definitions that are given, whole, and keeps the others', async () => {
    const keys = await t.addProject()
    const id = await defineMetadata(
      t,
      'campaign',
      { a: { type: 'string', optional: false, eq: ['x'] }, b: { type: 'number', gte: 1 } },
      { keys },
    )
    const one = `metadata-schemas/${id}`
    const body = { properties: { a: { type: 'string' }, c: { type: 'date', array: true } } }
    const { body: changed } = await manageSchemas(t, 'PUT', one, { keys, body })
    const filledIn = { array: false, optional: true, object_type: null }
    expect(changed.properties).toEqual({
      a: { type: 'string', ...filledIn },
      b: { type: 'number', gte: 1, ...filledIn },
      c: { type: 'date', ...filledIn, array: true },
    })
    expect(changed).toMatchObject({
      allow_defined_only: false,
      updated_at: '2026-06-01T12:00:00.000Z',
    })
    const strict = { keys, body: { allow_defined_only: true } }
    expect((await manageSchemas(t, 'PUT', one, strict)).body).toMatchObject({
      allow_defined_only: true,
      properties: changed.properties,
    })
  })

  it('never changes a type', async () => {
    const id = await defineMetadata(t, 'publication', { a: { type: 'string' } })
    const body = { properties: { a: { type: 'number' } } }
    expect(await manageSchemas(t, 'PUT', `metadata-schemas/${id}`, { body })).toMatchObject({
      status: 400,
      body: { details: 'Property .properties.a.type cannot be changed from string to number' },
    })
  })

  it('removes a definition and restores it; objects keep their values', async () => {
    const keys = await t.addProject()
    const id = await defineMetadata(t, 'customer', { age: { type: 'number' } }, { keys })
    const save = (age: unknown) =>
      t.call('POST', '/v1/customers', { source_id: 'm', metadata: { age } }, { keys })
    await save(7)
    const remove = { properties: { age: { type: 'number', deleted: true } } }
    const put = (body: object) => manageSchemas(t, 'PUT', `metadata-schemas/${id}`, { keys, body })
    expect((await put(remove)).body.properties.age.deleted).toBe(true)
    expect((await t.call('GET', '/v1/customers/m', undefined, { keys })).body.metadata).toEqual({
      age: 7,
    })
    expect((await save('old')).body.metadata).toEqual({ age: 'old' })
    expect((await put({ properties: { age: { type: 'number' } } })).body.properties.age).toEqual({
      type: 'number',
      array: false,
      optional: true,
      object_type: null,
    })
    expect((await save('older')).status).toBe(400)
  })

  it('leaves room for 100 definitions, whoever adds them at once (M-6)', async () => {
    const keys = await t.addProject()
    const id = await defineMetadata(t, 'order', {}, { keys })
    const some = (n: number) =>
      Object.fromEntries(times(30, (k) => [`k${n}_${k}`, { type: 'string', deleted: k === 0 }]))
    const answers = await Promise.all(
      times(8, (n) =>
        manageSchemas(t, 'PUT', `metadata-schemas/${id}`, { keys, body: { properties: some(n) } }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3)
    expect(answers.find(({ status }) => status !== 200)).toMatchObject({
      status: 400,
      body: { details: 'A schema has at most 100 definitions, removed ones included' },
    })
    expect(Object.keys((await read(id, keys)).properties)).toHaveLength(90)
    // The database holds it too.
    const insert = t.db.pool.query(
      `update metadata_schema set properties = (select jsonb_object_agg(n, '{}'::jsonb) from generate_series(1, 101) n)
        where id = $1`,
      [id],
    )
    await expect(insert).rejects.toMatchObject({ constraint: 'metadata_schema_size' })
  })
})

describe('custom schemas of nested objects', () => {
  it('are named by definitions, and stay while they are', async () => {
    const keys = await t.addProject()
    const card = { number: { type: 'string', optional: false }, year: { type: 'number' } }
    const cardId = await defineMetadata(t, 'Card', card, { keys, allowsDefinedOnly: true })
    const orderId = await defineMetadata(
      t,
      'order',
      { card: { type: 'object', object_type: 'Card' }, other: { type: 'Card' } },
      { keys },
    )
    const order = (metadata: object) =>
      t.call('POST', '/v1/orders', { amount: 1, metadata }, { keys })
    const fits = { card: { number: '4', year: 2026 }, other: { number: '5' } }
    expect((await order(fits)).body.metadata).toEqual(fits)
    expect(await order({ card: { year: 'x', color: 'red' } })).toMatchObject({
      status: 400,
      body: {
        key: 'metadata_validation_failed',
        details:
          "card.number: must be a string, property is required (actual value is 'undefined'); " +
          "card.year: must be a number (actual value is 'x'); " +
          "card.color: property is not defined (actual value is 'red')",
      },
    })
    expect(await manageSchemas(t, 'DELETE', `metadata-schemas/${cardId}`, { keys })).toMatchObject({
      status: 400,
      body: {
        key: 'resource_in_use',
        details: `Resource metadata_schema with id ${cardId} is in use by metadata_schema with ids [${orderId}]`,
      },
    })
    await manageSchemas(t, 'DELETE', `metadata-schemas/${orderId}`, { keys })
    const { status } = await manageSchemas(t, 'DELETE', `metadata-schemas/${cardId}`, { keys })
    expect(status).toBe(204)
  })

  it('are not deleted while a rival comes to name them', async () => {
    for (let round = 0; round < 5; round += 1) {
      const keys = await t.addProject()
      const card = await defineMetadata(t, 'Card', {}, { keys })
      const body = { related_object: 'order', properties: { card: { type: 'Card' } } }
      const [named, deleted] = await Promise.all([
        manageSchemas(t, 'POST', 'metadata-schemas', { keys, body }),
        manageSchemas(t, 'DELETE', `metadata-schemas/${card}`, { keys }),
      ])
      expect([named.status, deleted.status].sort()).toEqual(
        named.status === 200 ? [200, 400] : [204, 400],
      )
    }
  })
})
