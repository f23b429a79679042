import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../../kernel/json.ts'
import { compileFields } from '../../fields/index.ts'
import { compileMapping } from '../../mappings/index.ts'
import { compileTrigger } from '../../triggers/index.ts'
import { requestOf } from '../run-presets.fixture.ts'
import { voucherifyActions } from './index.ts'

const SETTINGS = { apiKey: 'APP', secretKey: 'SEC', customURL: 'https://loop.example' }

/** What the presets make of `event`: `<endpoint> <body>` for each request, or the sentences that refuse it. */
function run(event: JsonObject): unknown[] {
  return voucherifyActions.presets.flatMap<unknown>(({ trigger: text, action: key, mapping }) => {
    const trigger = compileTrigger(text)
    const action = voucherifyActions.actions[key]
    if (!trigger.ok || !action) throw new Error(`the preset for ${key} cannot run`)
    if (!trigger.matches(event)) return []
    const payload = compileFields(action.fields)(compileMapping(mapping)(event))
    if (!payload.ok) return [payload.errors.join(' ')]
    const request = requestOf(action, payload.value, SETTINGS)
    if ('reason' in request) return [request.message]
    return [
      {
        [request.url.slice(`${SETTINGS.customURL}/segmentio/`.length)]: JSON.parse(
          request.body ?? '',
        ),
      },
    ]
  })
}

const track = (fields: JsonObject = {}): JsonObject => ({
  type: 'track',
  event: 'Order Completed',
  userId: 'u1',
  properties: {
    email: 'p@x',
    referral: { code: 'R' },
    loyalty: { code: 'L' },
    metadata: { a: 1, n: null, deep: { x: [1, null] } },
  },
  ...fields,
})
const identify = (traits: Record<string, Json>): JsonObject => ({
  type: 'identify',
  userId: 'u1',
  traits,
})

const TRACKED = {
  customer: { source_id: 'u1', email: 'p@x' },
  referral: { code: 'R' },
  loyalty: { code: 'L' },
  metadata: { a: 1, n: null, deep: { x: [1, null] } },
  event: 'Order Completed',
  type: 'track',
}
const NO_NULLS = { city: null, state: null, postal_code: null, street: null, country: null }

describe('requests of the presets, as observed with the published destination (§12.2)', () => {
  it('sends a track call as a custom event', () => {
    expect(run(track())).toEqual([{ 'event-processing': TRACKED }])
  })

  it('writes a numeric user id as text', () => {
    expect(run(track({ userId: 5 }))).toEqual([
      { 'event-processing': { ...TRACKED, customer: { source_id: '5', email: 'p@x' } } },
    ])
  })

  it.each([undefined, null])('refuses a track call whose user id is %s', (userId) => {
    const [message] = run(track({ userId }))
    expect(message).toContain("Customer Object is missing the required field 'source_id'.")
  })

  it('sends empty objects for what the call does not say', () => {
    expect(run(track({ properties: {} }))).toEqual([
      {
        'event-processing': {
          customer: { source_id: 'u1' },
          referral: {},
          loyalty: {},
          event: 'Order Completed',
          type: 'track',
        },
      },
    ])
  })

  it('keeps an empty e-mail, and refuses metadata that is no object', () => {
    expect(run(track({ properties: { email: '' } }))).toMatchObject([
      { 'event-processing': { customer: { source_id: 'u1', email: '' } } },
    ])
    expect(run(track({ properties: { metadata: 'x' } }))).toEqual([
      'Track Event Metadata must be an object but it was a string.',
    ])
  })

  it.each([
    ['page', 'Home', 'Viewed Home Page'],
    ['page', undefined, 'Viewed  Page'],
    ['screen', 'S', 'Viewed S Screen'],
  ])('names a %s call %s "%s" (A-32)', (type, name, event) => {
    expect(run({ type, name, userId: 'u1' })).toMatchObject([
      { 'event-processing': { event, type } },
    ])
  })

  it('sends an identify call as a customer', () => {
    const traits = {
      name: 'N',
      email: 'e@x',
      phone: 123,
      birthdate: '2000-01-01',
      address: { city: 'C', postal_code: 12345, street: null },
      metadata: { k: 1 },
    }
    expect(run(identify(traits))).toEqual([
      {
        'customer-processing': {
          source_id: 'u1',
          name: 'N',
          email: 'e@x',
          phone: '123',
          birthdate: '2000-01-01',
          address: { city: 'C', postal_code: '12345', street: null },
          metadata: { k: 1 },
          type: 'identify',
        },
      },
    ])
  })

  it('sends null for what is to be cleared (D-05)', () => {
    expect(run(identify({ name: null, address: null, metadata: null }))).toEqual([
      {
        'customer-processing': {
          source_id: 'u1',
          name: null,
          address: NO_NULLS,
          metadata: null,
          type: 'identify',
        },
      },
    ])
  })

  it('writes a boolean name as text, and refuses an object', () => {
    expect(run(identify({ name: true }))).toMatchObject([
      { 'customer-processing': { name: 'true', address: {} } },
    ])
    expect(run(identify({ name: { first: 'A' } }))).toEqual([
      'Name must be a string or null but it was an object.',
    ])
  })

  it('sends a group call with the e-mail of its top level, and refuses one without group', () => {
    const group = { type: 'group', userId: 'u1', email: 'top@x', traits: { name: 'G', n: null } }
    expect(run({ ...group, groupId: 'g1' })).toEqual([
      {
        'group-processing': {
          customer: { source_id: 'u1', email: 'top@x' },
          group_id: 'g1',
          traits: { name: 'G', n: null },
          type: 'group',
        },
      },
    ])
    expect(run(group)).toEqual(["The root value is missing the required field 'group_id'."])
  })

  it('sends nothing for an alias call (A-3)', () => {
    expect(run({ type: 'alias', userId: 'u1', previousId: 'u0' })).toEqual([])
  })

  it('sends the traits of an Engage audience as metadata (D-08, A-1)', () => {
    const event = {
      ...identify({ order_completed_last_30days: true }),
      context: { personas: { computation_key: 'order_completed_last_30days' } },
    }
    expect(run(event)).toEqual([
      { 'customer-processing': { source_id: 'u1', address: {}, type: 'identify' } },
      {
        'customer-processing': {
          source_id: 'u1',
          address: {},
          metadata: { order_completed_last_30days: true },
          type: 'identify',
        },
      },
    ])
  })
})
