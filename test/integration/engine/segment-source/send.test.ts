import { describe, expect, it } from 'vitest'
import {
  createSegmentSource,
  findSegmentSource,
} from '../../../../src/engine/segment-source/index.ts'
import {
  announceAll,
  connect,
  connectTo,
  people,
  queued,
  type Received,
  redeemedBy,
  redemptionBy,
  redemptionOf,
  useEndpoint,
  useTestEngine,
  WRITE_KEY,
} from './support.ts'

const t = useTestEngine()
const endpoint = useEndpoint()
const running = new AbortController().signal

/** Sends until there is nothing more to send at once, as the loop does; each time by a fresh process. */
async function send(): Promise<void> {
  while (await createSegmentSource(t.deps).run(running));
}
const counted = async (outcome: string): Promise<number> => {
  const { values } = await t.deps.metrics.sourceEvents.get()
  return values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0
}
const health = async () => {
  const source = await findSegmentSource(t.deps.db, t.projectId)
  return { failures: source?.failures, lastFailure: source?.lastFailure }
}
const idsOf = ({ body }: Received): string[] => body.batch.map(redemptionOf)

describe('the Voucherify source', () => {
  it('posts a batch with the write key and forgets what was accepted (§17.3, §17.5, programs scenario 99)', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, ['ada', 'bob'])
    const sentBefore = await counted('sent')
    t.clock.advance(40)
    await send()

    expect(endpoint.requests).toHaveLength(1)
    const [{ method, url, headers, body }] = endpoint.requests as [Received]
    expect({ method, url }).toEqual({ method: 'POST', url: '/v1/batch' })
    expect(headers).toMatchObject({
      authorization: `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}`,
      'content-type': 'application/json',
    })
    expect(headers).not.toHaveProperty('x-retry-count')
    expect(body).toMatchObject({
      sentAt: t.clock.now().toISOString(),
      batch: [
        { type: 'track', event: 'Redemption succeeded', userId: 'ada' },
        { type: 'track', event: 'Redemption succeeded', userId: 'bob' },
      ],
    })
    expect(await queued(t)).toEqual([])
    expect(await counted('sent')).toBe(sentBefore + 2)
    const loop = await t.deps.metrics.loopSeconds.get()
    expect(loop.values.find(({ labels }) => labels.le === 0.05)?.value).toBeGreaterThan(0)
  })

  it('finds nothing to do when nothing is queued', async () => {
    await connect(t, endpoint.url)
    expect(await createSegmentSource(t.deps).run(running)).toBe(false)
    expect(endpoint.requests).toEqual([])
  })

  it('starts nothing once it is told to stop', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, ['ada'])
    expect(await createSegmentSource(t.deps).run(AbortSignal.abort())).toBe(false)
    expect(await queued(t)).toHaveLength(1)
  })

  it('sends 30 events as 2 batches of 15 (§17.5, programs scenario 109)', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, people(30))
    await send()
    expect(endpoint.requests.map(({ body }) => body.batch.length)).toEqual([15, 15])
  })

  it('keeps batches within 480 KB and events within 32 KB (§17.5, SO-7, programs scenario 109)', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, people(16), { voucher: { note: 'x'.repeat(31_000) } })
    await send()
    expect(endpoint.accepted).toHaveLength(16)
    for (const { bytes } of endpoint.requests) expect(bytes).toBeLessThanOrEqual(480_000)
    for (const call of endpoint.accepted) {
      expect(JSON.stringify(call).length).toBeLessThanOrEqual(32_000)
      expect(call.properties.voucherifyEvent).not.toHaveProperty('truncated')
    }
  })

  it('sends the events of each person in order, however many there are', async () => {
    await connect(t, endpoint.url)
    const redeemers = Array.from({ length: 200 }, (_, n) =>
      n % 3 === 0 ? 'ada' : `person_${n % 7}`,
    )
    await redeemedBy(t, redeemers)
    await send()
    expect(endpoint.accepted).toHaveLength(200)
    for (const person of new Set(redeemers)) {
      const received = endpoint.accepted.filter(({ userId }) => userId === person)
      const announced = redeemers.flatMap((name, n) => (name === person ? [`r_${n}`] : []))
      expect(received.map(redemptionOf)).toEqual(announced)
    }
  })

  it('keeps the order of what one transaction announced', async () => {
    await connect(t, endpoint.url)
    const facts = Array.from({ length: 15 }, (_, number) =>
      redemptionBy(t, { person: 'ada', number }),
    )
    await announceAll(t, facts)
    await send()
    expect(endpoint.accepted.map(redemptionOf)).toEqual(facts.map((_, number) => `r_${number}`))
  })

  it('tells nobody of what happened to nobody (D-03, programs scenario 101)', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, [null, 'ada', null])
    const skippedBefore = await counted('skipped')
    await send()
    expect(endpoint.accepted.map(redemptionOf)).toEqual(['r_1'])
    expect(await queued(t)).toEqual([])
    expect(await counted('skipped')).toBe(skippedBefore + 2)
  })

  it('goes on when an occurrence was erased while it waited', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, ['ada', 'bob'])
    await t.deps.db.pool.query(`delete from occurrence where data #>> '{redemption,id}' = 'r_0'`)
    await send()
    expect(endpoint.accepted.map(redemptionOf)).toEqual(['r_1'])
  })

  it('names and shapes events as the project wants them (D-01)', async () => {
    await connect(t, endpoint.url, { naming: 'published', shape: 'flat' })
    await redeemedBy(t, ['ada'])
    await send()
    expect(endpoint.accepted).toMatchObject([
      {
        event: 'Customer Redemption Succeeded',
        properties: { voucherifyEvent: { data_redemption_id: 'r_0' } },
      },
    ])
  })

  it('sends nothing of a project whose source is not connected (SO-10)', async () => {
    await connect(t, endpoint.url)
    const projectId = await t.addProject()
    const fact = redemptionBy(t, { person: 'ada', number: 0 })
    await announceAll(t, [{ ...fact, call: { ...fact.call, projectId } }])
    expect(await queued(t)).toEqual([])
  })
})

