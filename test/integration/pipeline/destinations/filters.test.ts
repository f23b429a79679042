import { beforeEach, describe, expect, it } from 'vitest'
import type { Json } from '../../../../src/kernel/json.ts'
import { useReceiver } from '../../../support/receiver.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aSender, aWebhook, manage, recorded, track } from '../deliveries/support.ts'
import { aSource, type Source } from '../tracking/support.ts'
import { useDestinationsApi } from './support.ts'

const api = useDestinationsApi()
const DROP = { type: 'DROP' }
const FILTER = { title: 'No tests', if: 'properties.is_test = true', actions: [DROP] }

describe('/api/v1/destinations/{id}/filters', () => {
  let filters = ''
  beforeEach(async () => {
    const { id } = await api.addDestination({ setup: 'custom' })
    filters = `/destinations/${id}/filters`
  })
  const add = async (fields: object = {}) => {
    const { status, body } = await api.call('POST', filters, { ...FILTER, ...fields })
    if (status !== 200) throw new Error(`no filter: ${JSON.stringify(body)}`)
    return body
  }

  it('makes, shows, lists, changes and deletes filters', async () => {
    const made = await add({ description: 'Staging sends here, too' })
    expect(made).toEqual({
      id: expect.stringMatching(/^filt_[0-9a-f]{24}$/),
      destination_id: filters.split('/')[2],
      title: 'No tests',
      description: 'Staging sends here, too',
      if: 'properties.is_test = true',
      actions: [DROP],
      enabled: true,
      warnings: [],
      created_at: api.clock.now().toISOString(),
      updated_at: null,
    })
    expect((await api.call('GET', `${filters}/${made.id}`)).body).toEqual(made)

    const actions = [
      { type: 'SAMPLE', percent: 0.25, path: 'userId' },
      { type: 'DROP_PROPERTIES', fields: { '': ['traits'], 'properties.products': ['price'] } },
      { type: 'ALLOW_PROPERTIES', fields: { context: ['library'] } },
    ]
    const changes = { title: 'Less', description: null, if: 'all', actions, enabled: false }
    const changed = await api.call('PATCH', `${filters}/${made.id}`, changes)
    expect(changed.body).toEqual({ ...made, ...changes, updated_at: expect.any(String) })
    expect((await api.call('PATCH', `${filters}/${made.id}`, { title: 'Fewer' })).body).toEqual({
      ...changed.body,
      title: 'Fewer',
    })

    api.clock.advance(1_000)
    const second = await add({ enabled: false })
    const first = await api.call('GET', `${filters}?limit=1`)
    expect(first.body.data).toMatchObject([{ id: made.id, title: 'Fewer' }])
    const rest = await api.call('GET', `${filters}?limit=1&starting_after=${first.body.next}`)
    expect(rest.body).toMatchObject({ data: [{ id: second.id, enabled: false }], next: null })

    expect((await api.call('DELETE', `${filters}/${made.id}`)).status).toBe(204)
    expect((await api.call('GET', `${filters}/${made.id}`)).status).toBe(404)
    expect((await api.call('GET', filters)).body.data).toHaveLength(1)
  })

  it.each<[string, object, string]>([
    ['a condition that cannot be read', { if: 'userId = oops"' }, '/if: '],
    ['a condition of more than 5 KB', { if: `a = '${'a'.repeat(5_120)}'` }, '5120 bytes'],
    ['no title', { title: ' ' }, '.title'],
    ['a title of more than 64 characters', { title: 'a'.repeat(65) }, '.title'],
    ['no action', { actions: [] }, '.actions'],
    ['an action twice', { actions: [DROP, DROP] }, '.actions'],
    ['an unknown action', { actions: [{ type: 'HASH' }] }, '.actions'],
    ['a share above 1', { actions: [{ type: 'SAMPLE', percent: 10 }] }, 'percent'],
    ['a sample without a share', { actions: [{ type: 'SAMPLE' }] }, 'percent'],
    [
      'a sample by a path that is none',
      { actions: [{ type: 'SAMPLE', percent: 1, path: 'a..b' }] },
      '/actions/0/path',
    ],
    [
      'fields at a path that is none',
      { actions: [{ type: 'DROP_PROPERTIES', fields: { 'properties.': ['a'] } }] },
      '/actions/0/fields',
    ],
    [
      'names that are no list',
      { actions: [{ type: 'ALLOW_PROPERTIES', fields: { properties: 'email' } }] },
      'fields',
    ],
    [
      'no fields',
      { actions: [{ type: 'DROP_PROPERTIES', fields: {} }] },
      '.actions[0].fields should name a path',
    ],
    ['fields of an action without any', { actions: [{ type: 'DROP', fields: {} }] }, 'fields'],
    ['an unknown property', { colour: 'blue' }, 'colour'],
  ])('refuses %s and names the place', async (_what, fields, place) => {
    const refused = await api.call('POST', filters, { ...FILTER, ...fields })
    expect(refused).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    expect(refused.body.details).toContain(place)
    const { id } = await add()
    const { body } = await api.call('PATCH', `${filters}/${id}`, fields)
    expect(body).toMatchObject({ key: 'invalid_payload', details: refused.body.details })
  })

  it('takes ten filters, also when twenty are made at once, and another when one is gone (§2.3 rule 3)', async () => {
    const answers = await api.race(20, (n) =>
      api.call('POST', filters, { ...FILTER, title: `Filter ${n}` }),
    )
    const made = answers.filter(({ status }) => status === 200)
    expect(made).toHaveLength(10)
    for (const { status, body } of answers)
      if (status !== 200) expect(body).toMatchObject({ code: 400, key: 'filter_limit_reached' })
    expect((await api.call('GET', filters)).body.data).toHaveLength(10)
    await api.call('DELETE', `${filters}/${made[4]?.body.id}`)
    await add({ title: 'Eleventh' })
    expect((await api.call('POST', filters, FILTER)).body.key).toBe('filter_limit_reached')
  })

  it('are not found by another project, nor under another destination (invariant 8)', async () => {
    const { id } = await add()
    const destinationId = filters.split('/')[2]
    const stranger = await api.addProject()
    const preview = { if: 'all', actions: [DROP], event: {} }
    for (const [method, path, body] of [
      ['GET', filters],
      ['POST', filters, FILTER],
      ['GET', `${filters}/${id}`],
      ['PATCH', `${filters}/${id}`, { title: 'Mine' }],
      ['DELETE', `${filters}/${id}`],
      ['POST', `${filters}/preview`, preview],
    ] as const)
      expect(await api.call(method, path, body, stranger), `${method} ${path}`).toMatchObject({
        status: 404,
        body: { key: 'not_found', resource_id: destinationId, resource_type: 'destination' },
      })
    const other = await api.addDestination({ setup: 'custom' })
    for (const method of ['GET', 'DELETE'] as const)
      expect(await api.call(method, `/destinations/${other.id}/filters/${id}`)).toMatchObject({
        status: 404,
        body: { resource_id: id, resource_type: 'filter' },
      })
    expect((await api.call('GET', `${filters}/${id}`)).body.title).toBe('No tests')
  })

  it('shows what an unsaved filter would do with an event, and why', async () => {
    const event = {
      type: 'track',
      messageId: 'm1',
      properties: { total: 12, email: 'ada@x.example' },
    }
    const preview = async (fields: object) =>
      (await api.call('POST', `${filters}/preview`, { event, ...fields })).body
    const actions = [{ type: 'DROP_PROPERTIES', fields: { properties: ['email'] } }]
    expect(await preview({ if: 'properties.total > 10', actions })).toEqual({
      passes: true,
      matched: true,
      match: { what: 'properties.total > 10', passed: true, expected: 10, actual: 12 },
      actions: [
        {
          what: 'DROP_PROPERTIES',
          passed: true,
          actual: ['properties.email'],
          message: 'The members that go',
        },
      ],
      event: { ...event, properties: { total: 12 } },
      problems: [],
    })
    expect(await preview({ if: 'properties.total > 12', actions: [DROP] })).toMatchObject({
      passes: true,
      matched: false,
      actions: [],
      event,
    })
    expect(await preview({ if: 'all', actions: [DROP] })).toMatchObject({
      passes: false,
      matched: true,
      actions: [{ what: 'DROP', passed: false }],
      event: null,
    })
    expect(await preview({ if: 'userId = oops"', actions: [DROP] })).toMatchObject({
      passes: false,
      matched: false,
      match: null,
      event: null,
      problems: [{ path: '/if', message: expect.stringContaining('at character 14') }],
    })
    expect((await api.call('GET', filters)).body.data).toEqual([])
  })
})

