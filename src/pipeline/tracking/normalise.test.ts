import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Envelope, normalise } from './normalise.ts'

const receivedAt = new Date('2026-01-01T10:00:00.000Z')
const normalised = (item: object, type = 'track', envelope: Partial<Envelope> = {}) =>
  normalise(item as Record<string, unknown>, type, {
    receivedAt,
    newMessageId: () => 'api-new',
    ...envelope,
  })

describe('normalise', () => {
  it('adds what the pipeline adds (§1.8)', () => {
    expect(normalised({ userId: 'u', event: 'Bought' })).toEqual({
      type: 'track',
      event: 'Bought',
      userId: 'u',
      messageId: 'api-new',
      properties: {},
      integrations: {},
      channel: 'server',
      context: { library: { name: 'http-api', version: '1' } },
      originalTimestamp: '2026-01-01T10:00:00.000Z',
      receivedAt: '2026-01-01T10:00:00.000Z',
      timestamp: '2026-01-01T10:00:00.000Z',
    })
  })

  it('lets the path decide what a call is (§1.1 rule 2)', () => {
    expect(normalised({ type: 'identify' }, 'page').type).toBe('page')
  })

  it('keeps a message id and everything it does not know (§1.7 rule 5, §1.8)', () => {
    expect(normalised({ messageId: 'm', email: 'a@b.c' })).toMatchObject({
      messageId: 'm',
      email: 'a@b.c',
    })
    for (const messageId of ['', null, 5])
      expect(normalised({ messageId }).messageId).toBe('api-new')
  })

  it('does not keep the write key nor what SDKs tell of themselves (§1.8)', () => {
    const event = normalised({ writeKey: 'WK', _metadata: { nodeVersion: 'v20' } })
    expect(event).not.toHaveProperty('writeKey')
    expect(event).not.toHaveProperty('_metadata')
  })

  it('makes strings of numeric ids and nothing of null (A-9, §1.7 rule 3)', () => {
    expect(normalised({ userId: 7, anonymousId: null })).toMatchObject({
      userId: '7',
      anonymousId: undefined,
    })
  })

  it('puts the context of a batch under that of its calls, object by object (§1.8)', () => {
    const envelope = { context: { app: { name: 'Shop', version: '1' }, locale: 'de' } }
    expect(
      normalised({ context: { app: { version: '2' }, locale: 'en' } }, 'track', envelope)[
        'context'
      ],
    ).toMatchObject({ app: { name: 'Shop', version: '2' }, locale: 'en' })
  })

  it('puts the integrations of a batch under those of its calls, key by key (§1.8)', () => {
    const envelope = { integrations: { All: false, Mixpanel: { a: 1 } } }
    expect(
      normalised({ integrations: { Mixpanel: true } }, 'track', envelope)['integrations'],
    ).toEqual({ All: false, Mixpanel: true })
  })

  it('copies name and category of a page into its properties, not over them (§1.8)', () => {
    const page = { name: 'Home', category: 'Shop', properties: { name: 'Own' } }
    expect(normalised(page, 'page')['properties']).toEqual({ name: 'Own', category: 'Shop' })
    expect(normalised({ name: 'Home' }, 'screen')['properties']).toEqual({})
    expect(page.properties).toEqual({ name: 'Own' })
  })

  it('drops an empty name of a page (A-33)', () => {
    expect(normalised({ name: '' }, 'page')['name']).toBeUndefined()
  })

  it('gives traits to identify and group, properties to the others (§1.8)', () => {
    expect(normalised({}, 'identify')['traits']).toEqual({})
    expect(normalised({}, 'group')['traits']).toEqual({})
    expect(normalised({}, 'screen')['properties']).toEqual({})
    expect(normalised({}, 'alias')).not.toHaveProperty('properties')
  })

  it.each<[string, object, string | undefined]>([
    ['browsers', { context: { library: { name: 'analytics.js' } } }, '203.0.113.7'],
    ['phones', { context: { library: { name: 'analytics-ios' } } }, '203.0.113.7'],
    ['browsers that say so', { channel: 'browser' }, '203.0.113.7'],
    ['servers', {}, undefined],
    ['servers that pass on a person', { context: { direct: true } }, '203.0.113.7'],
    ['who gives another', { channel: 'browser', context: { ip: '198.51.100.1' } }, '198.51.100.1'],
    ['who asks for none', { channel: 'browser', context: { ip: '0.0.0.0' } }, '0.0.0.0'],
  ])('records the address of %s as documented (§1.10)', (_who, item, ip) => {
    const { context } = normalised(item, 'track', { ip: '203.0.113.7' })
    expect((context as { ip?: string }).ip).toBe(ip)
  })

  it('corrects the time of each call by the time the batch was sent (§1.9)', () => {
    const sentAt = new Date('2026-01-01T09:00:10.000Z')
    expect(
      normalised({ timestamp: '2026-01-01T09:00:00.000Z' }, 'track', { sentAt })['timestamp'],
    ).toBe('2026-01-01T09:59:50.000Z')
  })

  it('never changes what it is given, nor any prototype', () => {
    const hostile = JSON.parse('{"context": {"__proto__": {"polluted": true}}}')
    fc.assert(
      fc.property(fc.oneof(fc.constant(hostile), fc.object()), (item) => {
        const before = JSON.stringify(item)
        normalised(item, 'page', { context: JSON.parse('{"__proto__": {"polluted": 1}, "a": {}}') })
        expect(JSON.stringify(item)).toBe(before)
        expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
      }),
    )
  })
})