describe('a failing endpoint', () => {
  it('gets the same calls again, later each time, across restarts (§17.4, programs scenario 104)', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, ['ada', 'bob'])
    endpoint.decide(() => ({ status: endpoint.requests.length <= 2 ? 500 : 200 }))

    await send()
    expect(await health()).toEqual({ failures: 1, lastFailure: '500' })
    t.clock.advance(499)
    await send()
    expect(endpoint.requests).toHaveLength(1)
    t.clock.advance(1)
    await send()
    expect(endpoint.requests).toHaveLength(2)
    t.clock.advance(999)
    await send()
    expect(endpoint.requests).toHaveLength(2)
    t.clock.advance(1)
    await send()

    expect(endpoint.requests.map(({ headers }) => headers['x-retry-count'])).toEqual([
      undefined,
      '1',
      '2',
    ])
    const batches = endpoint.requests.map(({ body }) => JSON.stringify(body.batch))
    expect(new Set(batches).size).toBe(1)
    expect(await queued(t)).toEqual([])
    expect(await health()).toEqual({ failures: 0, lastFailure: null })
  })

  it('is left alone as long as Retry-After says (programs scenario 104)', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, ['ada'])
    endpoint.decide(() =>
      endpoint.requests.length === 1
        ? { status: 429, headers: { 'retry-after': '2' } }
        : { status: 200 },
    )
    await send()
    t.clock.advance(1_999)
    await send()
    expect(endpoint.requests).toHaveLength(1)
    t.clock.advance(1)
    await send()
    expect(endpoint.accepted).toHaveLength(1)
  })

  it('that cannot be reached loses nothing (§17.4, programs scenario 108)', async () => {
    await connect(t, 'http://127.0.0.1:9/v1')
    await redeemedBy(t, ['ada'])
    await send()
    expect(await health()).toEqual({ failures: 1, lastFailure: 'ECONNREFUSED' })
    expect(await queued(t)).toEqual([{ redemption: 'r_0', reason: null }])
  })

  it('is tried with one batch, not with several side by side', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, people(60))
    endpoint.decide(() => ({ status: 503 }))
    await send()
    expect(endpoint.requests).toHaveLength(4)
    t.clock.advance(500)
    await send()
    expect(endpoint.requests).toHaveLength(5)
  })

  it('keeps the batches that it did accept', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, people(30))
    endpoint.decide((request) => ({ status: idsOf(request).includes('r_0') ? 503 : 200 }))
    await send()
    expect((await queued(t)).map(({ redemption }) => redemption)).toEqual(
      Array.from({ length: 15 }, (_, n) => `r_${n}`),
    )
    expect(await health()).toEqual({ failures: 1, lastFailure: '503' })
  })

  it.each([401, 403, 404])(
    'that answers %i holds the queue until it is mended (§17.4)',
    async (status) => {
      await connect(t, endpoint.url)
      await redeemedBy(t, ['ada'])
      endpoint.decide(() => ({ status }))
      await send()
      await redeemedBy(t, ['bob'])
      t.clock.advance(59_999)
      await send()
      expect(endpoint.requests).toHaveLength(1)
      expect(await health()).toEqual({ failures: 1, lastFailure: String(status) })

      endpoint.decide(() => ({ status: 200 }))
      t.clock.advance(1)
      await send()
      expect(endpoint.accepted.map(({ userId }) => userId)).toEqual(['ada', 'bob'])
      expect(await health()).toEqual({ failures: 0, lastFailure: null })
    },
  )

  it('is tried at once when it is connected anew', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, ['ada'])
    endpoint.decide(() => ({ status: 401 }))
    await send()
    endpoint.decide(({ headers }) => ({
      status: headers.authorization === `Basic ${btoa('another-key:')}` ? 200 : 401,
    }))
    await connectTo(t, { region: 'CUSTOM', endpoint: endpoint.url }, 'another-key')
    await send()
    expect(endpoint.accepted.map(({ userId }) => userId)).toEqual(['ada'])
  })
})

