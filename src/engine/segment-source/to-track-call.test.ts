import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../platform/limits.ts'
import { SOURCE_EVENT_ROWS } from '../outbox/index.ts'
import { LIBRARY } from './library.ts'
import type { Occurrence, QueuedMessage } from './queued-message.ts'
import type { SourceSettings } from './source-settings.ts'
import { toTrackCall } from './to-track-call.ts'

const SETTINGS: SourceSettings = {
  naming: 'seed',
  shape: 'object',
  anonymousFallback: 'customer_id',
  rewardEvents: 'both',
}
const BOB = { id: 'cust_bob', source_id: '36_bob', name: 'Bob', object: 'customer' }

function aMessage(fields: Partial<Occurrence> = {}, eventRow = 1): QueuedMessage {
  const occurrence: Occurrence = {
    id: 'evcus_0e6ff48b91cfa02e97',
    type: 'customer.redemption.succeeded',
    customerId: 'cust_bob',
    groupId: 'v-0e6ff48b91cfa02e96',
    category: 'ACTION',
    channel: 'API',
    appId: 'app_1',
    data: { customer: BOB, redemption: { id: 'r_0e6ff48b91cfa02e97', object: 'redemption' } },
    createdAt: new Date('2024-03-13T17:35:58.535Z'),
    hops: 0,
    ...fields,
  }
  return { id: 7, eventRow, occurrence }
}

/** The call, parsed; fails unless there is one. */
function call(message: QueuedMessage, settings: Partial<SourceSettings> = {}) {
  const translation = toTrackCall(message, { ...SETTINGS, ...settings })
  if (translation.kind !== 'call') throw new Error(`no call: ${JSON.stringify(translation)}`)
  return { ...translation, body: JSON.parse(translation.json) }
}

