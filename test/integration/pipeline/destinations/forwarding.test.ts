import { createHmac } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../src/kernel/json.ts'
import { useReceiver } from '../../../support/receiver.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aSender, type DeliveryRow, manage as manageApp, recorded } from '../deliveries/support.ts'
import { aSource, basic, received, refused, type Source, send } from '../tracking/support.ts'

const t = useTestApp()
const receiver = useReceiver()
let source: Source
beforeEach(async () => {
  receiver.reset()
  source = await aSource(t)
})

const manage = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: unknown) =>
  manageApp(t, method, path, { body })

/** Sets up an enabled destination of `from`, by Quick Setup unless told; its id. */
async function setUp(
  definition: string,
  settings: object,
  { from = source, setup = 'quick' }: { from?: Source | undefined; setup?: string } = {},
): Promise<string> {
  const wish = { source_id: from.id, definition, settings, setup, enabled: true }
  const { status, body } = await manage('POST', '/destinations', wish)
  if (status !== 200) throw new Error(`no destination: ${JSON.stringify(body)}`)
  return body.id
}

async function track(type: string, call: JsonObject): Promise<void> {
  const { status } = await send(t, `/v1/${type}`, call, { key: source.writeKey })
  if (status !== 200) throw new Error(`the call was answered ${status}`)
}

const mappingsOf = async (id: string) =>
  (await manage('GET', `/destinations/${id}/mappings`)).body.data

const deliveredOf = (rows: DeliveryRow[]) => rows.filter(({ outcome }) => outcome === 'delivered')

const testOf = async (id: string) => (await manage('POST', `/destinations/${id}/test`)).body

describe('Webhooks (Actions)', () => {
  /** The destination with its preset sent to the receiver, and `values` over it. */
  async function aWebhook(values: object = {}, settings: object = {}): Promise<string> {
    const id = await setUp('webhook', settings)
    const [{ id: mappingId, mapping }] = await mappingsOf(id)
    const changes = {
      mapping: { ...mapping, url: `${receiver.address}/hook?a=1`, ...values },
      enabled: true,
    }
    const path = `/destinations/${id}/mappings/${mappingId}`
    expect(await manage('PATCH', path, changes)).toMatchObject({ status: 200 })
    return id
  }

  it('begins with a preset that is disabled, and cannot be enabled without a URL', async () => {
    const id = await setUp('webhook', {})
    const [preset, ...others] = await mappingsOf(id)
    expect(others).toEqual([])
    expect(preset).toMatchObject({ name: 'Send all events', enabled: false })
    const path = `/destinations/${id}/mappings/${preset.id}`
    const answer = await manage('PATCH', path, { enabled: true })
    expect(answer).toMatchObject({ status: 400, body: { key: 'invalid_payload' } })
    expect(answer.body.details).toContain('/mapping/url')
  })

  it('sends the call as it was stored, signed over its bytes', async () => {
    const id = await aWebhook({}, { sharedSecret: 'hush' })
    await track('track', {
      userId: 'ada',
      event: 'Bought',
      messageId: 'm1',
      properties: { a: 'ü' },
    })
    await aSender(t).work()
    const [request, ...others] = receiver.requests
    expect(others).toEqual([])
    expect(request).toMatchObject({
      method: 'POST',
      path: '/hook?a=1',
      body: { type: 'track', userId: 'ada', event: 'Bought', messageId: 'm1' },
    })
    const bytes = JSON.stringify(request?.body)
    const [mapping] = await mappingsOf(id)
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Promoloop (Actions)',
      'idempotency-key': `m1:${mapping.id}`,
      'x-signature': createHmac('sha1', 'hush').update(bytes).digest('hex'),
    })
  })

  it('sends what a mapping made by hand makes of the call, as the guide shows', async () => {
    const id = await setUp('webhook', {}, { setup: 'custom' })
    const answer = await manage('POST', `/destinations/${id}/mappings`, {
      action: 'send',
      trigger: 'type = "track"',
      enabled: true,
      mapping: {
        url: receiver.address,
        method: 'PATCH',
        headers: { 'X-Api-Key': 'k' },
        data: { text: { '@template': '{{userId}}: {{event}}' } },
      },
    })
    expect(answer).toMatchObject({ status: 200, body: { enabled: true, warnings: [] } })
    await track('track', { userId: 'ada', event: 'Bought' })
    await track('identify', { userId: 'ada' })
    await aSender(t).work()
    expect(receiver.requests).toMatchObject([
      { method: 'PATCH', path: '/', headers: { 'x-api-key': 'k' }, body: { text: 'ada: Bought' } },
    ])
    expect(receiver.requests[0]?.headers).not.toHaveProperty('x-signature')
  })

  it('sends nothing with a header that is not the mapping’s to set, and says so', async () => {
    const id = await aWebhook({ headers: { 'Promoloop-Hops': '0' } })
    await track('track', { userId: 'ada', event: 'Bought' })
    await aSender(t).work()
    expect(receiver.requests).toEqual([])
    expect(await recorded(t, id)).toMatchObject([
      {
        outcome: 'failed',
        reason: 'errors.discarded.MESSAGE_REJECTED',
        message: expect.stringContaining('"Promoloop-Hops"'),
      },
    ])
  })

  it('has nothing to test, and says so (§6.10)', async () => {
    expect(await testOf(await aWebhook())).toEqual({
      ok: null,
      status: null,
      message: expect.stringContaining('nothing to test'),
      warnings: [],
    })
    expect(receiver.requests).toEqual([])
  })
})