describe('a refused batch', () => {
  const refusing = (...bad: string[]) =>
    endpoint.decide((request) => ({
      status: idsOf(request).some((id) => bad.includes(id)) ? 400 : 200,
    }))

  it('is halved until the event at fault is found, and only that is dropped (§17.4, programs scenario 104)', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, Array(15).fill('ada'))
    refusing('r_4', 'r_11')
    const droppedBefore = await counted('dropped')
    await send()
    const rest = Array.from({ length: 15 }, (_, n) => `r_${n}`).filter(
      (id) => id !== 'r_4' && id !== 'r_11',
    )
    // In order, for all that: they are one person's.
    expect(endpoint.accepted.map(redemptionOf)).toEqual(rest)
    expect(await queued(t)).toEqual([
      { redemption: 'r_4', reason: '400' },
      { redemption: 'r_11', reason: '400' },
    ])
    expect(await counted('dropped')).toBe(droppedBefore + 2)
    expect(await health()).toEqual({ failures: 0, lastFailure: null })
    expect(endpoint.requests.length).toBeLessThan(20)
  })

  it('does not send a dropped event again', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, ['ada'])
    refusing('r_0')
    await send()
    t.clock.advance(3_600_000)
    await send()
    expect(endpoint.requests).toHaveLength(1)
  })

  it('is not sent past a half that has to wait', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, Array(4).fill('ada'))
    endpoint.decide((request) => {
      if (idsOf(request).includes('r_3')) return { status: 400 }
      return { status: idsOf(request).includes('r_1') ? 503 : 200 }
    })
    await send()
    expect(endpoint.accepted).toEqual([])
    expect(endpoint.requests.map(idsOf)).toEqual([
      ['r_0', 'r_1', 'r_2', 'r_3'],
      ['r_0', 'r_1'],
    ])
    expect(await queued(t)).toHaveLength(4)
  })
})