describe('toTrackCall', () => {
  it('is one hop further into the loop than its cause (D-18)', () => {
    const { context } = call(aMessage({ hops: 1 })).body
    expect(context.promoloop).toEqual({ caused_by: 'v-0e6ff48b91cfa02e96', hops: 2 })
  })

  it('tells a redemption of Bob (§17.3, §17.6 example 1, programs scenario 99)', () => {
    const { body, person, bytes, json } = call(aMessage())
    expect(body).toEqual({
      type: 'track',
      event: 'Redemption succeeded',
      userId: '36_bob',
      messageId: 'voucherify-evcus_0e6ff48b91cfa02e97-1',
      timestamp: '2024-03-13T17:35:58.535Z',
      context: {
        library: { name: 'promoloop', version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
        promoloop: { caused_by: 'v-0e6ff48b91cfa02e96', hops: 1 },
      },
      integrations: {},
      properties: {
        voucherifyEvent: {
          id: 'evcus_0e6ff48b91cfa02e97',
          type: 'customer.redemption.succeeded',
          created_at: '2024-03-13T17:35:58.535Z',
          group_id: 'v-0e6ff48b91cfa02e96',
          entity_id: 'cust_bob',
          category: 'ACTION',
          event_source: { channel: 'API', api_key: { app_id: 'app_1' } },
          data: {
            customer: BOB,
            redemption: { id: 'r_0e6ff48b91cfa02e97', object: 'redemption' },
          },
        },
      },
    })
    expect(body.context.library).toEqual(LIBRARY)
    expect(person).toBe('36_bob')
    expect(bytes).toBe(Buffer.byteLength(json))
  })

  it.each([null, undefined, ''])(
    'stands the engine’s id in for a source_id of %j (SO-1, D-03, §17.6 example 2, programs scenario 100)',
    (sourceId) => {
      const customer = JSON.parse(JSON.stringify({ ...BOB, source_id: sourceId }))
      const { body, person } = call(aMessage({ data: { customer } }))
      expect(body).toMatchObject({ anonymousId: 'cust_bob' })
      expect(body).not.toHaveProperty('userId')
      expect(person).toBe('cust_bob')
    },
  )

  it('skips a customer without a source_id where that is asked for (programs scenario 100)', () => {
    const skipping = { ...SETTINGS, anonymousFallback: 'skip' as const }
    const data = { customer: { ...BOB, source_id: null } }
    expect(toTrackCall(aMessage({ data }), skipping)).toEqual({ kind: 'skip' })
    expect(toTrackCall(aMessage(), skipping).kind).toBe('call')
  })

  it.each([
    ['no customer', { customerId: null, data: { customer: null, redemption: { id: 'rf_1' } } }],
    ['no word of one', { customerId: null, data: {} }],
    ['a stranger without a name', { customerId: null, data: { customer: { id: null } } }],
  ])('tells nobody of an event with %s (D-03, EV-2, §17.6 example 3)', (_what, fields) => {
    expect(toTrackCall(aMessage(fields, 2), SETTINGS)).toEqual({ kind: 'skip' })
  })

  it('tells of a stranger who has a name: validations store nobody (R-VAL-05, EV-9)', () => {
    const customer = { id: null, source_id: 'new', object: 'customer' }
    const { body } = call(aMessage({ customerId: null, data: { customer } }, 11))
    expect(body).toMatchObject({ event: 'Validation succeeded', userId: 'new' })
  })

  it('tells of a customer who was deleted since, as the event knew them', () => {
    const { body } = call(aMessage({ customerId: 'cust_gone' }))
    expect(body.userId).toBe('36_bob')
  })

  it('has nothing to tell of an occurrence that was erased', () => {
    expect(toTrackCall({ id: 1, eventRow: 1, occurrence: undefined }, SETTINGS)).toEqual({
      kind: 'drop',
      reason: 'occurrence_erased',
    })
  })

  it.each([
    ['customer.redemption.succeeded', 1, 'Redemption succeeded', 'Customer Redemption Succeeded'],
    ['customer.redemption.failed', 2, 'Redemption failed', 'Customer Redemption Failed'],
    [
      'customer.redemption.rollback.succeeded',
      3,
      'Redemption rollback succeeded',
      'Customer Redemption Rollback Succeeded',
    ],
    [
      'customer.redemption.rollback.failed',
      4,
      'Redemption rollback failed',
      'Customer Redemption Rollback Failed',
    ],
    ['customer.validation.succeeded', 11, 'Validation succeeded', 'Customer Validation Succeeded'],
    ['customer.validation.failed', 12, 'Validation failed', 'Customer Validation Failed'],
    [
      'customer.publication.succeeded',
      13,
      'Publication succeeded',
      'Customer Publication Succeeded',
    ],
    ['customer.publication.failed', 14, 'Publication failed', 'Customer Publication Failed'],
    ['customer.rewarded', 9, 'Customer rewarded', 'Customer Rewarded'],
    [
      'customer.rewarded.loyalty_points',
      10,
      'Customer rewarded with loyalty points',
      'Customer Rewarded Loyalty Points',
    ],
  ])('tells %s as row %i (§17.2, D-01)', (type, row, seed, published) => {
    expect(SOURCE_EVENT_ROWS[type]).toEqual([row])
    const message = aMessage({ type }, row)
    expect(call(message).body.event).toBe(seed)
    expect(call(message, { naming: 'published' }).body.event).toBe(published)
    expect(call(message).body.messageId).toBe(`voucherify-evcus_0e6ff48b91cfa02e97-${row}`)
  })

  it.each([
    [
      'created',
      [
        [7, 'Reward redemption created', 'Customer Reward Redemptions Created'],
        [5, 'Customer creates a reward redemption request', undefined],
      ],
    ],
    [
      'completed',
      [
        [8, 'Reward redemption completed', 'Customer Reward Redemptions Completed'],
        [6, 'Customer reward redemption completed', undefined],
      ],
    ],
  ] as const)('tells a reward redemption that was %s twice (§17.2, D-02)', (what, rows) => {
    const type = `customer.reward_redemptions.${what}`
    expect(SOURCE_EVENT_ROWS[type]).toEqual(rows.map(([row]) => row))
    for (const [row, seed, published] of rows) {
      const message = aMessage({ type }, row)
      expect(call(message).body.event).toBe(seed)
      const later = toTrackCall(message, { ...SETTINGS, naming: 'published' })
      expect(later.kind === 'call' ? JSON.parse(later.json).event : undefined).toBe(published)
    }
  })

  it('tells one of the two names where the settings want that (D-02)', () => {
    const told = (settings: Partial<SourceSettings>) =>
      [5, 6, 7, 8].filter(
        (row) => toTrackCall(aMessage({}, row), { ...SETTINGS, ...settings }).kind === 'call',
      )
    expect(told({})).toEqual([5, 6, 7, 8])
    expect(told({ rewardEvents: 'customer' })).toEqual([5, 6])
    expect(told({ rewardEvents: 'reward' })).toEqual([7, 8])
    expect(told({ rewardEvents: 'customer', naming: 'published' })).toEqual([7, 8])
  })

  it('has a name for every row that is announced (§17.2)', () => {
    for (const row of Object.values(SOURCE_EVENT_ROWS).flat())
      expect(toTrackCall(aMessage({}, row), SETTINGS).kind, `row ${row}`).toBe('call')
  })

  it('drops a row that it has no name for', () => {
    expect(toTrackCall(aMessage({}, 99), SETTINGS)).toEqual({
      kind: 'drop',
      reason: 'event_unknown',
    })
  })

  it('tells each redemption of a stack and its head (EV-5, §17.6 example 7)', () => {
    const stack = ['r_1', 'r_2', 'r_3', 'r_head'].map((id, index) =>
      aMessage({ id: `evcus_${index}`, data: { customer: BOB, redemption: { id } } }),
    )
    const bodies = stack.map((message) => call(message).body)
    expect(bodies.map(({ event }) => event)).toEqual(Array(4).fill('Redemption succeeded'))
    expect(new Set(bodies.map(({ messageId }) => messageId)).size).toBe(4)
    expect(new Set(bodies.map((body) => body.properties.voucherifyEvent.group_id)).size).toBe(1)
  })

  it('is the same call each time (SO-3)', () => {
    expect(call(aMessage()).json).toBe(call(aMessage()).json)
  })

  it('keeps one property in the flat shape, too (SO-2, D-01)', () => {
    const { body } = call(aMessage(), { shape: 'flat' })
    expect(Object.keys(body.properties)).toEqual(['voucherifyEvent'])
    expect(body.properties.voucherifyEvent).toMatchObject({
      data_customer_source_id: '36_bob',
      data_redemption_id: 'r_0e6ff48b91cfa02e97',
    })
  })
})

describe('the size of a track call (SO-7)', () => {
  const items = (count: number, name: string) =>
    Array.from({ length: count }, () => ({ quantity: 1, product: { name } }))

  it('stays within the limit for an order of 500 lines (programs scenario 105)', () => {
    const data = { customer: BOB, order: { id: 'ord_1', items: items(500, 'x'.repeat(1_000)) } }
    const { bytes, body } = call(aMessage({ data }))
    expect(bytes).toBeLessThanOrEqual(LIMITS.sourceEventBytesMax)
    expect(body.properties.voucherifyEvent).toMatchObject({ truncated: true })
    expect(body.properties.voucherifyEvent.data.order).toEqual({ id: 'ord_1' })
  })

  it('says nothing of a truncation that did not happen', () => {
    expect(call(aMessage()).body.properties.voucherifyEvent).not.toHaveProperty('truncated')
  })

  it('counts bytes, not characters', () => {
    const data = (length: number) => ({ customer: BOB, voucher: { metadata: 'é'.repeat(length) } })
    expect(call(aMessage({ data: data(15_000) })).bytes).toBeGreaterThan(30_000)
    const { body } = call(aMessage({ data: data(16_000) }))
    expect(body.properties.voucherifyEvent.data.voucher).toEqual({})
  })

  it.each(['object', 'flat'] as const)('falls back on references in the %s shape', (shape) => {
    const data = { customer: { ...BOB, name: 'x'.repeat(40_000) } }
    const { body, bytes } = call(aMessage({ data }), { shape })
    expect(bytes).toBeLessThan(1_000)
    expect(body.userId).toBe('36_bob')
  })

  it('drops what not even references make small enough', () => {
    const data = { customer: { ...BOB, source_id: 'x'.repeat(40_000) } }
    expect(toTrackCall(aMessage({ data }), SETTINGS)).toEqual({ kind: 'drop', reason: 'too_large' })
  })
})