describe('filters of a destination', () => {
  const t = useTestApp()
  const receiver = useReceiver()
  let source: Source
  let destination: { id: string; mappingId: string }

  beforeEach(async () => {
    receiver.reset()
    source = await aSource(t)
    destination = await aWebhook(t, source, { mapping: { url: receiver.address } })
  })
  const path = () => `/destinations/${destination.id}/filters`
  const add = async (...filters: object[]) => {
    const made = []
    for (const filter of filters)
      made.push(await manage(t, 'POST', path(), { body: { ...FILTER, ...filter } }))
    return made.map(({ body }) => body.id as string)
  }
  const change = (id: string, body: object) => manage(t, 'PATCH', `${path()}/${id}`, { body })
  let count = 0
  const call = (
    properties: Record<string, Json>,
    fields: Record<string, Json> = {},
  ): Record<string, Json> => {
    count += 1
    return {
      type: 'track',
      event: 'Coupon Applied',
      messageId: `filtered-${count}`,
      userId: 'ada',
      properties,
      ...fields,
    }
  }
  const events = () => receiver.requests.map(({ body }) => body.properties)

  it('keep events back and say which of them did, in records, numbers and traces', async () => {
    await add({}, { title: 'Large only', if: 'properties.total < 10' })
    const calls = [call({ total: 12 }), call({ total: 12, is_test: true }), call({ total: 2 })]
    await track(t, source, calls)
    await aSender(t).work()
    expect(events()).toEqual([{ total: 12 }])
    expect(await recorded(t, destination.id)).toMatchObject([
      { outcome: 'delivered' },
      { outcome: 'filtered', reason: 'FILTERED_BY_RULES', message: 'No tests', mapping: null },
      { outcome: 'filtered', reason: 'FILTERED_BY_RULES', message: 'Large only' },
    ])

    const numbers = await manage(t, 'GET', `/destinations/${destination.id}/event-delivery`)
    expect(numbers.body.filtered.total).toBe(2)
    expect(new Set(numbers.body.filtered.reasons)).toEqual(
      new Set([
        { reason: 'FILTERED_BY_RULES', message: 'No tests', count: 1 },
        { reason: 'FILTERED_BY_RULES', message: 'Large only', count: 1 },
      ]),
    )
    const trace = await manage(t, 'GET', `/events/${calls[2]?.['messageId']}/trace`)
    expect(trace.body.destinations[0]).toMatchObject({
      filter: 'FILTERED_BY_RULES',
      filter_message: 'Large only',
      mappings: [{ now: { filter: 'FILTERED_BY_RULES', filter_message: 'Large only' } }],
    })
  })

  it('change what triggers and mappings see, and nothing in the log', async () => {
    await add(
      {
        title: 'Few fields',
        if: 'all',
        actions: [{ type: 'ALLOW_PROPERTIES', fields: { properties: ['total', 'email'] } }],
      },
      {
        title: 'No e-mail',
        if: "properties.secret = 'x'",
        actions: [{ type: 'DROP_PROPERTIES', fields: { properties: ['email'] } }],
      },
    )
    const trigger = `/destinations/${destination.id}/mappings/${destination.mappingId}`
    await manage(t, 'PATCH', trigger, { body: { trigger: 'properties.secret = null' } })
    const properties = { total: 12, email: 'ada@x.example', secret: 'x' }
    await track(t, source, [call(properties), call({ ...properties, secret: 'y' })])
    await aSender(t).work()
    expect(events()).toEqual([{ total: 12 }, { total: 12, email: 'ada@x.example' }])
    const log = await manage(t, 'GET', `/events?source_id=${source.id}`)
    expect(
      log.body.data.map(({ body }: { body: Record<string, Json> }) => body['properties']),
    ).toEqual([{ ...properties, secret: 'y' }, properties])
  })

  it('take effect as soon as they are made, changed, disabled or deleted', async () => {
    const sender = aSender(t)
    const isSent = async () => {
      receiver.reset()
      await track(t, source, [call({ is_test: true })])
      await sender.work()
      return receiver.requests.length === 1
    }
    expect(await isSent()).toBe(true)
    const [id = ''] = await add({})
    expect(await isSent()).toBe(false)
    await change(id, { if: 'properties.is_test = false' })
    expect(await isSent()).toBe(true)
    await change(id, { if: 'all' })
    expect(await isSent()).toBe(false)
    await change(id, { enabled: false })
    expect(await isSent()).toBe(true)
    await change(id, { enabled: true })
    expect(await isSent()).toBe(false)
    await t.db.pool.query('delete from destination_filter where id = $1', [id])
    expect(await isSent()).toBe(true)
  })

  it('keep back every event while one of them cannot be read, which can be mended (§2.3 rule 3)', async () => {
    const [id = ''] = await add({})
    const broken = `update destination_filter set condition = 'userId = oops"' where id = $1`
    await t.db.pool.query(broken, [id])
    const sender = aSender(t)
    await track(t, source, [call({ total: 1 })])
    await sender.work()
    expect(receiver.requests).toEqual([])
    expect(await recorded(t, destination.id)).toMatchObject([
      { reason: 'FILTERED_BY_RULES', message: 'No tests (cannot be read)' },
    ])
    const shown = await manage(t, 'GET', `${path()}/${id}`)
    expect(shown.body.warnings).toMatchObject([{ path: '/if' }])
    expect((await change(id, { enabled: true })).status).toBe(400)
    expect((await change(id, { enabled: false })).status).toBe(200)
    await track(t, source, [call({ total: 2 })])
    await sender.work()
    expect(events()).toEqual([{ total: 2 }])
  })

  it('sample alike whoever reads, near the share, before anything is dropped', async () => {
    const actions = [{ type: 'SAMPLE', percent: 0.5, path: 'userId' }]
    await add({ title: 'None', if: 'all' }, { title: 'Half', if: 'all', actions })
    const other = await aWebhook(t, source, { mapping: { url: `${receiver.address}/other` } })
    await manage(t, 'POST', `/destinations/${other.id}/filters`, {
      body: { ...FILTER, title: 'Half', if: 'all', actions },
    })
    const people = Array.from({ length: 200 }, (_, n) => `person-${n}`)
    await track(
      t,
      source,
      [...people, ...people].map((userId) => call({}, { userId })),
    )
    await aSender(t).work()

    const seen = receiver.requests.map(({ body }) => body.userId)
    expect(receiver.requests.every(({ path: at }) => at === '/other')).toBe(true)
    expect(seen).toHaveLength(2 * new Set(seen).size)
    expect(Math.abs(seen.length - 200)).toBeLessThan(60)
    const messages = (await recorded(t, destination.id)).map(({ message }) => message)
    expect(messages.filter((message) => message === 'Half')).toHaveLength(400 - seen.length)
    expect(messages.filter((message) => message === 'None')).toHaveLength(seen.length)
  })

  it('let the Event Tester through, which tells of them and shows what they leave (§6.10)', async () => {
    await add(
      {},
      {
        title: 'No e-mail',
        if: 'all',
        actions: [{ type: 'DROP_PROPERTIES', fields: { properties: ['email'] } }],
      },
    )
    const body = {
      destination_id: destination.id,
      mapping_id: destination.mappingId,
      event: call({ is_test: true, email: 'ada@x.example' }),
    }
    const tested = await manage(t, 'POST', '/mappings/test', { body })
    expect(tested.body).toMatchObject({
      filter: 'FILTERED_BY_RULES',
      filter_message: 'No tests',
      response: { status: 200 },
    })
    expect(events()).toEqual([{ is_test: true }])
    const preview = await manage(t, 'POST', '/mappings/preview', { body })
    expect(preview.body).toMatchObject({
      filter: 'FILTERED_BY_RULES',
      filter_message: 'No tests',
      payload: { data: { properties: { is_test: true } } },
    })
    expect(preview.body.payload.data.properties).not.toHaveProperty('email')
  })
})
