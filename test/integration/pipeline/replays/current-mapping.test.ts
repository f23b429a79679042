import { beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../src/kernel/json.ts'
import { stepReplay } from '../../../../src/pipeline/replays/index.ts'
import { itInPostgres } from '../../../support/event-log.ts'
import { useReceiver } from '../../../support/receiver.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aSender, aWebhook, manage, recorded, track } from '../deliveries/support.ts'
import { aSource, type Source } from '../tracking/support.ts'

const t = useTestApp()
const receiver = useReceiver()

let source: Source
let hook: { id: string; mappingId: string }

beforeEach(async () => {
  receiver.reset()
  source = await aSource(t)
  hook = await aWebhook(t, source, { mapping: { url: receiver.address } })
})

const bought = (messageId: string, fields: JsonObject = {}): JsonObject => ({
  type: 'track',
  event: 'Bought',
  userId: 'ada',
  messageId,
  ...fields,
})

const change = (changes: object, mappingId = hook.mappingId) =>
  manage(t, 'PATCH', `/destinations/${hook.id}/mappings/${mappingId}`, { body: changes })

const replay = async (fields: object = {}) => {
  const body = { mapping: 'current', per_second: 1_000, ...fields }
  const answer = await manage(t, 'POST', `/destinations/${hook.id}/replays`, { body })
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return answer.body
}

async function work(): Promise<void> {
  t.clock.advance(1_000)
  await aSender(t).work()
}

const outcomes = async () =>
  (await recorded(t, hook.id)).map(({ message_id, outcome }) => `${message_id} ${outcome}`)

const sent = () => receiver.requests.map(({ body }) => body)

const numbers = async () => (await manage(t, 'GET', `/destinations/${hook.id}/event-delivery`)).body

describe('a replay with the mappings of now (§7.7)', () => {
  it('sends what failed as the mapping makes it now, under another Idempotency-Key', async () => {
    receiver.reply(() => ({ status: 400 }))
    await track(t, source, [bought('m1'), bought('m2')])
    await work()
    const [before] = receiver.requests
    receiver.reset()
    await change({
      mapping: { url: receiver.address, method: 'PUT', data: { what: { '@path': '$.event' } } },
    })
    expect(await replay()).toMatchObject({
      status: 'sending',
      examined: 2,
      replayable: 2,
      queued: 2,
      reasons: null,
    })
    await work()
    expect(sent()).toEqual([{ what: 'Bought' }, { what: 'Bought' }])
    expect(receiver.requests[0]?.headers['idempotency-key']).toBe(
      `${before?.headers['idempotency-key']}:1`,
    )
    expect(await outcomes()).toEqual(['m1 delivered', 'm2 delivered'])
  })

  it('sends what the mapping could make nothing of before', async () => {
    await change({ mapping: { url: { '@path': '$.properties.url' }, method: 'POST' } })
    await track(t, source, [bought('m1')])
    await work()
    expect(await outcomes()).toEqual(['m1 failed'])
    expect(await replay({ mapping: 'original' })).toMatchObject({ queued: 0 })
    expect(await replay()).toMatchObject({ examined: 1, refused: 1, queued: 0 })
    await change({ mapping: { url: receiver.address, method: 'POST' } })
    expect(await replay()).toMatchObject({ examined: 1, refused: 0, queued: 1 })
    await work()
    expect(await outcomes()).toEqual(['m1 delivered'])
  })

  it('leaves alone what failed and what no trigger takes any more', async () => {
    receiver.reply(() => ({ status: 400 }))
    await track(t, source, [bought('m1')])
    await work()
    await change({ trigger: 'event = "Sold"' })
    expect(await replay()).toMatchObject({ examined: 1, filtered: 1, queued: 0, status: 'done' })
    expect(await outcomes()).toEqual(['m1 failed'])
  })

  it('sends all events again, also those that no trigger took, and counts each once (§7.5)', async () => {
    await change({ trigger: 'event = "Sold"' })
    await track(t, source, [bought('m1'), bought('m2', { event: 'Sold' })])
    await work()
    expect(await outcomes()).toEqual(['m1 filtered', 'm2 delivered'])
    receiver.reset()
    await change({ trigger: 'type = "track"' })
    expect(await replay({ events: 'all' })).toMatchObject({ examined: 2, queued: 2 })
    await work()
    expect(sent().map(({ messageId }) => messageId)).toEqual(['m1', 'm2'])
    expect(await outcomes()).toEqual(['m1 delivered', 'm2 delivered'])
    expect(await numbers()).toMatchObject({
      received: 2,
      matched: 2,
      delivered: { total: 2 },
      filtered: { total: 0 },
    })
  })

  it('sends events to a mapping that is newer than they are', async () => {
    await track(t, source, [bought('m1')])
    await work()
    receiver.reset()
    const { body: added } = await manage(t, 'POST', `/destinations/${hook.id}/mappings`, {
      body: {
        action: 'send',
        enabled: true,
        mapping: { url: receiver.address, method: 'POST', data: { second: true } },
      },
    })
    expect(await replay({ events: 'all', mapping_id: added.id })).toMatchObject({ queued: 1 })
    await work()
    expect(sent()).toEqual([{ second: true }])
    expect(await numbers()).toMatchObject({ events: 1, received: 2, delivered: { total: 2 } })
  })

  it('takes an event apart from the mappings that it still passes by', async () => {
    const { body: other } = await manage(t, 'POST', `/destinations/${hook.id}/mappings`, {
      body: {
        action: 'send',
        enabled: true,
        trigger: 'event = "Never"',
        mapping: { url: receiver.address, method: 'POST' },
      },
    })
    await change({ trigger: 'event = "Sold"' })
    await track(t, source, [bought('m1')])
    await work()
    expect(await numbers()).toMatchObject({ received: 1, filtered: { total: 1 }, matched: 0 })
    await change({ trigger: 'event = "Bought"' })
    await replay({ events: 'all' })
    await work()
    expect(await numbers()).toMatchObject({
      received: 1,
      filtered: { total: 0 },
      delivered: { total: 1 },
    })
    const path = `/destinations/${hook.id}/event-delivery?mapping_id=`
    expect((await manage(t, 'GET', `${path}${other.id}`)).body).toMatchObject({
      filtered: { total: 1 },
    })
    expect((await manage(t, 'GET', `${path}${hook.mappingId}`)).body).toMatchObject({
      filtered: { total: 0 },
      delivered: { total: 1 },
    })
  })

  it('takes only what is asked for: type, name, person, event, time, and for this destination alone', async () => {
    await track(t, source, [
      bought('m1', { integrations: { All: false } }),
      bought('m2', { userId: 'bob', event: 'Sold' }),
      { type: 'identify', messageId: 'm3', userId: 'bob', traits: {} },
    ])
    await work()
    const replayable = async (fields: object) =>
      (await replay({ events: 'all', dry_run: true, ...fields })).replayable
    expect(await replayable({})).toBe(3)
    expect(await replayable({ type: 'track' })).toBe(2)
    expect(await replayable({ event: 'Sold' })).toBe(1)
    expect(await replayable({ user_id: 'bob' })).toBe(2)
    expect(await replayable({ message_id: 'm3' })).toBe(1)
    const now = t.clock.now().getTime()
    expect(await replayable({ from: new Date(now - 500).toISOString() })).toBe(0)
    // A dry run changes nothing.
    expect((await outcomes()).sort()).toEqual(['m1 filtered', 'm2 delivered', 'm3 delivered'])
  })

  it('goes through a long log step by step, and begins where its time does', async () => {
    const names = (prefix: string) =>
      Array.from({ length: 1_200 }, (_, index) =>
        bought(`${prefix}${index}`, { userId: `u${index % 50}` }),
      )
    await track(t, source, names('old-').slice(0, 600))
    await track(t, source, names('old-').slice(600))
    t.clock.advance(3_600_000)
    const from = t.clock.now().toISOString()
    await track(t, source, names('new-'))
    const { id } = await replay({ events: 'all', from, dry_run: true })
    while (await stepReplay(t.app.pipeline, id));
    const { body } = await manage(t, 'GET', `/destinations/${hook.id}/replays/${id}`)
    expect(body).toMatchObject({ status: 'done', progress: 1, examined: 1_200, replayable: 1_200 })
  })

  it('queues each event once, however many do its steps', async () => {
    await track(
      t,
      source,
      Array.from({ length: 40 }, (_, index) => bought(`m${index}`)),
    )
    await work()
    receiver.reset()
    const { id, queued } = await replay({ events: 'all' })
    await Promise.all(Array.from({ length: 8 }, () => stepReplay(t.app.pipeline, id)))
    await work()
    expect(queued).toBe(40)
    expect(receiver.requests).toHaveLength(40)
  })

  it('leaves what is under way alone', async () => {
    receiver.reply(() => ({ status: 503 }))
    await track(t, source, [bought('m1')])
    await work()
    expect(await outcomes()).toEqual(['m1 pending'])
    expect(await replay({ events: 'all' })).toMatchObject({ replayable: 1, queued: 0 })
    expect((await recorded(t, hook.id))[0]?.attempts).toBe(1)
  })

  itInPostgres('says when an event is no longer kept', async () => {
    receiver.reply(() => ({ status: 400 }))
    await track(t, source, [bought('m1')])
    await work()
    await t.db.pool.query(`delete from log_entry where source_id = $1`, [source.id])
    expect(await replay()).toMatchObject({ examined: 1, missing: 1, queued: 0 })
  })

  it('refuses a reason for events that have none, and a disabled destination', async () => {
    const ask = (body: object) => manage(t, 'POST', `/destinations/${hook.id}/replays`, { body })
    expect(await ask({ events: 'all', reason: 'x' })).toMatchObject({
      status: 400,
      body: { details: expect.stringContaining('.reason') },
    })
    await manage(t, 'PATCH', `/destinations/${hook.id}`, { body: { enabled: false } })
    expect((await ask({ mapping: 'current', dry_run: true })).status).toBe(400)
  })
})
