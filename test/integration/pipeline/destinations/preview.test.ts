import { beforeEach, describe, expect, it } from 'vitest'
import { useReceiver } from '../../../support/receiver.ts'
import { SETTINGS, useDestinationsApi } from './support.ts'

const api = useDestinationsApi()
const receiver = useReceiver()

let source = ''
// biome-ignore lint/suspicious/noExplicitAny: an answer of the API.
let destination: any
let number = 0

beforeEach(async () => {
  receiver.reset()
  source = await api.addSource()
  destination = await api.addDestination({
    source_id: source,
    setup: 'custom',
    settings: { ...SETTINGS, customURL: receiver.address },
  })
})

const MAPPING = {
  customer: { source_id: { '@path': '$.userId' } },
  event: { '@path': '$.event' },
  type: { '@path': '$.type' },
}

/** Appends track calls with these names to the log, oldest first, and returns their message ids. */
async function receive(...events: string[]): Promise<string[]> {
  const entries = events.map((event) => {
    number += 1
    const messageId = `m-${number}`
    return {
      projectId: api.keys.projectId,
      sourceId: source,
      messageId,
      type: 'track',
      event,
      userId: 'ada',
      anonymousId: null,
      receivedAt: api.clock.now(),
      body: JSON.stringify({ type: 'track', event, userId: 'ada', messageId }),
    }
  })
  await api.eventLog.append(entries)
  return entries.map(({ messageId }) => messageId)
}

const preview = (fields: Record<string, unknown> = {}, path = '/mappings/preview') =>
  api.call('POST', path, {
    destination_id: destination.id,
    action: 'addCustomEvent',
    mapping: MAPPING,
    ...fields,
  })

describe('POST /api/v1/mappings/preview', () => {
  it('shows what an unsaved mapping makes of a given event, without secrets, and sends nothing', async () => {
    const event = { type: 'track', event: 'Bought', userId: 'ada' }
    const { status, body } = await preview({ event, trigger: 'event = "Bought"' })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      event,
      event_origin: 'given',
      filter: null,
      matched: true,
      match: {
        what: 'all of',
        passed: true,
        parts: [{ what: 'event = "Bought"', expected: 'Bought', actual: 'Bought' }],
      },
      problems: [],
      payload: { customer: { source_id: 'ada' }, event: 'Bought', type: 'track' },
      fields: { passed: true },
      refusal: null,
      request: {
        method: 'POST',
        url: `${receiver.address}/segmentio/event-processing`,
        headers: { authorization: '••••••••', 'secret-key': '••••••••' },
      },
    })
    const secrets = [SETTINGS.apiKey, SETTINGS.secretKey]
    for (const secret of secrets) {
      expect(JSON.stringify(body)).not.toContain(secret)
      expect(JSON.stringify(body)).not.toContain(Buffer.from(secret).toString('base64'))
    }
    expect(receiver.requests).toEqual([])
  })

  it('takes the newest event that the trigger matches, else the newest of all (§6.10)', async () => {
    const [bought, seen] = await receive('Bought', 'Seen')
    const sampled = async (fields: Record<string, unknown>) =>
      (await preview(fields)).body.event?.messageId
    expect(await sampled({ trigger: 'event = "Bought"' })).toBe(bought)
    expect(await sampled({ trigger: 'event = "Nothing"' })).toBe(seen)
    expect(await sampled({ message_id: bought })).toBe(bought)
  })

  it('starts from a stored mapping, and what is given takes its place unsaved', async () => {
    const { body: stored } = await api.call('POST', `/destinations/${destination.id}/mappings`, {
      action: 'addCustomEvent',
      trigger: 'event = "Bought"',
      mapping: MAPPING,
    })
    const event = { type: 'track', event: 'Sold', userId: 'ada' }
    const wish = { destination_id: destination.id, mapping_id: stored.id, event }
    const saved = await api.call('POST', '/mappings/preview', wish)
    expect(saved.body).toMatchObject({ matched: false, payload: { event: 'Sold' } })
    const changed = { ...wish, trigger: 'event = "Sold"' }
    expect((await api.call('POST', '/mappings/preview', changed)).body.matched).toBe(true)
    const again = await api.call('GET', `/destinations/${destination.id}/mappings/${stored.id}`)
    expect(again.body.trigger).toBe('event = "Bought"')
  })

  it('tells every problem with its place, and why nothing could be sent', async () => {
    const { status, body } = await preview({
      event: { type: 'track' },
      trigger: 'foo = 1',
      mapping: { customer: { '@wrong': 1 } },
    })
    expect(status).toBe(200)
    expect(body.problems.map(({ path }: { path: string }) => path)).toEqual(
      expect.arrayContaining(['/trigger', '/mapping/customer']),
    )
    expect(body).toMatchObject({
      match: null,
      request: null,
      refusal: { message: expect.stringContaining('@wrong') },
    })
  })

  it.each<[string, Record<string, unknown>, number, string]>([
    ['no action', { action: undefined }, 400, '.action is required'],
    ['an unknown action', { action: 'none' }, 404, 'action'],
    ['an unknown mapping', { mapping_id: 'map_none' }, 404, 'mapping'],
    ['a destination of nobody', { destination_id: 'dest_none' }, 404, 'destination'],
    ['an event that is not among the last', { message_id: 'none' }, 404, 'event'],
    ['no event at all', {}, 404, 'event'],
    ['an unknown key', { event: {}, what: 1 }, 400, 'what'],
  ])('refuses %s', async (_name, fields, status, details) => {
    const answer = await preview(fields)
    expect(answer.status).toBe(status)
    expect(`${answer.body.details}`).toContain(details)
  })

  it("shows nothing of another project's destination", async () => {
    const keys = await api.addProject()
    const wish = { destination_id: destination.id, action: 'addCustomEvent', event: {} }
    expect((await api.call('POST', '/mappings/preview', wish, keys)).status).toBe(404)
    expect((await api.call('POST', '/mappings/test', wish, keys)).status).toBe(404)
  })

  it('is done in bounded time, also with 50 levels and a template of a megabyte', async () => {
    const deep = Array.from({ length: 50 }).reduce<unknown>((below) => ({ below }), 1)
    const nested = await preview({ event: { type: 'track', event: deep, userId: 'ada' } })
    expect(nested.status).toBe(200)
    const long = await preview({
      event: { type: 'track', userId: 'ada' },
      mapping: { ...MAPPING, event: { '@template': '{{userId}}'.repeat(100_000) } },
    })
    expect([200, 400, 413]).toContain(long.status)
  })
})

