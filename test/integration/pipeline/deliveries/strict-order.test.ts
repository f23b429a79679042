import { beforeEach, describe, expect, it } from 'vitest'
import { useReceiver } from '../../../support/receiver.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aSource, type Source } from '../tracking/support.ts'
import { aDestination, aSender, manage, track } from './support.ts'

const t = useTestApp()
const receiver = useReceiver()

let source: Source
let destination: { id: string }

beforeEach(async () => {
  receiver.reset()
  source = await aSource(t)
  destination = await aDestination(t, source, { address: receiver.address })
})

const order = (ordering: string) =>
  manage(t, 'PATCH', `/destinations/${destination.id}`, { body: { ordering } })

let number = 0
const call = (userId: string, name: string) => {
  number += 1
  return { type: 'identify', messageId: `ordered-${number}`, userId, traits: { name } }
}

/** Whom the receiver was told about, and what. */
const told = (): string[] =>
  receiver.requests.map(({ body }) => `${body.source_id} ${body.name ?? ''}`.trim())

/** Answers 503 to these names until told otherwise. */
const refuse = (...names: string[]): void =>
  receiver.reply(({ body }) => ({ status: names.includes(body.name) ? 503 : 200 }))

describe('a destination with strict order (§7.4.5)', () => {
  it('holds back what a person did later until the earlier call is through its retries', async () => {
    expect(await order('strict')).toMatchObject({ status: 200, body: { ordering: 'strict' } })
    refuse('first')
    await track(t, source, [call('ada', 'first'), call('ada', 'second'), call('bob', 'other')])
    const sender = aSender(t)
    await sender.work()
    expect(told().sort()).toEqual(['ada first', 'bob other'])

    // Neither an hour of refusals nor a new call changes it.
    await track(t, source, [call('ada', 'third')])
    for (let minute = 0; minute < 60; minute += 1) {
      await sender.work()
      t.clock.advance(60_000)
    }
    expect(new Set(told())).toEqual(new Set(['ada first', 'bob other']))

    receiver.reset()
    t.clock.advance(20 * 60_000)
    await sender.work()
    expect(told()).toEqual(['ada first', 'ada second', 'ada third'])
  })

  it('goes on when the earlier call has failed for good', async () => {
    await order('strict')
    receiver.reply(({ body }) => ({ status: body.name === 'first' ? 400 : 200 }))
    await track(t, source, [call('ada', 'first'), call('ada', 'second')])
    await aSender(t).work()
    expect(told()).toEqual(['ada first', 'ada second'])
  })

  it('keeps the order with two processes that share the queue', async () => {
    await order('strict')
    refuse('n0')
    const names = Array.from({ length: 30 }, (_, index) => `n${index}`)
    await track(
      t,
      source,
      names.map((name) => call('ada', name)),
    )
    const senders = [aSender(t), aSender(t)]
    await senders[0]?.work()
    receiver.reset()
    t.clock.advance(20 * 60_000)
    await Promise.all(senders.map((sender) => sender.work()))
    await senders[0]?.work()
    expect(told()).toEqual(names.map((name) => `ada ${name}`))
  })

  it('does not hold back the queue that is cancelled', async () => {
    await order('strict')
    refuse('first')
    await track(t, source, [call('ada', 'first'), call('ada', 'second')])
    const sender = aSender(t)
    await sender.work()
    await t.db.pool.query(
      'update destination set is_enabled = false, enabled_at = null where id = $1',
      [destination.id],
    )
    t.clock.advance(20 * 60_000)
    await sender.work()
    const { rows } = await t.db.pool.query(
      `select distinct outcome from delivery where destination_id = $1`,
      [destination.id],
    )
    expect(rows).toEqual([{ outcome: 'filtered' }])
  })
})

describe('a destination with best-effort order', () => {
  it('lets later calls go ahead of one that awaits its retry', async () => {
    expect((await order('best_effort')).body.ordering).toBe('best_effort')
    refuse('first')
    await track(t, source, [call('ada', 'first'), call('ada', 'second')])
    await aSender(t).work()
    expect(told()).toEqual(['ada first', 'ada second'])
  })

  it('is what a destination has unless told, and nothing else is taken', async () => {
    expect((await order('whatever')).status).toBe(400)
    await order('best_effort')
  })
})
