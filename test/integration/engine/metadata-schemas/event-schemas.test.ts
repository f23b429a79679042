import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { defineEvent, defineMetadata, manageSchemas } from '../../../support/metadata-schemas.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { createProgram } from '../loyalties/support.ts'
import { eventsOf, send } from '../segmentio/support.ts'

const t = useTestApp()
const PARALLEL = 16
const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n))

type Body = { [key: string]: unknown }
const occur = (event: string, metadata: Body = {}, customer = 'somebody') =>
  t.call('POST', '/v1/events', { event, customer: { source_id: customer }, metadata })
const list = async () => (await manageSchemas(t, 'GET', 'custom-event-schemas')).body

describe('the schemas of custom events (§4.2, §15.4)', () => {
  it('are made, listed, changed and deleted', async () => {
    const body = { name: 'review', schema: { properties: { published: { type: 'boolean' } } } }
    const made = await manageSchemas(t, 'POST', 'custom-event-schemas', { body })
    expect(made.body).toEqual({
      id: expect.stringMatching(/^ms_/),
      name: 'review',
      schema: { properties: { published: { type: 'boolean', optional: true } } },
      created_at: '2026-06-01T12:00:00.000Z',
      updated_at: null,
      object: 'custom-event-schema',
    })
    expect(await list()).toMatchObject({ object: 'list', data_ref: 'data', data: [made.body] })
    const one = `custom-event-schemas/${made.body.id}`
    const properties = {
      stars: { type: 'number', optional: false },
      published: { type: 'string', deleted: true },
    }
    const changed = await manageSchemas(t, 'PUT', one, { body: { schema: { properties } } })
    expect(changed.body.schema.properties).toEqual({
      stars: { type: 'number', optional: false },
      // Its type may change, which that of an object's definition never does.
      published: { type: 'string', optional: true, deleted: true },
    })
    expect((await manageSchemas(t, 'GET', one)).body).toEqual(changed.body)
    expect((await manageSchemas(t, 'DELETE', one)).status).toBe(204)
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      expect(await manageSchemas(t, method, one, { body: {} })).toMatchObject({
        status: 404,
        body: { resource_type: 'custom_event_schema' },
      })
    }
  })

  it('know five types (M-9)', async () => {
    for (const type of ['string', 'number', 'date', 'datetime', 'boolean'])
      await defineEvent(t, `of ${type}`, { k: { type } })
    for (const type of ['geopoint', 'image_url', 'object', 'Card']) {
      const body = { name: 'x', schema: { properties: { k: { type } } } }
      expect(await manageSchemas(t, 'POST', 'custom-event-schemas', { body })).toMatchObject({
        status: 400,
        body: {
          details:
            'Property .schema.properties.k.type should be equal to one of the allowed values: string, number, date, datetime, boolean',
        },
      })
    }
  })

  it.each<[object, string]>([
    [{ schema: { properties: {} } }, "Payload should have required property 'name'"],
    [{ name: 'x' }, "Payload should have required property 'schema'"],
    [{ name: 'x', schema: {} }, "Property .schema should have required property 'properties'"],
    [
      {
        name: 'x',
        schema: { properties: Object.fromEntries(times(101, (n) => [n, { type: 'date' }])) },
      },
      'A schema has at most 100 definitions, removed ones included',
    ],
  ])('are refused where they say too little or too much: %#', async (body, details) => {
    expect(await manageSchemas(t, 'POST', 'custom-event-schemas', { body })).toMatchObject({
      status: 400,
      body: { key: 'invalid_payload', details },
    })
  })

  it('are one for each event, however many ask at once', async () => {
    const body = { name: 'wanted', schema: { properties: {} } }
    const answers = await Promise.all(
      times(PARALLEL, () => manageSchemas(t, 'POST', 'custom-event-schemas', { body })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.find(({ status }) => status !== 200)).toMatchObject({
      status: 409,
      body: { key: 'duplicate_found', resource_type: 'custom_event_schema' },
    })
  })
})

