import { describe, expect, it } from 'vitest'
import { redactRequest } from './redact-request.ts'

const MASK = '••••••••'

describe('redactRequest', () => {
  it('hides the headers that identify us, whatever they are made of', () => {
    const headers = { Authorization: 'Basic abc', cookie: 'a=b', accept: 'text/plain' }
    expect(redactRequest({ method: 'GET', url: 'https://x.example', headers }, []).headers).toEqual(
      {
        Authorization: MASK,
        cookie: MASK,
        accept: 'text/plain',
      },
    )
  })

  it('hides secrets in address, headers and body, also encoded', () => {
    const secret = 'p&ss "word"'
    const request = {
      method: 'POST' as const,
      url: `https://x.example/?key=${encodeURIComponent(secret)}`,
      headers: { 'secret-key': Buffer.from(secret).toString('base64'), 'x-plain': `a ${secret}` },
      body: JSON.stringify({ key: secret }),
    }
    expect(redactRequest(request, [secret])).toEqual({
      method: 'POST',
      url: `https://x.example/?key=${MASK}`,
      headers: { 'secret-key': MASK, 'x-plain': `a ${MASK}` },
      body: `{"key":"${MASK}"}`,
    })
  })

  it('hides a secret that another one begins with, whole', () => {
    const request = { method: 'GET' as const, url: 'https://x.example/abcdef', headers: {} }
    expect(redactRequest(request, ['abc', 'abcdef']).url).toBe(`https://x.example/${MASK}`)
  })

  it('does not take an empty secret for one', () => {
    const request = { method: 'GET' as const, url: 'https://x.example', headers: {}, body: 'abc' }
    expect(redactRequest(request, [''])).toEqual(request)
  })
})
