import { beforeEach, describe, expect, it } from 'vitest'
import { useReceiver } from '../../../support/receiver.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aSource, type Source } from '../tracking/support.ts'
import { aDestination, aSender, manage, track } from './support.ts'

const t = useTestApp()
const receiver = useReceiver()

let source: Source
let destination: { id: string }
let number = 0

beforeEach(async () => {
  receiver.reset()
  source = await aSource(t)
  destination = await aDestination(t, source, { address: receiver.address })
})

const get = (path: string, keys = t.keys) => manage(t, 'GET', path, { keys })
const trace = (messageId: string, keys = t.keys) => get(`/events/${messageId}/trace`, keys)

async function identify(fields: Record<string, unknown> = {}): Promise<string> {
  number += 1
  const messageId = `traced-${number}`
  const call = { type: 'identify', messageId, userId: 'ada', traits: { email: 'a@x.example' } }
  await track(t, source, [{ ...call, ...fields }] as never)
  return messageId
}

describe('GET /api/v1/events/{message_id}/trace', () => {
  it('shows what each mapping did with the event, why, and what came back', async () => {
    receiver.reply(() => ({ status: 422, body: { error: 'no such customer' } }))
    const messageId = await identify()
    await aSender(t).work()

    const { status, body } = await trace(messageId)
    expect(status).toBe(200)
    expect(body.event).toMatchObject({ message_id: messageId, type: 'identify', user_id: 'ada' })
    expect(body.destinations).toHaveLength(1)
    const [traced] = body.destinations
    expect(traced).toMatchObject({
      destination_id: destination.id,
      definition: 'voucherify-actions',
      enabled: true,
      filter: 'FILTERED_AT_MAPPING',
      other_deliveries: [],
    })
    expect(traced.mappings).toHaveLength(6)
    const taken = traced.mappings.filter(({ delivery }: { delivery: unknown }) => delivery)
    expect(taken).toMatchObject([
      {
        action: 'upsertCustomer',
        filtered: false,
        delivery: {
          outcome: 'failed',
          reason: 'errors.discarded.422',
          response: '{"error":"no such customer"}',
        },
        now: {
          matched: true,
          request: { method: 'POST', headers: { authorization: '••••••••' } },
        },
      },
    ])
    const others = traced.mappings.filter(({ filtered }: { filtered: boolean }) => filtered)
    expect(others).toHaveLength(5)
    for (const { now } of others) expect(now).toMatchObject({ matched: false })
    expect(JSON.stringify(body)).not.toContain(Buffer.from('SEC').toString('base64'))
  })

  it('shows an event that no destination has read yet', async () => {
    const messageId = await identify()
    const { body } = await trace(messageId)
    expect(body.destinations[0]).toMatchObject({ filter: null })
    for (const { delivery, filtered } of body.destinations[0].mappings)
      expect({ delivery, filtered }).toEqual({ delivery: null, filtered: false })
  })

  it('tells what kept the event away from the whole destination', async () => {
    const messageId = await identify({ integrations: { All: false } })
    await aSender(t).work()
    const [traced] = (await trace(messageId)).body.destinations
    expect(traced.filter).toBe('FILTERED_BY_INTEGRATIONS_OBJECT')
    expect(traced.mappings.every(({ filtered }: { filtered: boolean }) => filtered)).toBe(true)
  })

  it('follows what the calls caused into the engine, and the events that came back (D-18)', async () => {
    receiver.reply(() => ({ status: 200, headers: { 'x-request-id': 'v-cause' } }))
    const messageId = await identify()
    await aSender(t).work()
    const told = (id: string, caused_by: string) => ({
      type: 'track',
      event: 'Redemption succeeded',
      messageId: id,
      userId: 'ada',
      context: { promoloop: { caused_by, hops: 1 } },
    })
    await track(t, source, [told('told-1', 'v-cause'), told('told-2', 'v-other')])
    const { body } = await trace(messageId)
    expect(body.caused_by).toBeNull()
    expect(body.came_back).toMatchObject([{ message_id: 'told-1' }])
    const around = encodeURIComponent(t.clock.now().toISOString())
    expect(body.activities).toEqual([`/api/v1/activities?request_id=v-cause&around=${around}`])
    expect((await trace('told-2')).body).toMatchObject({
      caused_by: 'v-other',
      activities: [expect.stringContaining('request_id=v-other')],
      came_back: [],
    })
  })

  it('leads to what our own engine did (EV-1)', async () => {
    const own = await aDestination(t, source, {
      address: t.app.pipeline.address(),
      settings: { apiKey: t.keys.appId, secretKey: t.keys.appToken },
    })
    const messageId = await identify({ userId: 'traced-person' })
    await aSender(t).work()
    const { body } = await trace(messageId)
    const { mappings } = body.destinations.find(
      ({ destination_id: id }: { destination_id: string }) => id === own.id,
    )
    const delivery = mappings.find(({ delivery }: { delivery: unknown }) => delivery).delivery
    const path = body.activities.find((url: string) => url.includes(delivery.request_id))
    const activities = await get(path.replace('/api/v1', ''))
    expect(activities.body.data).toMatchObject([
      { type: 'customer.created', data: { customer: { source_id: 'traced-person' } } },
    ])
  })

  it('keeps deliveries of mappings that are gone', async () => {
    const messageId = await identify()
    await aSender(t).work()
    await t.db.pool.query('delete from mapping where destination_id = $1', [destination.id])
    const [traced] = (await trace(messageId)).body.destinations
    expect(traced.mappings).toEqual([])
    expect(traced.other_deliveries).toMatchObject([{ outcome: 'delivered' }])
  })

  it('finds the event of the source that is named, and none of others', async () => {
    const first = source
    const messageId = await identify()
    source = await aSource(t)
    number -= 1
    expect(await identify()).toBe(messageId)
    await aSender(t).work()
    const of = async (id: string) =>
      (await get(`/events/${messageId}/trace?source_id=${id}`)).body.event?.source_id
    expect(await of(first.id)).toBe(first.id)
    expect(await of(source.id)).toBe(source.id)
    expect((await trace(messageId, await t.addProject())).status).toBe(404)
    expect((await trace('none')).status).toBe(404)
  })
})