describe('the metadata of an event', () => {
  it('is made of the type it should have, or refused (E-3)', async () => {
    await defineEvent(t, 'paid', {
      sum: { type: 'number', optional: false },
      on: { type: 'date' },
      gift: { type: 'boolean' },
    })
    const fits = { sum: '500', on: '2026-01-02T03:04:05Z', gift: 'true', note: { any: [1] } }
    expect((await occur('paid', fits, 'payer')).status).toBe(200)
    expect((await eventsOf(t, 'payer'))[0]?.['metadata']).toEqual({
      sum: 500,
      on: '2026-01-02',
      gift: true,
      note: { any: [1] },
    })
    const refused = await occur('paid', { sum: 'much', on: 'soon' }, 'nobody')
    expect(refused).toMatchObject({
      status: 400,
      body: {
        key: 'metadata_validation_failed',
        message: 'Metadata validation failed',
        details:
          "sum: must be a number, property is required (actual value is 'much'); " +
          "on: must be a date (actual value is 'soon')",
      },
    })
    // Nothing came of it, not even the customer.
    expect((await t.call('GET', '/v1/customers/nobody')).status).toBe(404)
    expect((await occur('paid', {})).status).toBe(400)
  })

  it('loses on wire A what does not fit, and nothing else (SI-24, E-3)', async () => {
    await defineEvent(t, 'Rated', {
      stars: { type: 'number' },
      must: { type: 'string', optional: false },
    })
    const body = {
      type: 'track',
      event: 'Rated',
      customer: { source_id: 'rater' },
      metadata: { stars: 'many', text: 'fine', n: 1 },
    }
    const answer = await send(t, 'event', body)
    expect(answer).toMatchObject({
      status: 200,
      body: {
        warnings: [
          {
            key: 'metadata_not_stored',
            property: 'metadata.stars',
            message: 'metadata.stars was not stored: must be a number',
          },
        ],
      },
    })
    await send(t, 'event', { ...body, metadata: { stars: '4' } })
    expect((await eventsOf(t, 'rater')).map(({ metadata }) => metadata)).toEqual([
      { text: 'fine', n: 1 },
      { stars: 4 },
    ])
  })
})

describe('an event that nobody defined (E-2)', () => {
  const named = async (name: string) =>
    (await list()).data.filter((schema: Body) => schema['name'] === name)

  it('is accepted, and has a schema from then on, one under any number of rivals', async () => {
    const answers = await Promise.all(
      times(PARALLEL, (n) => occur('first_seen', { a: n }, `seen-${n}`)),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const schemas = await named('first_seen')
    expect(schemas).toMatchObject([{ schema: { properties: {} } }])
    const { rows } = await t.db.pool.query<{ id: string }>(
      `select distinct data -> 'event_schema' ->> 'id' as id from occurrence
        where data -> 'event' ->> 'type' = 'first_seen'`,
    )
    expect(rows).toEqual([{ id: schemas[0].id }])
  })

  it('can be defined afterwards, once', async () => {
    await occur('defined_later', { n: 'x' })
    const [stub] = await named('defined_later')
    const body = { name: 'defined_later', schema: { properties: { n: { type: 'number' } } } }
    const made = await manageSchemas(t, 'POST', 'custom-event-schemas', { body })
    expect(made).toMatchObject({ status: 200, body: { id: stub.id, schema: body.schema } })
    expect((await occur('defined_later', { n: 'x' })).status).toBe(400)
    expect((await manageSchemas(t, 'POST', 'custom-event-schemas', { body })).status).toBe(409)
  })

  it('leaves room for those that somebody defines, of which there are so many and no more', async () => {
    const keys = await t.addProject()
    await t.db.pool.query(
      `insert into custom_event_schema (id, project_id, name, properties, is_stub, created_at)
       select 'ms_' || is_stub || n, $1, n || ' ' || is_stub, '{}', is_stub, now()
         from unnest(array[true, false]) as is_stub, generate_series(1, $2::int - (not is_stub)::int) as n`,
      [keys.projectId, LIMITS.definedEventsPerProjectMax],
    )
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, n) =>
        manageSchemas(t, 'POST', 'custom-event-schemas', {
          keys,
          body: { name: `more ${n}`, schema: { properties: {} } },
        }),
      ),
    )
    const refused = answers.filter(({ status }) => status === 400)
    expect(refused).toHaveLength(3)
    expect(refused[0]?.body.details).toBe('A project has at most 1000 custom event schemas')
  })

  it('gets none where a project has very many already', async () => {
    const keys = await t.addProject()
    await t.db.pool.query(
      `insert into custom_event_schema (id, project_id, name, properties, created_at)
       select 'ms_many' || n, $1, 'many ' || n, '{}', now() from generate_series(1, $2::int) as n`,
      [keys.projectId, LIMITS.registeredEventsPerProjectMax],
    )
    const body = { event: 'one more', customer: { source_id: 'c' } }
    expect((await t.call('POST', '/v1/events', body, { keys })).status).toBe(200)
    const { body: found } = await manageSchemas(t, 'GET', 'custom-event-schemas', { keys })
    expect(found.total).toBe(LIMITS.registeredEventsPerProjectMax)
  })
})

