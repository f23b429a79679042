import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aSource, received, refused, type Source, send } from './support.ts'

const t = useTestApp()
let source: Source
beforeEach(async () => {
  source = await aSource(t)
})

const ACCEPTED = { status: 200, body: { success: true } }
const MEMBERS: Record<string, object> = {
  track: { userId: 'u', event: 'Bought' },
  identify: { userId: 'u' },
  page: { userId: 'u', name: 'Home' },
  screen: { userId: 'u', name: 'Main' },
  group: { userId: 'u', groupId: 'g' },
  alias: { userId: 'u', previousId: 'p' },
}

describe('POST of one call', () => {
  it.each(
    Object.keys(MEMBERS).flatMap((type) => [
      [`/v1/${type}`, type],
      [`/v1/${type}/`, type],
      [`/v1/${type[0]}?retry=1`, type],
    ]),
  )('takes %s for %s (§1.1)', async (path, type) => {
    expect(await send(t, path, MEMBERS[type], { key: source.writeKey })).toMatchObject(ACCEPTED)
    expect(await received(t, source)).toMatchObject([{ type, userId: 'u', body: { type } }])
  })

  it('is stored before it is answered, with everything the pipeline adds (§1.8)', async () => {
    const sent = {
      ...MEMBERS['track'],
      messageId: 'm1',
      properties: { total: 9.5 },
      email: 'a@b.c',
    }
    await send(t, '/v1/track', { ...sent, writeKey: source.writeKey })
    expect(await received(t, source)).toMatchObject([
      {
        projectId: t.keys.projectId,
        messageId: 'm1',
        event: 'Bought',
        receivedAt: t.clock.now(),
        body: { ...sent, channel: 'server', timestamp: t.clock.now().toISOString() },
      },
    ])
    expect((await received(t, source))[0]?.body).not.toHaveProperty('writeKey')
  })

  it('is found whatever the content type says, and compressed or not (§1.4)', async () => {
    const body = JSON.stringify(MEMBERS['track'])
    const sendAs = (payload: string | Buffer, headers: Record<string, string>) =>
      send(t, '/v1/t', payload, { key: source.writeKey, headers })
    const answers = [
      await sendAs(body, { 'content-type': 'text/plain' }),
      await sendAs(body, { 'content-type': 'text/plain;charset=UTF-8' }),
      await sendAs(body, { 'content-type': 'application/x-www-form-urlencoded' }),
      await sendAs(body, {}),
      await sendAs(`\uFEFF${body}`, { 'content-type': 'application/json' }),
      await sendAs(gzipSync(body), {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      }),
    ]
    for (const answer of answers) expect(answer).toMatchObject(ACCEPTED)
    expect(await received(t, source)).toHaveLength(answers.length)
  })

  it('is refused with 400 when nothing can be read (§1.4 rule 4)', async () => {
    for (const body of ['', '{', '[]', '5', 'null', '"text"']) {
      const answer = await send(t, '/v1/track', body, { key: source.writeKey })
      expect(answer, body).toMatchObject({
        status: 400,
        body: {
          success: false,
          code: 'invalid_request',
          message: expect.stringContaining('malformed JSON'),
        },
      })
      expect(answer.body.error).toBe(answer.body.message)
    }
    expect(await refused(t, source)).toEqual(Array(6).fill('bad_request'))
  })

  it('may have 32 KB, and not a byte more (§1.5)', async () => {
    const call = (bytes: number): string => {
      const empty = JSON.stringify({ ...MEMBERS['track'], fill: '' }).length
      return JSON.stringify({ ...MEMBERS['track'], fill: 'x'.repeat(bytes - empty) })
    }
    const max = LIMITS.trackingEventBytesMax
    expect(await send(t, '/v1/track', call(max), { key: source.writeKey })).toMatchObject(ACCEPTED)
    expect(await send(t, '/v1/track', call(max + 1), { key: source.writeKey })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', message: expect.stringContaining('exceeds') },
    })
  })

  it('is answered 200 and refused with its reason when it is wrong (§1.7)', async () => {
    const { writeKey: key } = source
    expect(await send(t, '/v1/track', { userId: 'u' }, { key })).toMatchObject(ACCEPTED)
    expect(await send(t, '/v1/identify', {}, { key })).toMatchObject(ACCEPTED)
    expect(await received(t, source)).toEqual([])
    expect(await refused(t, source)).toEqual(['event_not_defined', 'no_user_anon_id'])
  })

  it('keeps characters that PostgreSQL cannot, as U+FFFD', async () => {
    await send(t, '/v1/track', { userId: 'u', event: 'a\0b' }, { key: source.writeKey })
    expect(await received(t, source)).toMatchObject([{ event: 'a\uFFFDb' }])
  })
})

