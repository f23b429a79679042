import { createHmac } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { type ReceivedRequest, useReceiver } from '../../../support/receiver.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aSource, type Source } from '../tracking/support.ts'
import { aSender, aWebhook, recorded, track } from './support.ts'

const t = useTestApp()
const receiver = useReceiver()

let source: Source

beforeEach(async () => {
  receiver.reset()
  source = await aSource(t)
})

let number = 0
const call = (userId: string, event: string) => {
  number += 1
  return { type: 'track', messageId: `batched-${number}`, userId, event }
}

type Item = { userId: string; event: string }

/** A webhook that takes batches, with these values over its mapping. */
const aBatchedWebhook = (values: object = {}, fields: object = {}) =>
  aWebhook(t, source, {
    mapping: {
      url: receiver.address,
      enable_batching: true,
      batch_keys: ['url', 'method', 'headers'],
      ...values,
    },
    ...fields,
  })

const told = ({ body }: ReceivedRequest): string[] =>
  body.map(({ userId, event }: Item) => `${userId} ${event}`)
const allTold = (): string[][] => receiver.requests.map(told)

describe('batches (§6.3)', () => {
  it('sends calls that are there at the same time in one request, signed as a whole', async () => {
    const { id } = await aBatchedWebhook({}, { settings: { sharedSecret: 'hush' } })
    // Calls of one person are in one partition of the log, which is read at once.
    await track(t, source, [call('ada', 'one'), call('ada', 'two'), call('ada', 'three')])
    await aSender(t).work()
    expect(allTold()).toEqual([['ada one', 'ada two', 'ada three']])
    const { headers, body } = receiver.requests[0] as ReceivedRequest
    const signature = createHmac('sha1', 'hush').update(JSON.stringify(body)).digest('hex')
    expect(headers).toMatchObject({
      'x-signature': signature,
      'idempotency-key': expect.stringMatching(/^batch:[0-9a-f]{64}$/),
    })
    expect((await recorded(t, id)).map(({ outcome, attempts }) => [outcome, attempts])).toEqual([
      ['delivered', 1],
      ['delivered', 1],
      ['delivered', 1],
    ])
  })

  it('sends a batch of one as a batch', async () => {
    await aBatchedWebhook()
    await track(t, source, [call('ada', 'alone')])
    await aSender(t).work()
    expect(allTold()).toEqual([['ada alone']])
  })

  it('keeps to the size of the mapping (§6.3.4), and to the order of a person', async () => {
    await aBatchedWebhook({ batch_size: 2 })
    const events = ['1', '2', '3', '4', '5']
    await track(
      t,
      source,
      events.map((event) => call('ada', event)),
    )
    await aSender(t).work()
    expect(allTold()).toEqual([['ada 1', 'ada 2'], ['ada 3', 'ada 4'], ['ada 5']])
  })

  it('puts together only what agrees in the batch keys (§6.3.3)', async () => {
    const url = { '@template': `${receiver.address}/{{event}}` }
    await aBatchedWebhook({ url })
    await track(t, source, [call('ada', 'a'), call('ada', 'a'), call('ada', 'b'), call('ada', 'a')])
    await aSender(t).work()
    expect(receiver.requests.map((request) => [request.path, ...told(request)])).toEqual([
      ['/a', 'ada a', 'ada a'],
      ['/b', 'ada b'],
      ['/a', 'ada a'],
    ])
  })

  it('tries all calls of a refused batch again, and under the same key while they stay together', async () => {
    const { id } = await aBatchedWebhook()
    receiver.reply(() => ({ status: 503 }))
    await track(t, source, [call('ada', 'one'), call('ada', 'two')])
    const sender = aSender(t)
    await sender.work()
    receiver.reply(() => ({ status: 200 }))
    t.clock.advance(10_000)
    await sender.work()
    expect(allTold()).toEqual([
      ['ada one', 'ada two'],
      ['ada one', 'ada two'],
    ])
    const keys = receiver.requests.map(({ headers }) => headers['idempotency-key'])
    expect(new Set(keys).size).toBe(1)
    expect(await recorded(t, id)).toMatchObject([
      { outcome: 'delivered', attempts: 2 },
      { outcome: 'delivered', attempts: 2 },
    ])
  })

  it('pauses the destination when a batch is answered 429 (§7.4.3), without an attempt of the rest', async () => {
    const { id } = await aBatchedWebhook({ batch_size: 1 })
    receiver.reply(() => ({ status: 429, headers: { 'retry-after': '60' } }))
    await track(t, source, [call('ada', 'one'), call('ada', 'two')])
    const sender = aSender(t)
    await sender.work()
    expect(await recorded(t, id)).toMatchObject([
      { outcome: 'pending', attempts: 1 },
      { outcome: 'pending', attempts: 0 },
    ])
    receiver.reply(() => ({ status: 200 }))
    t.clock.advance(60_000)
    await sender.work()
    expect(await recorded(t, id)).toMatchObject([
      { outcome: 'delivered', attempts: 2 },
      { outcome: 'delivered', attempts: 1 },
    ])
  })

  it('has at most one call of a person under way when the order is strict (§7.4.5)', async () => {
    await aBatchedWebhook({}, { ordering: 'strict' })
    receiver.reply((request) => ({ status: told(request).includes('ada one') ? 503 : 200 }))
    await track(t, source, [call('ada', 'one'), call('ada', 'two')])
    const sender = aSender(t)
    await sender.work()
    expect(allTold()).toEqual([['ada one']])
    receiver.reply(() => ({ status: 200 }))
    t.clock.advance(10_000)
    await sender.work()
    expect(allTold()).toEqual([['ada one'], ['ada one'], ['ada two']])
  })

  it('refuses every call of a batch whose request cannot be made, and sends the others', async () => {
    const { id } = await aBatchedWebhook({ headers: { Host: { '@path': '$.event' } } })
    await track(t, source, [call('ada', 'one'), call('ada', 'two')])
    await aSender(t).work()
    expect(receiver.requests).toEqual([])
    const refused = { outcome: 'failed', reason: 'errors.discarded.MESSAGE_REJECTED' }
    expect(await recorded(t, id)).toMatchObject([refused, refused])
  })
})
