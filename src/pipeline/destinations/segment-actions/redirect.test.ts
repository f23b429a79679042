import { describe, expect, it } from 'vitest'
import type { HttpRequest } from '../../../platform/http/index.ts'
import { toRedirect } from './redirect.ts'

const request: HttpRequest = {
  method: 'POST',
  url: 'https://one.example.com/a/b?c=1',
  headers: { authorization: 'Bearer x', 'content-type': 'application/json', 'x-key': 'k' },
  body: '{}',
  timeoutMs: 5_000,
}
const follow = (status: number, location: string | undefined, from: HttpRequest = request) =>
  toRedirect(from, { status, headers: location === undefined ? {} : { location } })

describe('toRedirect', () => {
  it('asks again with the same method and body after 307 and 308', () => {
    for (const status of [307, 308])
      expect(follow(status, '/d')).toEqual({ ...request, url: 'https://one.example.com/d' })
  })

  it('asks for what a POST leads to with GET after 301, 302 and 303', () => {
    for (const status of [301, 302, 303])
      expect(follow(status, 'd')).toEqual({
        method: 'GET',
        url: 'https://one.example.com/a/d',
        headers: { authorization: 'Bearer x', 'x-key': 'k' },
        timeoutMs: 5_000,
      })
  })

  it('keeps the method of others after 301 and 302, but not after 303', () => {
    const put: HttpRequest = { ...request, method: 'PUT' }
    expect(follow(302, '/d', put)).toMatchObject({ method: 'PUT', body: '{}' })
    expect(follow(303, '/d', put)).toMatchObject({ method: 'GET' })
  })

  it.each(['https://two.example.com/', 'http://one.example.com/', 'https://one.example.com:8443/'])(
    'takes no credentials to another origin: %s',
    (location) => {
      expect(follow(307, location)?.headers).toEqual({
        'content-type': 'application/json',
        'x-key': 'k',
      })
    },
  )

  it('is none without an address that can be asked', () => {
    expect(follow(301, undefined)).toBeUndefined()
    expect(follow(301, 'https://')).toBeUndefined()
    expect(follow(301, 'file:///etc/passwd')).toBeUndefined()
    expect(follow(200, '/d')).toBeUndefined()
    expect(follow(304, '/d')).toBeUndefined()
  })
})