describe('Segment-compatible endpoint', () => {
  const ownAddress = (): string => t.app.pipeline.address()
  const forward = (to: Source, from?: Source): Promise<string> =>
    setUp('segment-endpoint', { writeKey: to.writeKey, endpoint: ownAddress() }, { from })

  it('sends each call on to the path of its type, as the source with the write key', async () => {
    await setUp('segment-endpoint', { writeKey: 'KEY', endpoint: receiver.address })
    const calls: [type: string, call: JsonObject][] = [
      ['track', { event: 'Bought', properties: { total: 9 } }],
      ['identify', { traits: { plan: 'pro' } }],
      ['page', { name: 'Home', category: 'Shop' }],
      ['screen', { name: 'Cart' }],
      ['group', { groupId: 'g', traits: { size: 2 } }],
      ['alias', { previousId: 'anon' }],
    ]
    const timestamp = '2024-01-31T10:00:00.000Z'
    for (const [type, call] of calls)
      await track(type, { userId: 'ada', messageId: `m-${type}`, timestamp, ...call })
    await aSender(t).work()
    expect(receiver.requests.map(({ path }) => path)).toEqual(calls.map(([type]) => `/v1/${type}`))
    for (const [index, [type, call]] of calls.entries()) {
      const request = receiver.requests[index]
      expect(request?.headers).toMatchObject({
        authorization: basic('KEY'),
        'content-type': 'application/json',
      })
      expect(request?.body).toMatchObject({
        type,
        userId: 'ada',
        messageId: `m-${type}`,
        timestamp,
        ...call,
      })
      expect(request?.body).not.toHaveProperty('sentAt')
    }
  })

  it('reaches another source here with the id and time of the call', async () => {
    const other = await aSource(t)
    await forward(other)
    const timestamp = '2024-01-31T10:00:00.000Z'
    const call = { userId: 'ada', event: 'Bought', messageId: 'm1', timestamp }
    await track('track', { ...call, context: { ip: '8.8.8.8' } })
    await aSender(t).work()
    expect((await received(t, other)).map(({ body }) => body)).toMatchObject([
      { ...call, context: { ip: '8.8.8.8' } },
    ])
  })

  /** Lets a call go there, back, and on again if anything let it. */
  async function goRound(): Promise<void> {
    const sender = aSender(t)
    for (let leg = 1; leg <= 4; leg += 1) await sender.work()
  }

  it('ends a circle of two sources, since each keeps one call of an id (§1.15)', async () => {
    const other = await aSource(t)
    await forward(other)
    const back = await forward(source, other)
    await track('track', { userId: 'ada', event: 'Bought', messageId: 'm1' })
    await goRound()
    expect(await received(t, source)).toHaveLength(1)
    expect(await received(t, other)).toHaveLength(1)
    expect(deliveredOf(await recorded(t, back))).toHaveLength(1)
  })

  it('ends a circle of one source', async () => {
    const id = await forward(source)
    await track('track', { userId: 'ada', event: 'Bought', messageId: 'm1' })
    await goRound()
    expect(await received(t, source)).toHaveLength(1)
    expect(deliveredOf(await recorded(t, id))).toHaveLength(1)
  })

  it('tests the write key at another Promoloop, and no event comes of it (§1.2.6)', async () => {
    const other = await aSource(t)
    expect(await testOf(await forward(other))).toMatchObject({
      ok: true,
      status: 200,
      message: null,
    })
    expect(await received(t, other)).toEqual([])
    expect(await refused(t, other)).toEqual(['empty_batch'])
    expect(await testOf(await forward({ id: 'none', writeKey: 'wrong' }))).toMatchObject({
      ok: false,
      status: 401,
      message: 'Credentials are invalid: 401 Unauthorized',
    })
  })

  it.each([
    [400, true],
    [404, false],
    [503, false],
  ])('takes the answer %i to the test for ok: %s', async (status, ok) => {
    const settings = { writeKey: 'KEY', endpoint: receiver.address }
    const id = await setUp('segment-endpoint', settings)
    receiver.reply(() => ({ status }))
    expect(await testOf(id)).toMatchObject({ ok, status })
    expect(receiver.requests).toMatchObject([
      { path: '/v1/batch', headers: { authorization: basic('KEY') }, body: { batch: [] } },
    ])
  })
})

describe('a webhook to our own Tracking API', () => {
  it('does not go round for ever, although each call gets a message id of its own (D-18)', async () => {
    const id = await setUp('webhook', {})
    const [{ id: mappingId }] = await mappingsOf(id)
    const mapping = {
      url: `${t.app.pipeline.address()}/v1/track`,
      method: 'POST',
      headers: { authorization: basic(source.writeKey) },
      data: { userId: 'ada', event: 'Again' },
    }
    const path = `/destinations/${id}/mappings/${mappingId}`
    expect(await manage('PATCH', path, { mapping, enabled: true })).toMatchObject({ status: 200 })
    await track('track', { userId: 'ada', event: 'First' })
    const sender = aSender(t)
    for (let round = 0; round < 5; round += 1) await sender.work()

    const events = await received(t, source)
    expect(events.map(({ event }) => event)).toEqual(['First', 'Again', 'Again'])
    expect(events.at(-1)?.body['context']).toMatchObject({ promoloop: { hops: 2 } })
    const last = (await recorded(t, id)).at(-1)
    expect(last).toMatchObject({ outcome: 'filtered', reason: 'FILTERED_BY_LOOP_GUARD' })
  })
})