describe('earning rules of an event with a schema', () => {
  const ruleOf = (event: string, more: Body = {}) => ({
    event,
    loyalty: { type: 'FIXED', points: 10 },
    ...more,
  })
  const addRule = (program: string, rule: Body) =>
    t.call('POST', `/v1/loyalties/${program}/earning-rules`, [rule])

  it('name it, and answer it back', async () => {
    const program = await createProgram(t)
    const id = await defineEvent(t, 'shared', {})
    const { status, body } = await addRule(
      program,
      ruleOf('shared', { custom_event: { schema_id: id } }),
    )
    expect(status).toBe(200)
    expect(body[0].custom_event).toEqual({ schema_id: id })
    const unknown = ruleOf('shared', { custom_event: { schema_id: 'ms_unknown' } })
    expect(await addRule(program, unknown)).toMatchObject({
      status: 404,
      body: { resource_type: 'custom_event_schema', resource_id: 'ms_unknown' },
    })
    const other = ruleOf('liked', { custom_event: { schema_id: id } })
    expect(await addRule(program, other)).toMatchObject({
      status: 400,
      body: {
        details: 'Property .custom_event.schema_id is of the event shared, not of liked',
      },
    })
  })

  it('go with their project', async () => {
    const keys = await t.addProject()
    const id = await defineEvent(t, 'gone', {}, { keys })
    const wish = { name: 'P', type: 'AUTO_UPDATE', voucher: { loyalty_card: { points: 0 } } }
    const program = (await t.call('POST', '/v1/loyalties', wish, { keys })).body.id
    const rule = { ...ruleOf('gone'), custom_event: { schema_id: id } }
    const path = `/v1/loyalties/${program}/earning-rules`
    expect((await t.call('POST', path, [rule], { keys })).status).toBe(200)
    await t.db.pool.query('delete from project where id = $1', [keys.projectId])
    const { rows } = await t.db.pool.query('select from custom_event_schema where id = $1', [id])
    expect(rows).toEqual([])
  })

  it('may go on with a schema that they named before schemas were kept', async () => {
    const program = await createProgram(t)
    const path = `/v1/loyalties/${program}/earning-rules`
    const id = (await t.call('POST', path, [ruleOf('older')])).body[0].id
    const client = await t.db.pool.connect()
    await client.query(`set session_replication_role = replica`)
    await client.query(`update earning_rule set event_schema_id = 'ms_older' where id = $1`, [id])
    await client.query(`set session_replication_role = origin`)
    client.release()
    const change = { loyalty: { type: 'FIXED', points: 11 } }
    const changed = await t.call('PUT', `${path}/${id}`, change)
    expect(changed).toMatchObject({
      status: 200,
      body: { custom_event: { schema_id: 'ms_older' } },
    })
    expect((await t.call('POST', `${path}/${id}/disable`)).status).toBe(200)
    expect((await t.call('DELETE', `${path}/${id}`)).status).toBe(204)
  })

  it('keep it from being deleted (M-9)', async () => {
    const program = await createProgram(t)
    const id = await defineEvent(t, 'kept', {})
    const { body } = await addRule(program, ruleOf('kept'))
    const one = `custom-event-schemas/${id}`
    expect(await manageSchemas(t, 'DELETE', one)).toMatchObject({
      status: 400,
      body: {
        key: 'resource_in_use',
        details: `Resource custom_event_schema with id ${id} is in use by earning_rules with ids [${body[0].id}]`,
      },
    })
    await t.call('DELETE', `/v1/loyalties/${program}/earning-rules/${body[0].id}`)
    expect((await manageSchemas(t, 'DELETE', one)).status).toBe(204)
  })

  it('never name one that a rival deletes (M-9)', async () => {
    const program = await createProgram(t)
    for (let round = 0; round < 5; round += 1) {
      const name = `raced ${round}`
      const id = await defineEvent(t, name, {})
      const [rule, deleted] = await Promise.all([
        addRule(program, ruleOf(name, { custom_event: { schema_id: id } })),
        manageSchemas(t, 'DELETE', `custom-event-schemas/${id}`),
      ])
      expect([rule.status, deleted.status]).toEqual(rule.status === 200 ? [200, 400] : [404, 204])
    }
  })

  it('measure what is a number (M-10)', async () => {
    const keys = t.keys
    const program = await createProgram(t)
    await defineEvent(t, 'measured', { stars: { type: 'number' }, text: { type: 'string' } })
    await defineMetadata(
      t,
      'customer',
      { visits: { type: 'number' }, all: { type: 'number', array: true } },
      { keys, allowsDefinedOnly: true },
    )
    const measure = (property: string, kind: 'custom_event' | 'customer' = 'custom_event') =>
      addRule(program, {
        event: 'measured',
        loyalty: {
          type: 'PROPORTIONAL',
          calculation_type: kind === 'customer' ? 'CUSTOMER_METADATA' : 'CUSTOM_EVENT_METADATA',
          [kind]: { metadata: { every: 1, points: 10, property } },
        },
      })
    for (const property of ['stars', 'of_nobody'])
      expect((await measure(property)).status).toBe(200)
    expect((await measure('visits', 'customer')).status).toBe(200)
    expect(await measure('text')).toMatchObject({
      status: 400,
      body: {
        details:
          'Property .property should name a number in the metadata schema of measured, which text is not',
      },
    })
    for (const property of ['all', 'undefined'])
      expect((await measure(property, 'customer')).status).toBe(400)
  })
})