describe('POST of a batch', () => {
  it.each(['/v1/batch', '/v1/import', '/v1/b'])('takes %s (§1.1)', async (path) => {
    const batch = Object.entries(MEMBERS).map(([type, members]) => ({ type, ...members }))
    expect(await send(t, path, { batch }, { key: source.writeKey })).toMatchObject(ACCEPTED)
    expect((await received(t, source)).map(({ type }) => type)).toEqual(Object.keys(MEMBERS))
  })

  it('keeps the good calls and tells why the others were refused (§1.7)', async () => {
    const batch = [
      { type: 'track', userId: 'u', event: 'Good' },
      { type: 'track', userId: 'u' },
      { type: 'push', userId: 'u' },
      5,
      { type: 'identify', userId: 'u', traits: 'x' },
    ]
    expect(await send(t, '/v1/batch', { batch, writeKey: source.writeKey })).toMatchObject(ACCEPTED)
    expect((await received(t, source)).map(({ event }) => event)).toEqual(['Good'])
    expect(await refused(t, source)).toEqual([
      'event_not_defined',
      'bad_request',
      'bad_request',
      'traits_not_object',
      'multi_user_error',
    ])
  })

  it('is refused as a whole when it is empty, or nothing is left of it (§1.7)', async () => {
    for (const body of [{}, { batch: [] }, { batch: 'x' }, { batch: [{ type: 'track' }] }])
      expect(await send(t, '/v1/batch', body, { key: source.writeKey })).toMatchObject(ACCEPTED)
    expect(await refused(t, source)).toEqual([
      'empty_batch',
      'empty_batch',
      'empty_batch',
      'no_user_anon_id',
      'empty_batch_result',
    ])
  })

  it('refuses a call above 32 KB and those behind the 2,500th, and keeps the rest (A-10)', async () => {
    const big = { type: 'track', userId: 'u', event: 'Big', fill: 'x'.repeat(40_000) }
    const batch = [big, { type: 'track', userId: 'u', event: 'Small' }]
    await send(t, '/v1/batch', { batch }, { key: source.writeKey })
    expect((await received(t, source)).map(({ event }) => event)).toEqual(['Small'])

    const many = Array.from({ length: LIMITS.trackingBatchEventsMax + 3 }, (_, n) => ({
      type: 'track',
      userId: 'u',
      event: `e${n}`,
    }))
    await send(t, '/v1/batch', { batch: many }, { key: source.writeKey })
    expect(await received(t, source)).toHaveLength(LIMITS.trackingBatchEventsMax + 1)
  })

  it('may have 500 KB, also behind compression (§1.5)', async () => {
    const fill = 'x'.repeat(LIMITS.trackingBatchBytesMax)
    const body = JSON.stringify({ batch: [{ type: 'track', fill }] })
    const refusal = { status: 400, body: { code: 'invalid_request' } }
    expect(await send(t, '/v1/batch', body, { key: source.writeKey })).toMatchObject(refusal)
    const headers = { 'content-encoding': 'gzip' }
    expect(
      await send(t, '/v1/batch', gzipSync(body), { key: source.writeKey, headers }),
    ).toMatchObject(refusal)
  })

  it('gives its context and integrations to its calls (§1.8)', async () => {
    await send(
      t,
      '/v1/batch',
      {
        context: { app: { name: 'Shop' } },
        integrations: { All: false },
        batch: [{ type: 'identify', userId: 'u', context: { app: { version: '2' } } }],
      },
      { key: source.writeKey },
    )
    expect((await received(t, source))[0]?.body).toMatchObject({
      context: { app: { name: 'Shop', version: '2' } },
      integrations: { All: false },
    })
  })

  it('keeps the order of its calls', async () => {
    const batch = Array.from({ length: 200 }, (_, n) => ({
      type: 'track',
      userId: 'u',
      event: `e${n}`,
    }))
    await send(t, '/v1/batch', { batch }, { key: source.writeKey })
    expect((await received(t, source)).map(({ event }) => event)).toEqual(
      batch.map(({ event }) => event),
    )
  })
})

describe('a message id', () => {
  it('is kept once per source, however often and however parallel it is sent (§1.15)', async () => {
    const other = await aSource(t)
    const call = { ...MEMBERS['track'], messageId: 'same' }
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, n) =>
        send(t, '/v1/track', call, { key: (n % 2 === 0 ? source : other).writeKey }),
      ),
    )
    for (const answer of answers) expect(answer).toMatchObject(ACCEPTED)
    expect(await received(t, source)).toHaveLength(1)
    expect(await received(t, other)).toHaveLength(1)
  })
})
