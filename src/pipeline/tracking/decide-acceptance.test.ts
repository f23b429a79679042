import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../platform/limits.ts'
import { decideAcceptance } from './decide-acceptance.ts'
import { normalise } from './normalise.ts'

const envelope = { receivedAt: new Date(0), newMessageId: () => 'api-1' }

/** What becomes of a call as it is sent, after everything that the pipeline adds. */
const decide = (type: string, members: object): string =>
  decideAcceptance(normalise({ userId: 'u', ...members }, type, envelope))?.reason ?? 'accepted'

const nested = (depth: number): object => (depth === 0 ? {} : { deeper: nested(depth - 1) })
const consent = (members: object): object => ({
  event: 'Segment Consent Preference Updated',
  context: { consent: members },
})

describe('decideAcceptance', () => {
  it.each<[string, string, object]>([
    ['accepted', 'track', { event: 'Bought' }],
    ['accepted', 'identify', {}],
    ['accepted', 'identify', { userId: undefined, anonymousId: 'a' }],
    ['accepted', 'identify', { userId: null, anonymousId: 'a' }],
    ['accepted', 'identify', { userId: '', anonymousId: 'a' }],
    ['accepted', 'identify', { anonymousId: '' }],
    ['accepted', 'identify', { userId: 7 }],
    ['no_user_anon_id', 'track', { userId: undefined, event: 'Bought' }],
    ['no_user_anon_id', 'identify', { userId: null, anonymousId: null }],
    ['id_not_string', 'identify', { userId: '' }],
    ['id_not_string', 'identify', { userId: true }],
    ['id_not_string', 'identify', { userId: { id: 1 } }],
    ['id_not_string', 'identify', { anonymousId: ['a'] }],
    ['event_not_defined', 'track', {}],
    ['event_not_defined', 'track', { event: '' }],
    ['event_not_defined', 'track', { event: null }],
    ['event_not_string', 'track', { event: 5 }],
    ['properties_not_object', 'track', { event: 'e', properties: 'x' }],
    ['properties_not_object', 'page', { properties: [] }],
    ['accepted', 'track', { event: 'e', properties: null }],
    ['traits_not_object', 'identify', { traits: 'x' }],
    ['traits_not_object', 'group', { groupId: 'g', traits: [1] }],
    ['id_required', 'group', {}],
    ['id_required', 'group', { groupId: '' }],
    ['id_not_string', 'group', { groupId: true }],
    ['accepted', 'group', { groupId: 12 }],
    ['id_required', 'alias', {}],
    ['id_required', 'alias', { userId: undefined, previousId: 'p' }],
    ['accepted', 'alias', { previousId: 'p' }],
    ['accepted', 'alias', { previousId: 'u' }],
    ['name_not_string', 'page', { name: 5 }],
    ['name_not_string', 'screen', { name: {} }],
    ['accepted', 'page', { name: '' }],
    ['category_not_string', 'page', { category: 5 }],
    ['accepted', 'screen', { category: null }],
    ['accepted', 'track', { event: 'e', name: 5 }],
    [
      'device_advertisingid_should_be_string',
      'identify',
      { context: { device: { advertisingId: 1 } } },
    ],
    ['accepted', 'identify', { context: { device: { advertisingId: 'x' } } }],
    ['consent_categorypreferences_should_exist', 'track', consent({})],
    [
      'consent_categorypreferences_fields_should_be_object',
      'track',
      consent({ categoryPreferences: 1 }),
    ],
    [
      'consent_categorypreferences_fields_should_be_bool',
      'track',
      consent({ categoryPreferences: { ads: 'yes' } }),
    ],
    [
      'consent_version_should_be_number',
      'track',
      consent({ categoryPreferences: { ads: true }, version: '2' }),
    ],
    ['accepted', 'track', consent({ categoryPreferences: { ads: true }, version: 2 })],
    ['bad_request', 'push', {}],
    ['bad_request', 'track', { event: 'e', messageId: 'm'.repeat(100) }],
    ['accepted', 'track', { event: 'e', messageId: 'm'.repeat(99) }],
    ['accepted', 'track', { event: 'e', unknown: { kept: true } }],
    ['bad_request', 'track', { event: 'e', properties: nested(LIMITS.trackingDepthMax) }],
    ['accepted', 'track', { event: 'e', properties: nested(LIMITS.trackingDepthMax - 2) }],
  ])('answers %s to a call %s of %j (§1.7)', (reason, type, members) => {
    expect(decide(type, members)).toBe(reason)
  })
})
