import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { newWebhookSecret, toReferenceSignature, toStandardSignature } from './secret.ts'

describe('toReferenceSignature (WH-1)', () => {
  it.each([
    ['{"a":1}', 'a17d2ac229d1ebbb5f10e839c7985c4818e5986eab297f7e5979196d4d7d3ed2'],
    ['{"a\\"b":1}', 'f7cf97814a03146abedb9793f56e1dec34f618f82d10395310d053f749483ffb'],
    ['  message  ', '53ff92957e1427ce23ad5bda9d0c5f2f4ff384d0806b83eeacb510c842d3a358'],
  ])('signs %s as the reference documents it', (body, signature) => {
    expect(toReferenceSignature('secretKey', body)).toBe(signature)
  })
})

describe('toStandardSignature', () => {
  it('signs as the published example of Standard Webhooks does', () => {
    const message = {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestampS: 1_614_265_330,
      body: '{"test": 2432232314}',
    }
    expect(toStandardSignature(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], message)).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    )
  })

  it('signs with every secret that is valid, the one in use first', () => {
    const secrets = [newWebhookSecret(), newWebhookSecret()]
    const message = { id: 'whs_1', timestampS: 1, body: '{}' }
    const expected = secrets.map((secret) => {
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
      return `v1,${createHmac('sha256', key).update('whs_1.1.{}').digest('base64')}`
    })
    expect(toStandardSignature(secrets, message)).toBe(expected.join(' '))
  })
})

describe('newWebhookSecret', () => {
  it('is whsec_ and 32 random bytes in base64', () => {
    const secret = newWebhookSecret()
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(newWebhookSecret()).not.toBe(secret)
  })
})
