import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../../kernel/json.ts'
import { checkSettings } from '../check-settings.ts'
import type { Settings } from '../definition.ts'
import { runPresets } from '../run-presets.fixture.ts'
import { segmentEndpoint } from './index.ts'

const SETTINGS = { writeKey: 'KEY', endpoint: 'https://loop.example/' }
const HEADERS = {
  authorization: 'Basic S0VZOg==', // KEY:
  'content-type': 'application/json',
  'user-agent': 'Promoloop (Actions)',
}
/** What every stored call has, and something that is not sent on. */
const STORED = {
  userId: 'ada',
  anonymousId: 'anon',
  messageId: 'm1',
  timestamp: '2024-01-31T10:00:00.000Z',
  originalTimestamp: '2024-01-31T09:00:00.000Z',
  sentAt: '2024-01-31T09:00:01.000Z',
  receivedAt: '2024-01-31T10:00:01.000Z',
  context: { ip: '8.8.8.8', promoloop: { caused_by: 'r_1', hops: 1 } },
  integrations: { All: true },
}
const SENT = {
  userId: 'ada',
  anonymousId: 'anon',
  context: STORED.context,
  integrations: { All: true },
  timestamp: '2024-01-31T10:00:00.000Z',
  messageId: 'm1',
}

const run = (event: JsonObject, settings: Settings = SETTINGS) =>
  runPresets(segmentEndpoint, { event: { ...STORED, ...event }, settings })

describe('calls to a Segment-compatible endpoint', () => {
  it.each<[string, JsonObject]>([
    ['track', { event: 'Bought', properties: { total: 9, coupon: null } }],
    ['identify', { traits: { email: 'ada@loop.example', phone: null } }],
    ['page', { name: 'Home', category: 'Shop', properties: { path: '/' } }],
    ['screen', { name: 'Cart', category: 'Shop', properties: {} }],
    ['group', { groupId: 'g1', traits: { plan: 'pro' } }],
  ])('are those that came in: %s (§1.1)', (type, members) => {
    const [request, ...others] = run({ type, ...members })
    expect(others).toEqual([])
    expect(request).toEqual({
      method: 'POST',
      url: `https://loop.example/v1/${type}`,
      headers: HEADERS,
      body: expect.any(String),
    })
    expect(bodyOf(request)).toEqual({ type, ...SENT, ...members })
  })

  it('are those that came in: alias (§1.1)', () => {
    const [request] = run({ type: 'alias', previousId: 'anon', anonymousId: null })
    const { anonymousId: _, ...sent } = SENT
    expect(request).toMatchObject({ url: 'https://loop.example/v1/alias', headers: HEADERS })
    expect(bodyOf(request)).toEqual({ type: 'alias', ...sent, previousId: 'anon' })
  })

  it('are sent to Segment where no endpoint is set', () => {
    expect(run({ type: 'track', event: 'A' }, { writeKey: 'KEY' })).toMatchObject([
      { url: 'https://api.segment.io/v1/track' },
    ])
  })

  it.each<[string, JsonObject, string]>([
    ['a track call without event', { type: 'track' }, "field 'event'"],
    ['a group call without group', { type: 'group' }, "field 'groupId'"],
    ['an alias call without the id before', { type: 'alias' }, "field 'previousId'"],
    ['a call of nobody', { type: 'page', userId: null, anonymousId: '' }, "field 'anonymousId'"],
    ['a call without id', { type: 'page', messageId: null }, "field 'messageId'"],
    ['an id that is too long', { type: 'page', messageId: 'm'.repeat(100) }, '99 characters'],
    ['traits that are none', { type: 'identify', traits: 'x' }, 'Traits must be an object'],
  ])('refuse %s (§1.5, §1.7)', (_what, event, words) => {
    expect(run(event)).toEqual([expect.stringContaining(words)])
  })

  it.each<[string, JsonObject]>([
    ['userId', { userId: null }],
    ['anonymousId', { anonymousId: null }],
  ])('do without %s when there is the other id', (missing, ids) => {
    const [request] = run({ type: 'page', ...ids })
    expect(Object.keys(bodyOf(request))).not.toContain(missing)
  })
})

describe('the settings of a Segment-compatible endpoint', () => {
  it.each<[string, Record<string, Json>, string]>([
    ['no write key', { writeKey: null }, 'writeKey'],
    ['a write key with a colon', { writeKey: 'KEY:' }, 'Write Key'],
    ['a write key with a blank', { writeKey: 'KEY ' }, 'Write Key'],
    ['an address without protocol', { endpoint: 'loop.example' }, 'Endpoint'],
    ['an address with credentials', { endpoint: 'https://a:b@loop.example' }, 'Endpoint'],
    ['an address with a query', { endpoint: 'https://loop.example?a=1' }, 'Endpoint'],
  ])('are not valid with %s, and no request is made (INVALID_SETTINGS)', (_what, wrong, named) => {
    const settings = { ...SETTINGS, ...wrong }
    const refusal = { reason: 'INVALID_SETTINGS', message: expect.stringContaining(named) }
    expect(checkSettings(segmentEndpoint, settings)).toEqual({ ok: false, ...refusal })
    expect(run({ type: 'track', event: 'A' }, settings)).toEqual([refusal])
    expect(segmentEndpoint.toTestRequest?.(settings)).toEqual(refusal)
  })

  it('hint at a version in the address', () => {
    const hint = (endpoint: string) => segmentEndpoint.settingsHint?.({ ...SETTINGS, endpoint })
    expect(hint('https://loop.example/v1/')).toContain('https://loop.example/v1/v1')
    expect(hint('https://loop.example')).toBeUndefined()
  })
})

describe('the test of a Segment-compatible endpoint', () => {
  it('sends a batch of no calls, which no event comes of', () => {
    expect(segmentEndpoint.toTestRequest?.(SETTINGS)).toEqual({
      method: 'POST',
      url: 'https://loop.example/v1/batch',
      headers: HEADERS,
      body: '{"batch":[]}',
    })
  })

  it.each([undefined, 'https://api.segment.io/', 'https://events.eu1.segmentapis.com'])(
    'asks Segment (%s) for the settings of the source',
    (endpoint) => {
      const settings = { writeKey: 'K/Y', ...(endpoint !== undefined && { endpoint }) }
      expect(segmentEndpoint.toTestRequest?.(settings)).toEqual({
        method: 'GET',
        url: 'https://cdn.segment.com/v1/projects/K%2FY/settings',
        headers: { 'user-agent': 'Promoloop (Actions)' },
      })
    },
  )

  it('knows what RudderStack and Segment mean by their answers', () => {
    const verdict = (status: number, endpoint: string) =>
      segmentEndpoint.readTestAnswer?.(status, { writeKey: 'KEY', endpoint })
    expect(verdict(400, 'https://rudder.example')).toBe('works')
    expect(verdict(404, 'https://rudder.example')).toBeUndefined()
    expect(verdict(404, 'https://api.segment.io')).toBe('wrong_credentials')
    expect(verdict(400, 'https://api.segment.io')).toBeUndefined()
  })
})

const bodyOf = (request: unknown): JsonObject =>
  JSON.parse((request as { body?: string }).body ?? '{}')
