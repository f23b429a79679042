import { describe, expect, it } from 'vitest'
import { type ReceivedRequest, useReceiver } from '../../../support/receiver.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aSource } from '../tracking/support.ts'
import { aDestinationOfTwo, event, expectSums, get, iso } from './event-delivery-support.ts'
import { aSender, track } from './support.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const t = useTestApp()
const receiver = useReceiver()

/** A destination with every trouble: answers 503 to a call for the first time, or 400, or 200. */
function troubled(): (request: ReceivedRequest) => { status: number } {
  const tried = new Set<unknown>()
  return ({ body, headers }) => {
    const number = Number(String(body.event).split(' ')[1])
    const key = headers['idempotency-key']
    const isFirst = !tried.has(key)
    tried.add(key)
    if (number % 7 === 0) return { status: 400 }
    return { status: number % 5 === 0 && isFirst ? 503 : 200 }
  }
}

describe('Event Delivery under load', () => {
  it('adds up at every instant and forgets no event (invariant 4)', async () => {
    const source = await aSource(t)
    const startMs = t.clock.now().getTime()
    const { id, every, bought } = await aDestinationOfTwo(t, source, receiver.address)
    receiver.reply(troubled())
    const [batches, size] = [24, 25]
    const range = `from=${iso(startMs)}&to=${iso(startMs + DAY_MS)}`
    let begun = 0
    let accepted = 0
    let isOver = false

    // All batches together take less than a lease, so that senders lose nothing to each other.
    const produce = async (): Promise<void> => {
      for (let batch = 0; batch < batches; batch += 1) {
        begun += size
        const calls = Array.from({ length: size }, (_, n) => {
          const name = n % 3 === 0 ? 'Bought' : `Event ${batch * size + n}`
          const members = n % 4 === 0 ? { integrations: { All: false } } : {}
          return event(`user-${n % 10}`, name, members)
        })
        await track(t, source, calls)
        accepted += size
        t.clock.advance(500)
      }
    }
    const serve = async (): Promise<void> => {
      const sender = aSender(t)
      while (!isOver) await sender.work()
    }
    let [events, delivered, snapshots] = [0, 0, 0]
    const look = async (): Promise<void> => {
      const least = accepted
      const answer = await get(t, `${id}/event-delivery?${range}`)
      const most = begun
      expectSums(answer)
      expect(answer.events + answer.unread).toBeGreaterThanOrEqual(least)
      expect(answer.events + answer.unread).toBeLessThanOrEqual(most)
      expect(answer.events).toBeGreaterThanOrEqual(events)
      expect(answer.delivered.total).toBeGreaterThanOrEqual(delivered)
      events = answer.events
      delivered = answer.delivered.total
      for (const mapping of [every, bought]) {
        const one = await get(t, `${id}/event-delivery?${range}&mapping_id=${mapping}`)
        expectSums(one)
        expect(one.received).toBe(one.events)
        expect(one.received).toBeGreaterThanOrEqual(events)
      }
      snapshots += 1
    }
    const watch = async (): Promise<void> => {
      while (!isOver) await look()
    }
    const working = [produce().finally(() => (isOver = true)), serve(), serve(), watch()]
    await Promise.all(working)
    // What is tried for the first time in the first round may be delivered in the second.
    for (let round = 0; round < 2; round += 1) {
      t.clock.advance(HOUR_MS)
      await aSender(t).work()
      await look()
    }

    expect(snapshots).toBeGreaterThan(2)
    const answer = await get(t, `${id}/event-delivery?${range}`)
    expect(answer).toMatchObject({ unread: 0, events: batches * size, pending: 0 })
    expect(answer.delivered.on_retry).toBeGreaterThan(0)
    expect(answer.failed.total).toBeGreaterThan(0)
    const { data } = await get(t, `${id}/event-delivery/series?${range}&interval=minute`)
    const sum = (key: string) => data.reduce((all: number, row: never) => all + row[key], 0)
    expect([sum('received'), sum('filtered'), sum('delivered'), sum('failed')]).toEqual([
      answer.received,
      answer.filtered.total,
      answer.delivered.total,
      answer.failed.total,
    ])
  })
})
