import { beforeEach, describe, expect, it } from 'vitest'
import { LIMITS } from '../../../../src/platform/limits.ts'
import { describeInPostgres } from '../../../support/event-log.ts'
import { useTestApp } from '../../../support/test-app.ts'
import { aSource, received, refused, type Source, send } from './support.ts'

const t = useTestApp()
let source: Source
beforeEach(async () => {
  source = await aSource(t)
})

const CALL = { userId: 'u', event: 'Bought' }

describe('authentication', () => {
  it('takes the key of the header, of the body, or of an item, in this order (§1.2)', async () => {
    const other = await aSource(t)
    const batch = [{ type: 'track', ...CALL, writeKey: source.writeKey }]
    await send(t, '/v1/batch', { batch, writeKey: other.writeKey }, { key: source.writeKey })
    await send(t, '/v1/track', { ...CALL, writeKey: source.writeKey })
    await send(t, '/v1/batch', { batch })
    const headers = { authorization: `Basic ${Buffer.from(source.writeKey).toString('base64')}` }
    await send(t, '/v1/track', CALL, { headers })
    expect(await received(t, source)).toHaveLength(4)
    expect(await received(t, other)).toHaveLength(0)
  })

  it('answers 401 to a key that is missing or unknown (D-15)', async () => {
    for (const key of [undefined, 'nosuchkeynosuchkey', 'short', "'; drop table source"]) {
      const answer = await send(t, '/v1/track', CALL, key === undefined ? {} : { key })
      expect(answer).toMatchObject({
        status: 401,
        body: { success: false, code: 'unknown_source' },
      })
    }
  })

  it('answers 200 for a disabled source, and records that nothing was kept (§1.2 rule 7)', async () => {
    const disabled = await aSource(t, { isEnabled: false })
    expect((await send(t, '/v1/track', CALL, { key: disabled.writeKey })).status).toBe(200)
    expect(await received(t, disabled)).toEqual([])
    expect(await refused(t, disabled)).toEqual(['source_disabled'])
  })

  it('forgets a removed key within seconds', async () => {
    await send(t, '/v1/track', CALL, { key: source.writeKey })
    await t.db.kysely.deleteFrom('write_key').where('key', '=', source.writeKey).execute()
    t.clock.advance(LIMITS.credentialCacheMs + 1)
    expect((await send(t, '/v1/track', CALL, { key: source.writeKey })).status).toBe(401)
  })
})

describe('browsers of other origins', () => {
  const origin = { origin: 'https://shop.example' }

  it.each(['/v1/t', '/v1/batch', '/v1/b', '/v1/m', '/v1/identify', '/v1/projects/x/settings'])(
    'may call %s: the preflight allows what analytics.js sends (§1.11)',
    async (path) => {
      const headers = {
        ...origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,x-retry-count',
      }
      const answer = await send(t, path, undefined, { method: 'OPTIONS', headers })
      expect(answer.status).toBe(204)
      expect(answer.headers['access-control-allow-origin']).toBe('*')
      const allowed = String(answer.headers['access-control-allow-headers']).split(', ')
      expect(allowed).toEqual(
        expect.arrayContaining(['authorization', 'content-type', 'x-retry-count']),
      )
    },
  )

  it('may read every answer, refusals too, and how long to wait', async () => {
    const answers = [
      await send(t, '/v1/t', CALL, { key: source.writeKey, headers: origin }),
      await send(t, '/v1/t', CALL, { headers: origin }),
      await send(t, '/v1/t', '{', { key: source.writeKey, headers: origin }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 401, 400])
    for (const { headers } of answers) {
      expect(headers['access-control-allow-origin']).toBe('*')
      expect(headers['access-control-expose-headers']).toContain('retry-after')
    }
  })
})

describe('GET /v1/projects/:writeKey/settings', () => {
  it.each(['/v1/projects', '/projects'])('tells where calls go, under %s (§1.13)', async (path) => {
    const url = `${path}/${source.writeKey}/settings`
    const answer = await send(t, url, undefined, { method: 'GET' })
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'public, max-age=120', 'access-control-allow-origin': '*' },
      body: {
        integrations: { 'Segment.io': { apiKey: source.writeKey, protocol: 'http' } },
        metrics: { sampleRate: 0 },
      },
    })
    expect(answer.body.integrations['Segment.io'].apiHost).toMatch(/^127\.0\.0\.1:\d+\/v1$/)

    const headers = { 'if-none-match': String(answer.headers['etag']) }
    expect((await send(t, url, undefined, { method: 'GET', headers })).status).toBe(304)
  })

  it('does not know an unknown key', async () => {
    const url = '/v1/projects/nosuchkeynosuchkey/settings'
    expect((await send(t, url, undefined, { method: 'GET' })).status).toBe(404)
  })
})

describe('GET /v1/pixel/:type', () => {
  const pixel = (type: string, query: Record<string, string>) =>
    send(t, `/v1/pixel/${type}?${new URLSearchParams(query)}`, undefined, {
      method: 'GET',
      headers: { 'user-agent': 'Mail/1.0' },
    })

  it('accepts a call in base64 or in parameters and answers with the picture (§1.12)', async () => {
    const data = Buffer.from(JSON.stringify({ ...CALL, writeKey: source.writeKey }))
    const answer = await pixel('track', { data: data.toString('base64') })
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'content-type': 'image/gif', 'cache-control': 'no-store' },
    })
    await pixel('track', { writeKey: source.writeKey, ...CALL, 'properties.total': '9' })
    expect(await received(t, source)).toMatchObject([
      { body: { context: { userAgent: 'Mail/1.0', ip: '127.0.0.1' }, channel: 'browser' } },
      { body: { properties: { total: '9' } } },
    ])
  })

  it('shows the picture whatever was wrong, and records it (§1.12)', async () => {
    const broken = await pixel('track', { writeKey: source.writeKey, data: '%%%' })
    const nameless = await pixel('identify', { writeKey: source.writeKey })
    const keyless = await pixel('identify', CALL)
    for (const answer of [broken, nameless, keyless])
      expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'image/gif' } })
    expect(await refused(t, source)).toEqual(['bad_request', 'no_user_anon_id'])
  })
})

describe('what is not a call', () => {
  it('takes the metrics of analytics.js and keeps nothing (§1.1)', async () => {
    expect(await send(t, '/v1/m', { series: [] })).toMatchObject({
      status: 200,
      body: { success: true },
    })
  })

  it('answers 405 to GET on a path of calls (§1.1 rule 4)', async () => {
    expect((await send(t, '/v1/track', undefined, { method: 'GET' })).status).toBe(405)
  })
})

describeInPostgres('when the database fails', () => {
  it('answers 503 and keeps nothing, so that SDKs send again (§1.6)', async () => {
    await t.db.kysely.schema.alterTable('log_entry').renameTo('log_entry_gone').execute()
    try {
      const answer = await send(t, '/v1/track', CALL, { key: source.writeKey })
      expect(answer).toMatchObject({ status: 503, body: { success: false } })
    } finally {
      await t.db.kysely.schema.alterTable('log_entry_gone').renameTo('log_entry').execute()
    }
    expect((await send(t, '/v1/track', CALL, { key: source.writeKey })).status).toBe(200)
    expect(await received(t, source)).toHaveLength(1)
  })
})
