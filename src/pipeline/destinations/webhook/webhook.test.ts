import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../kernel/json.ts'
import { runPresets } from '../run-presets.fixture.ts'
import { webhook } from './index.ts'

const EVENT = { type: 'track', userId: 'ada', event: 'Bought', properties: { total: 9, note: 'ü' } }
const URL = 'https://hook.example/in?token=1'

const run = (values: JsonObject, { event = EVENT as JsonObject, settings = {} } = {}) =>
  runPresets(webhook, { event, settings, values: { url: URL, ...values } })

describe('Webhooks (Actions)', () => {
  it.each(webhook.supportedCalls)('sends the whole call, unless told otherwise: %s', (type) => {
    const event = { ...EVENT, type }
    expect(run({}, { event })).toEqual([
      {
        method: 'POST',
        url: URL,
        headers: { 'content-type': 'application/json', 'user-agent': 'Promoloop (Actions)' },
        body: JSON.stringify(event),
      },
    ])
  })

  it('sends the body that the mapping makes, by the method and with the headers it says', () => {
    const values = {
      method: 'PUT',
      url: { '@template': 'http://hook.example/{{userId}}' },
      headers: {
        Authorization: 'Bearer t',
        'X-Total': { '@path': '$.properties.total' },
        'X-No': null,
      },
      data: { text: { '@template': '{{event}} for {{properties.total}}' } },
    }
    expect(run(values)).toEqual([
      {
        method: 'PUT',
        url: 'http://hook.example/ada',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Promoloop (Actions)',
          authorization: 'Bearer t',
          'x-total': '9',
        },
        body: '{"text":"Bought for 9"}',
      },
    ])
  })

  it('lets a mapping say another content type and user agent', () => {
    const headers = { 'Content-Type': 'application/cloudevents+json', 'User-Agent': 'shop' }
    expect(run({ headers })).toMatchObject([
      { headers: { 'content-type': 'application/cloudevents+json', 'user-agent': 'shop' } },
    ])
  })

  it('signs the body with the shared secret, over a signature of the mapping (§11.6)', () => {
    const settings = { sharedSecret: 'hush' }
    // printf '{"a":"ü"}' | openssl dgst -sha1 -hmac hush
    const signature = '8f411f465b2b2878ab3e5ec1a4c26365fbe5eb3c'
    const values = { data: { a: 'ü' }, headers: { 'X-Signature': 'forged' } }
    expect(run(values, { settings })).toMatchObject([
      { headers: { 'x-signature': signature }, body: '{"a":"ü"}' },
    ])
    expect(run(values)).toMatchObject([{ headers: { 'x-signature': 'forged' } }])
  })

  it('sends and signs no body when there is no data', () => {
    expect(run({ data: null }, { settings: { sharedSecret: 'hush' } })).toEqual([
      { method: 'POST', url: URL, headers: { 'user-agent': 'Promoloop (Actions)' } },
    ])
  })

  it('sends nothing unsigned in place of a secret that can no longer be read', () => {
    expect(run({}, { settings: { sharedSecret: null } })).toEqual([
      { reason: 'INVALID_SETTINGS', message: 'Shared Secret cannot be read: set it again.' },
    ])
  })

  it.each([
    ['no URL', { url: null }, "The root value is missing the required field 'url'."],
    ['text that is no URL', { url: 'hook example' }, 'URL must be a valid URI string'],
    ['another method', { method: 'GET' }, 'Method must be one of: "POST", "PUT", or "PATCH".'],
    ['headers that are none', { headers: 'a: b' }, 'Headers must be an object'],
    ['data that is no object', { data: [1] }, 'Data must be an object'],
  ])('refuses %s (§5.5)', (_what, values, sentence) => {
    expect(run(values)).toEqual([expect.stringContaining(sentence)])
  })

  it.each([
    'ftp://hook.example/in',
    'javascript:alert(1)',
    'https://user:secret@hook.example/in',
    'https://user@hook.example/in',
  ])('refuses the URL %s', (url) => {
    expect(run({ url })).toEqual([
      { reason: 'MESSAGE_REJECTED', message: expect.stringMatching(/^URL must begin with http/) },
    ])
  })

  it.each([
    'Host',
    'Content-Length',
    'Connection',
    'Transfer-Encoding',
    'Idempotency-Key',
    'promoloop-hops',
  ])('refuses the header %s, which a mapping cannot set (D-09, D-18)', (name) => {
    expect(run({ headers: { [name]: '1' } })).toEqual([
      { reason: 'MESSAGE_REJECTED', message: expect.stringContaining(`"${name}" is set by`) },
    ])
  })

  it.each([
    ['a name with a blank', { 'X Y': '1' }, 'has a name'],
    ['a line break', { 'X-Y': 'a\r\nHost: b' }, 'printable ASCII'],
    ['a letter that is not in ASCII', { 'X-Y': 'ü' }, 'printable ASCII'],
    ['a list', { 'X-Y': ['1'] }, 'must be a text'],
  ])('refuses a header with %s', (_what, headers, words) => {
    expect(run({ headers })).toEqual([
      { reason: 'MESSAGE_REJECTED', message: expect.stringContaining(words) },
    ])
  })
})
