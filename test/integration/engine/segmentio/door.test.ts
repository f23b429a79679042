import { describe, expect, it } from 'vitest'
import { useTestApp } from '../../../support/test-app.ts'
import { base64, countEvents, segmentHeaders, send } from './support.ts'

const t = useTestApp()

const testAuthentication = (headers: Record<string, string>) =>
  t.app.http.inject({ method: 'GET', url: '/segmentio/test-authentication', headers })

describe('GET /segmentio/test-authentication', () => {
  it('answers 200 and nothing to Segment with our keys (programs scenario 83)', async () => {
    const response = await testAuthentication(segmentHeaders(t.keys))
    expect(response.statusCode).toBe(200)
    expect(response.json()).toEqual({})
  })

  it.each([
    ['a colon behind the id', (id: string) => `Basic ${base64(`${id}:`)}`],
    ['a password behind the id', (id: string) => `Basic ${base64(`${id}:pass:word`)}`],
    ['the scheme in lower case', (id: string) => `basic ${base64(id)}`],
  ])('tolerates %s (SI-1)', async (_what, authorization) => {
    const headers = { ...segmentHeaders(t.keys), authorization: authorization(t.keys.appId) }
    expect((await testAuthentication(headers)).statusCode).toBe(200)
  })

  it.each<[string, (keys: { appId: string; appToken: string }) => Record<string, string>]>([
    ['a wrong token', ({ appId }) => segmentHeaders({ appId, appToken: 'wrong' })],
    ['an unknown id', ({ appToken }) => segmentHeaders({ appId: 'nobody-here', appToken })],
    ['no headers', () => ({})],
    ['no secret-key', ({ appId }) => ({ authorization: `Basic ${base64(appId)}` })],
    [
      'the token as password only',
      ({ appId, appToken }) => ({ authorization: `Basic ${base64(`${appId}:${appToken}`)}` }),
    ],
    ['no authorization', ({ appToken }) => ({ 'secret-key': base64(appToken) })],
    [
      'another scheme',
      ({ appId, appToken }) => ({
        authorization: `Bearer ${base64(appId)}`,
        'secret-key': base64(appToken),
      }),
    ],
    ['an id no database can hold', ({ appToken }) => segmentHeaders({ appId: 'a\0b', appToken })],
    [
      'the keys of the server API',
      ({ appId, appToken }) => ({ 'x-app-id': appId, 'x-app-token': appToken }),
    ],
  ])('answers 401 to %s (SI-1, SI-2, programs scenario 83)', async (_what, headers) => {
    const response = await testAuthentication(headers(t.keys))
    expect(response.statusCode).toBe(401)
    expect(response.json()).toMatchObject({
      code: 401,
      message: 'Unauthorized',
      key: 'unauthorized',
    })
  })
})

describe('/segmentio', () => {
  const event = (name: string) => ({ customer: { source_id: 'u-1' }, event: name, type: 'track' })

  it.each([
    '//segmentio/event-processing',
    '/segmentio//event-processing',
    '/segmentio/event-processing/',
  ])('takes %s for /segmentio/event-processing (programs scenario 95)', async (url) => {
    const response = await t.app.http.inject({
      method: 'POST',
      url,
      headers: segmentHeaders(t.keys),
      payload: JSON.stringify(event('Slashes')),
    })
    expect(response.statusCode).toBe(200)
  })

  it.each(['application/json; charset=utf-8', 'text/plain', 'application/octet-stream', undefined])(
    'reads a body of content type %s as JSON',
    async (type) => {
      const { 'content-type': _json, ...headers } = segmentHeaders(t.keys)
      const response = await t.app.http.inject({
        method: 'POST',
        url: '/segmentio/event-processing',
        headers: { ...headers, ...(type && { 'content-type': type }) },
        payload: JSON.stringify(event('Content')),
      })
      expect(response.statusCode).toBe(200)
    },
  )

  it('answers 415 to a form with files (§16.7)', async () => {
    const answer = await send(t, 'event', '--x--', {
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    })
    expect(answer).toMatchObject({ status: 415, body: { key: 'unsupported_media_type' } })
  })

  it('answers 400 to malformed JSON in the form of its own (programs scenario 94)', async () => {
    expect(await send(t, 'customer', '{"source_id":')).toMatchObject({
      status: 400,
      body: {
        statusCode: 400,
        error: 'Bad Request',
        message: 'Invalid request payload JSON format',
      },
    })
  })

  it('answers 413 to more than 10 MB (§16.7)', async () => {
    const body = { source_id: 'u-1', description: 'x'.repeat(10_485_760) }
    expect((await send(t, 'customer', body)).status).toBe(413)
  })

  it.each(['', '""', '[]', 'null', '{}', '7'])('answers 400 to the body %j', async (body) => {
    for (const processing of ['customer', 'event', 'group'] as const)
      expect(await send(t, processing, body)).toMatchObject({
        status: 400,
        body: { key: 'invalid_payload' },
      })
  })

  it('answers 400 to what no database can hold, and stores the calls around it', async () => {
    const answers = await Promise.all([
      send(t, 'event', event('Around')),
      send(t, 'event', { ...event('Around'), metadata: { text: 'a\0b' } }),
      send(t, 'event', event('Around')),
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 200])
    expect(await countEvents(t, 'Around')).toBe(2)
  })

  it.each([
    ['GET', '/segmentio/event-processing', 405],
    ['PUT', '/segmentio/customer-processing', 405],
    ['DELETE', '/segmentio/group-processing', 405],
    ['PATCH', '/segmentio/group-processing', 405],
    ['POST', '/segmentio/test-authentication', 405],
    ['GET', '/segmentio', 404],
    ['POST', '/segmentio/alias-processing', 404],
    ['POST', '/segmentio/event-processing/batch', 404],
    ['GET', '/segmentio/x', 404],
    ['POST', '/segmentio/v1/campaigns', 404],
  ] as const)('answers %s %s with %i, never 501 (SI-43, D-20)', async (method, url, status) => {
    const response = await t.app.http.inject({ method, url, headers: segmentHeaders(t.keys) })
    expect(response.statusCode).toBe(status)
  })

  it('sees customers of its own project only', async () => {
    const other = await t.addProject()
    const [mine, theirs] = [
      await send(t, 'customer', { source_id: 'shared', name: 'Mine' }),
      await send(t, 'customer', { source_id: 'shared', name: 'Theirs' }, { keys: other }),
    ]
    expect(mine.body.id).not.toBe(theirs.body.id)
    expect((await t.call('GET', '/v1/customers/shared')).body.name).toBe('Mine')
  })
})