describe('POST /api/v1/mappings/test', () => {
  it('really sends the request and shows the answer, without secrets', async () => {
    receiver.reply(({ headers }) => ({ status: 201, body: { heard: headers['secret-key'] } }))
    const { status, body } = await preview(
      { event: { type: 'track', event: 'Bought', userId: 'ada' }, trigger: 'type = "page"' },
      '/mappings/test',
    )
    expect(status).toBe(200)
    expect(body).toMatchObject({
      matched: false,
      response: { status: 201, body: '{"heard":"••••••••"}', error: null },
    })
    expect(body.response.duration_ms).toBeGreaterThanOrEqual(0)
    expect(receiver.requests).toHaveLength(1)
    expect(receiver.requests[0]).toMatchObject({
      path: '/segmentio/event-processing',
      headers: {
        'secret-key': Buffer.from(SETTINGS.secretKey).toString('base64'),
        'idempotency-key': expect.stringMatching(/^test:/),
      },
      body: { customer: { source_id: 'ada' }, event: 'Bought', type: 'track' },
    })
    const deliveries = await api.db.kysely.selectFrom('delivery').select('id').execute()
    expect(deliveries).toEqual([])
  })

  it('sends nothing when there is nothing that could be sent', async () => {
    const { body } = await preview({ event: { userId: 'ada' } }, '/mappings/test')
    expect(body).toMatchObject({ request: null, response: null })
    expect(body.refusal.message).toContain('type')
    expect(receiver.requests).toEqual([])
  })

  it('tells why no answer came', async () => {
    const away = await api.addDestination({
      source_id: source,
      setup: 'custom',
      settings: { ...SETTINGS, customURL: 'http://127.0.0.1:1' },
    })
    const event = { type: 'track', event: 'Bought', userId: 'ada' }
    const { body } = await preview({ destination_id: away.id, event }, '/mappings/test')
    expect(body.response).toMatchObject({
      status: null,
      body: null,
      error: expect.stringContaining('ECONNREFUSED'),
    })
  })
})

describe('POST /api/v1/triggers/count', () => {
  const count = (fields: Record<string, unknown>) =>
    api.call('POST', '/triggers/count', { source_id: source, ...fields })

  it('counts the matches among the last events, and shows the nearest others', async () => {
    const ids = await receive('Bought', 'Seen', 'Bought', 'Sold')
    const { status, body } = await count({ trigger: 'type = "track" and event = "Bought"' })
    expect(status).toBe(200)
    expect(body).toMatchObject({ examined: 4, matched: 2, warnings: [] })
    expect(body.samples.map((event: { message_id: string }) => event.message_id)).toEqual([
      ids[2],
      ids[0],
    ])
    expect(body.near_misses).toMatchObject([
      { event: 'Sold', missing: [{ what: 'event = "Bought"', actual: 'Sold' }] },
      { event: 'Seen', missing: [{ what: 'event = "Bought"', actual: 'Seen' }] },
    ])
  })

  it('looks at as many as it is told to, of this source only', async () => {
    await receive('Bought', 'Bought', 'Bought')
    const mine = source
    source = await api.addSource()
    await receive('Bought')
    source = mine
    expect((await count({ trigger: 'type = "track"', events: 2 })).body.examined).toBe(2)
    expect((await count({ trigger: 'type = "track"' })).body.examined).toBe(3)
  })

  it('looks through pages of events', async () => {
    await receive(...Array.from({ length: 2_100 }, (_, index) => `E${index % 3}`))
    const { body } = await count({ trigger: 'event = "E0"', events: 2_100 })
    expect(body).toMatchObject({ examined: 2_100, matched: 700 })
  })

  it('refuses a trigger that cannot be read, and sources of others', async () => {
    const unread = await count({ trigger: 'foo = 1' })
    expect(unread).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    expect(unread.body.details).toMatch(/^\/trigger: foo is not a field/)
    expect((await count({ source_id: 'src_none', trigger: 'type = "track"' })).status).toBe(404)
    expect((await count({ trigger: 'type = "track"', events: 0 })).status).toBe(400)
  })
})
