import { describe, expect, it } from 'vitest'
import {
  createSegmentSource,
  findSegmentSource,
  pointSegmentSource,
  sweepSegmentSource,
} from '../../../../src/engine/segment-source/index.ts'
import { inTransaction } from '../../../../src/platform/db.ts'
import { LIMITS } from '../../../../src/platform/limits.ts'
import {
  connect,
  connectTo,
  queued,
  redeemedBy,
  useEndpoint,
  useTestEngine,
  WRITE_KEY,
} from './support.ts'

const t = useTestEngine()
const endpoint = useEndpoint()
const running = new AbortController().signal
const source = () => findSegmentSource(t.deps.db, t.projectId)

describe('connectSegmentSource', () => {
  it('connects with the names and the shape of the seed unless told otherwise (D-01, D-03)', async () => {
    expect(await source()).toBeUndefined()
    await connectTo(t, { region: 'EU' })
    expect(await source()).toEqual({
      projectId: t.projectId,
      target: { region: 'EU' },
      naming: 'seed',
      shape: 'object',
      anonymousFallback: 'customer_id',
      rewardEvents: 'both',
      isEnabled: true,
      failures: 0,
      lastFailure: null,
      nextAttemptAt: null,
      createdAt: t.clock.now(),
      updatedAt: null,
    })
  })

  it('replaces what was connected before', async () => {
    await connectTo(t, { region: 'US' })
    t.clock.advance(1_000)
    await connectTo(t, {
      region: 'CUSTOM',
      endpoint: 'https://proxy.example.com/v1/',
      shape: 'flat',
    })
    expect(await source()).toMatchObject({
      target: { region: 'CUSTOM', endpoint: 'https://proxy.example.com/v1' },
      shape: 'flat',
      updatedAt: t.clock.now(),
    })
  })

  it.each(['proxy.example.com', 'ftp://proxy.example.com', 'http://', ''])(
    'refuses %j as an endpoint (D-16)',
    async (text) => {
      await expect(connectTo(t, { region: 'CUSTOM', endpoint: text })).rejects.toMatchObject({
        key: 'invalid_payload',
      })
    },
  )

  it('keeps the write key out of what is stored and shown', async () => {
    await connectTo(t, { region: 'US' })
    const { rows } = await t.deps.db.pool.query(
      'select write_key_sealed from segment_source_connection',
    )
    expect(t.deps.vault.open(rows[0].write_key_sealed)).toBe(WRITE_KEY)
    expect(JSON.stringify(await source())).not.toMatch(/key/i)
  })
})

describe('pointSegmentSource', () => {
  const move = (from: string, to: string) =>
    inTransaction(t.deps.db, (tx) => pointSegmentSource(tx, { from, to, now: t.clock.now() }))

  it.each([
    ['http://127.0.0.1:3000/v1', 'http://127.0.0.1:4000/v1'],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:4000'],
    ['http://127.0.0.1:30001/v1', 'http://127.0.0.1:30001/v1'],
    [
      'https://proxy.example.com/http://127.0.0.1:3000/v1',
      'https://proxy.example.com/http://127.0.0.1:3000/v1',
    ],
  ])('leads %s to %s when our address moves from port 3000 to 4000', async (before, after) => {
    await connectTo(t, { region: 'CUSTOM', endpoint: before })
    await move('http://127.0.0.1:3000', 'http://127.0.0.1:4000')
    expect((await source())?.target).toEqual({ region: 'CUSTOM', endpoint: after })
  })

  it('leaves a region of Segment alone', async () => {
    await connectTo(t, { region: 'US' })
    await move('https://api.segment.io', 'http://127.0.0.1:4000')
    expect((await source())?.target).toEqual({ region: 'US' })
  })

  it('lets what waited for the old address be sent to the new one at once', async () => {
    await connect(t, 'http://127.0.0.1:9/v1')
    await redeemedBy(t, ['ada'])
    const sender = createSegmentSource(t.deps)
    await sender.run(running)
    await move('http://127.0.0.1:9', endpoint.url.replace(/\/v1$/, ''))
    await sender.run(running)
    expect(endpoint.accepted).toHaveLength(1)
  })
})

describe('sweepSegmentSource', () => {
  it('deletes what was dropped, and drops what could not be sent, after 30 days (D-19)', async () => {
    await connect(t, endpoint.url)
    await redeemedBy(t, ['ada'])
    endpoint.decide(() => ({ status: 400 }))
    await createSegmentSource(t.deps).run(running)
    await redeemedBy(t, ['bob'])
    const kept = [
      { redemption: 'r_0', reason: '400' },
      { redemption: 'r_0', reason: null },
    ]

    t.clock.advance(LIMITS.sourceDroppedRetentionMs)
    expect(await sweepSegmentSource(t.deps.db, t.clock.now())).toBe(false)
    expect(await queued(t)).toEqual(kept)

    t.clock.advance(1)
    expect(await sweepSegmentSource(t.deps.db, t.clock.now())).toBe(false)
    expect(await queued(t)).toEqual([{ redemption: 'r_0', reason: 'expired' }])

    t.clock.advance(LIMITS.sourceDroppedRetentionMs + 1)
    await sweepSegmentSource(t.deps.db, t.clock.now())
    expect(await queued(t)).toEqual([])
  })
})
