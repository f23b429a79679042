import { describe, expect, it } from 'vitest'
import { type HttpRequest, type HttpResponse, NetworkError } from '../../../platform/http/index.ts'
import { LIMITS } from '../../../platform/limits.ts'
import { USER_AGENT } from '../user-agent.ts'
import { core, HTTPError } from './foreign.fixture.ts'
import type { RequestOptions } from './foreign.ts'
import { createRequestClient } from './request-client.ts'

const OK: HttpResponse = { status: 200, headers: {}, body: '' }
const URL_A = 'https://api.example.com/a?own=1'

/** A client whose requests are kept, and answered with `answers` in turn. */
function clientWith(answers: HttpResponse[] = [OK], defaults: RequestOptions = {}) {
  const requests: HttpRequest[] = []
  const request = createRequestClient(
    core,
    async (sent) => {
      requests.push(sent)
      return answers[Math.min(requests.length, answers.length) - 1] ?? OK
    },
    defaults,
  )
  return { request, requests }
}

async function sentBy(options: RequestOptions, defaults: RequestOptions = {}) {
  const { request, requests } = clientWith([OK], defaults)
  await request(URL_A, options)
  return requests[0] as HttpRequest
}

describe('what a request client sends', () => {
  it('is a GET with the address as it is, unless it is told otherwise', async () => {
    expect(await sentBy({})).toEqual({
      method: 'GET',
      url: URL_A,
      headers: { accept: '*/*', 'user-agent': USER_AGENT },
      timeoutMs: LIMITS.deliveryTimeoutMs,
    })
  })

  it.each([
    ['json', { json: { a: 1 } }, '{"a":1}', 'application/json'],
    ['a bare string as json', { json: 'a' }, '"a"', 'application/json'],
    ['text', { body: 'a' }, 'a', 'text/plain;charset=UTF-8'],
    [
      'a form',
      { body: new URLSearchParams({ a: 'b c', d: 'ü' }) },
      'a=b+c&d=%C3%BC',
      'application/x-www-form-urlencoded;charset=UTF-8',
    ],
    ['bytes that are text', { body: Buffer.from('ü') }, 'ü', undefined],
  ])('has %s as its body', async (_what, options, body, contentType) => {
    const sent = await sentBy({ method: 'post', ...options })
    expect(sent).toMatchObject({ method: 'POST', body })
    expect(sent.headers['content-type']).toBe(contentType)
  })

  it('has the parts of a form with the boundary that its type names', async () => {
    const form = new FormData()
    form.set('file', 'a,b')
    const { headers, body } = await sentBy({ method: 'POST', body: form })
    const [, boundary = '?'] = /^multipart\/form-data; boundary=(.+)$/.exec(
      headers['content-type'] ?? '',
    ) ?? ['']
    expect(body).toContain(`--${boundary}\r\n`)
    expect(body).toContain('a,b')
  })

  it('has headers over those of the definition, whatever their case; undefined takes one away', async () => {
    const { headers } = await sentBy(
      { headers: { 'x-A': 'call', 'X-Gone': undefined, 'User-Agent': undefined } },
      { headers: { 'X-a': 'definition', 'x-b': 'definition', 'x-gone': 'definition' } },
    )
    expect(headers).toEqual({ accept: '*/*', 'x-a': 'call', 'x-b': 'definition' })
  })

  it('has its parameters in place of the query', async () => {
    const { url } = await sentBy({ searchParams: { a: 'b c', d: 1 } })
    expect(url).toBe('https://api.example.com/a?a=b+c&d=1')
  })

  it('has a user name and a password as Basic, the password empty if there is none', async () => {
    const { headers } = await sentBy({ headers: { authorization: 'x' } }, { username: 'ü' })
    expect(headers['authorization']).toBe(`Basic ${Buffer.from('ü:').toString('base64')}`)
  })

  it('leaves to the connection what is of the connection', async () => {
    const { headers } = await sentBy({
      headers: { Connection: 'keep-alive', 'Accept-Encoding': 'gzip', 'Content-Length': '5' },
    })
    expect(headers).toEqual({ accept: '*/*', 'user-agent': USER_AGENT })
  })

  it('waits as long as it is told to', async () => {
    expect(await sentBy({ timeout: 500 })).toMatchObject({ timeoutMs: 500 })
    expect(await sentBy({ timeout: false })).toMatchObject({
      timeoutMs: LIMITS.foreignAttemptMsMax,
    })
  })

  it('is nothing when it cannot be a request, and that is thrown at once', () => {
    const { request, requests } = clientWith()
    expect(() => request('/path')).toThrow(TypeError)
    expect(() => request('ftp://example.com/')).toThrow('http:// or https://')
    expect(() => request(URL_A, { headers: { a: '\n\u0000' } })).toThrow(TypeError)
    expect(() => request(URL_A, { method: 'OPTIONS' })).toThrow('OPTIONS is not supported')
    expect(() => request(URL_A, { body: 'of a GET' })).toThrow(TypeError)
    expect(requests).toEqual([])
  })

  it('is nothing when its body is no text', async () => {
    const { request, requests } = clientWith()
    await expect(
      request(URL_A, { method: 'POST', body: Buffer.from([0xff, 0xfe]) }),
    ).rejects.toThrow('must be text')
    expect(requests).toEqual([])
  })
})

describe('what a request client answers', () => {
  it('has text, and data by its type', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    const { request } = clientWith([{ status: 201, headers, body: '{"a":1}' }])
    const response = await request(URL_A)
    expect(response).toMatchObject({ ok: true, status: 201, content: '{"a":1}', data: { a: 1 } })
    expect(response.headers.get('Content-Type')).toBe(headers['content-type'])
    expect(await response.json()).toEqual({ a: 1 })
  })

  it('has text as data when it is not JSON, also when it says it was', async () => {
    const json = { 'content-type': 'application/json' }
    for (const answer of [
      { status: 200, headers: {}, body: '{"a":1}' },
      { status: 200, headers: json, body: '{"a":' },
    ])
      expect(await clientWith([answer]).request(URL_A)).toMatchObject({ data: answer.body })
  })

  it('has no body when there can be none', async () => {
    const { request } = clientWith([{ status: 204, headers: {}, body: '' }])
    expect(await request(URL_A)).toMatchObject({ status: 204, content: '', data: '' })
  })

  it('is an error with the answer when it is not 2xx, unless nobody wants to know', async () => {
    const { request } = clientWith([{ status: 429, headers: { 'retry-after': '7' }, body: 'slow' }])
    const error = await request(URL_A).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(HTTPError)
    expect(error).toMatchObject({
      message: 'Too Many Requests',
      response: { status: 429, content: 'slow' },
    })
    expect(await request(URL_A, { throwHttpErrors: false })).toMatchObject({
      ok: false,
      status: 429,
    })
  })

  it('is that of the address it leads to, but not without end', async () => {
    const moved = { status: 302, headers: { location: '/b' }, body: '' }
    const { request, requests } = clientWith([moved, { ...OK, body: 'there' }])
    expect(await request(URL_A)).toMatchObject({ content: 'there' })
    expect(requests.map(({ url }) => url)).toEqual([URL_A, 'https://api.example.com/b'])

    const endless = clientWith([moved])
    await expect(endless.request(URL_A)).rejects.toMatchObject({ response: { status: 302 } })
    expect(endless.requests).toHaveLength(LIMITS.foreignRedirectsMax + 1)
  })

  it('is the network error when there is none', async () => {
    const request = createRequestClient(core, async () => {
      throw new NetworkError('ECONNREFUSED', 'refused')
    })
    await expect(request(URL_A)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
