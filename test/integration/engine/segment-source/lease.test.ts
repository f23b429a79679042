import { describe, expect, it } from 'vitest'
import {
  createSegmentSource,
  findSegmentSource,
} from '../../../../src/engine/segment-source/index.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { waitFor } from '../../../support/wait-for.ts'
import {
  announceAll,
  connect,
  queued,
  redeemedBy,
  redemptionBy,
  redemptionOf,
  useEndpoint,
  useTestEngine,
} from './support.ts'

const t = useTestEngine()
const endpoint = useEndpoint()
const running = new AbortController().signal
const sender = () => createSegmentSource(t.deps)

/** Holds every request back until `open` is called. */
function holdRequests(status = 200): { open: () => void } {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  endpoint.decide(async () => {
    await opened
    return { status }
  })
  return { open: () => open() }
}

describe('the lease of a connection', () => {
  it('lets one sender at a time send, so that nothing is sent twice side by side', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, ['ada', 'bob'])
    const gate = holdRequests()
    const first = sender().run(running)
    await waitFor('the first request', () => endpoint.requests.length === 1)

    await redeemedBy(t, ['cyd'])
    expect(await sender().run(running)).toBe(false)
    expect(endpoint.requests).toHaveLength(1)

    gate.open()
    await first
    await sender().run(running)
    expect(endpoint.accepted.map(({ userId }) => userId)).toEqual(['ada', 'bob', 'cyd'])
  })

  it('holds for many senders that race for many events', async () => {
    await connect(t, endpoint.url)
    const redeemers = Array.from({ length: 300 }, (_, n) => `person_${n % 11}`)
    await redeemedBy(t, redeemers)
    const drain = async (): Promise<void> => {
      await waitFor('the queue to be empty', async () => {
        await sender().run(running)
        return (await queued(t)).length === 0
      })
    }
    await Promise.all(Array.from({ length: 6 }, drain))
    const ids = endpoint.accepted.map(({ messageId }) => messageId)
    expect(ids).toHaveLength(300)
    expect(new Set(ids).size).toBe(300)
    for (const person of new Set(redeemers)) {
      const received = endpoint.accepted.filter(({ userId }) => userId === person)
      const announced = redeemers.flatMap((name, n) => (name === person ? [`r_${n}`] : []))
      expect(received.map(redemptionOf)).toEqual(announced)
    }
  })

  it('of a sender that died ends by itself', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, ['ada'])
    await t.deps.db.pool.query('update segment_source_connection set leased_until = $1', [
      new Date(t.clock.now().getTime() + LIMITS.sourceLeaseMs),
    ])
    t.clock.advance(LIMITS.sourceLeaseMs - 1)
    await sender().run(running)
    expect(endpoint.requests).toEqual([])
    t.clock.advance(1)
    await sender().run(running)
    expect(endpoint.accepted).toHaveLength(1)
  })

  it('that ran out leaves what was sent sent', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, ['ada'])
    const gate = holdRequests()
    const slow = sender().run(running)
    await waitFor('the first request', () => endpoint.requests.length === 1)
    t.clock.advance(LIMITS.sourceLeaseMs)
    const next = sender().run(running)
    await waitFor('the second request', () => endpoint.requests.length === 2)
    gate.open()
    await Promise.all([slow, next])

    // At least once; the message id makes it once (SO-3).
    const ids = endpoint.accepted.map(({ messageId }) => messageId)
    expect(ids).toHaveLength(2)
    expect(new Set(ids).size).toBe(1)
    expect(await queued(t)).toEqual([])
  })

  it('that ran out leaves the connection to its new holder', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, ['ada'])
    const slowGate = holdRequests(503)
    const slow = sender().run(running)
    await waitFor('the first request', () => endpoint.requests.length === 1)
    t.clock.advance(LIMITS.sourceLeaseMs)
    const nextGate = holdRequests()
    const next = sender().run(running)
    await waitFor('the second request', () => endpoint.requests.length === 2)

    slowGate.open()
    await slow
    await sender().run(running)
    expect(endpoint.requests).toHaveLength(2)
    expect(await findSegmentSource(t.deps.db, t.projectId)).toMatchObject({ failures: 0 })
    nextGate.open()
    await next
  })

  it('keeps a slow project from holding back another', async () => {
    const projectId = await t.addProject()
    await connect(t, endpoint.url)
    await redeemedBy(t, ['slow'])
    const gate = holdRequests()
    const slow = sender().run(running)
    await waitFor('the slow request', () => endpoint.requests.length === 1)

    endpoint.decide(() => ({ status: 200 }))
    await t.deps.db.pool.query(
      `insert into segment_source_connection (project_id, write_key_sealed, region, endpoint, created_at)
       select $2, write_key_sealed, region, endpoint, created_at from segment_source_connection where project_id = $1`,
      [t.projectId, projectId],
    )
    const fact = redemptionBy(t, { person: 'quick', number: 0 })
    await announceAll(t, [{ ...fact, call: { ...fact.call, projectId } }])
    await sender().run(running)
    expect(endpoint.accepted.map(({ userId }) => userId)).toEqual(['quick'])
    gate.open()
    await slow
  })
})
