import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../kernel/json.ts'
import type { Occurrence } from './queued-message.ts'
import { shrink, toSimpleData, toVoucherifyEvent } from './voucherify-event.ts'

const OCCURRENCE: Occurrence = {
  id: 'evcus_1',
  type: 'customer.redemption.succeeded',
  customerId: 'cust_1',
  groupId: 'v-1',
  category: 'ACTION',
  channel: 'API',
  appId: 'app_1',
  data: {},
  createdAt: new Date('2026-06-01T12:00:00.123Z'),
  hops: 0,
}
type Data = Occurrence['data']

const simple = (data: Data): Data => toSimpleData(data).data
const event = (data: Data, shape: 'object' | 'flat' = 'object'): Data =>
  toVoucherifyEvent(OCCURRENCE, toSimpleData(data), shape)

/** How many objects and lists lie in each other, `value` itself counted. */
function depthOf(value: Json): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

/** `told` is `original`, but for inner parts that stand there as their JSON text. */
function expectSame(told: Json, original: Json): void {
  if (typeof original !== 'object' || original === null) {
    expect(told).toBe(original)
  } else if (typeof told === 'string') {
    expect(told).toBe(JSON.stringify(original))
  } else {
    expect(Object.keys(told as Data)).toEqual(Object.keys(original))
    for (const [name, value] of Object.entries(original))
      expectSame((told as Data)[name] as Json, value)
  }
}

describe('toVoucherifyEvent', () => {
  it('has the eight members of an occurrence and nothing else (SO-2)', () => {
    expect(event({ customer: null })).toEqual({
      id: 'evcus_1',
      type: 'customer.redemption.succeeded',
      created_at: '2026-06-01T12:00:00.123Z',
      group_id: 'v-1',
      entity_id: 'cust_1',
      category: 'ACTION',
      event_source: { channel: 'API', api_key: { app_id: 'app_1' } },
      data: { customer: null },
    })
  })

  it('names no application where none asked', () => {
    const internal = { ...OCCURRENCE, channel: 'INTERNAL', appId: null }
    expect(toVoucherifyEvent(internal, toSimpleData({}), 'object')['event_source']).toEqual({
      channel: 'INTERNAL',
    })
  })

  it('tells what lies deeper than five levels as JSON text (SO-6)', () => {
    const order = { items: [{ product_id: 'p1', product: { name: 'Mug' } }] }
    expect(event({ order })['data']).toEqual({
      order: { items: [{ product_id: 'p1', product: '{"name":"Mug"}' }] },
    })
  })

  it('never nests deeper than five levels, and loses no value on the way (SO-6)', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 12 }), (value) => {
        const told = event({ customer: { metadata: { value: value as Json } } })
        expect(depthOf(told)).toBeLessThanOrEqual(5)
        expectSame(told['data'] as Json, { customer: { metadata: { value } } } as Data)
      }),
    )
  })

  it('has one level in the flat shape, with lists as JSON text (SO-6)', () => {
    const data = {
      customer: { id: 'cust_1', source_id: 'ada', metadata: { tags: ['a', { b: 1 }] } },
      order: null,
      redemption: { amount: 5, gift: {} },
    }
    expect(event(data, 'flat')).toEqual({
      id: 'evcus_1',
      type: 'customer.redemption.succeeded',
      created_at: '2026-06-01T12:00:00.123Z',
      group_id: 'v-1',
      entity_id: 'cust_1',
      category: 'ACTION',
      event_source_channel: 'API',
      event_source_api_key_app_id: 'app_1',
      data_customer_id: 'cust_1',
      data_customer_source_id: 'ada',
      data_customer_metadata_tags: '["a",{"b":1}]',
      data_order: null,
      data_redemption_amount: 5,
    })
  })
})

describe('toSimpleData', () => {
  it('tells an entity once and refers to it elsewhere (SO-6)', () => {
    const customer = { id: 'cust_1', source_id: 'ada', name: 'Ada', object: 'customer' }
    const order = { id: 'ord_1', source_id: null, amount: 5, object: 'order' }
    const voucher = { id: 'v_1', code: 'A', object: 'voucher' }
    const other = { id: 'v_2', code: 'B', object: 'voucher' }
    const redemption = { id: 'r_1', customer, order, voucher, reward: other }
    expect(simple({ customer, order, voucher, redemption })).toEqual({
      customer,
      order,
      voucher,
      redemption: {
        id: 'r_1',
        customer: { id: 'cust_1', source_id: 'ada', object: 'customer' },
        order: { id: 'ord_1', source_id: null, object: 'order' },
        voucher: { id: 'v_1', object: 'voucher' },
        reward: other,
      },
    })
  })

  it('keeps an inner entity that is not told beside it (SO-6)', () => {
    const order = { id: 'ord_1', amount: 5 }
    const withoutSibling = { order: null, redemption: { id: 'r_1', order } }
    expect(simple(withoutSibling)).toEqual(withoutSibling)
    const withAnother = { order: { id: 'ord_2' }, redemption: { id: 'r_1', order } }
    expect(simple(withAnother)).toEqual(withAnother)
  })

  it('leaves out what only full forms have, but not from metadata (SO-6)', () => {
    const full = {
      id: 'cust_1',
      summary: { orders: {} },
      assets: {},
      validation_rules_assignments: {},
      metadata: { summary: 'mine', assets: 'mine' },
    }
    const expected = { id: 'cust_1', metadata: full.metadata }
    expect(simple({ customer: full, publication: { inner: full } })).toEqual({
      customer: expected,
      publication: { inner: expected },
    })
  })

  it('keeps 50 lines of an order and says when there were more (SO-6, programs scenario 105)', () => {
    const items = (count: number) => Array.from({ length: count }, (_, n) => ({ quantity: n }))
    const fifty = { order: { items: items(50) } }
    expect(toSimpleData(fifty)).toEqual({ data: fifty, isTruncated: false })
    expect(toSimpleData({ order: { items: items(51) } })).toEqual({
      data: fifty,
      isTruncated: true,
    })
    expect(toSimpleData({ redemption: { order: { items: items(51) } } }).isTruncated).toBe(true)
  })

  it('does not change what it is given, and keeps a member named __proto__ as a member', () => {
    const text = '{"customer":{"id":"c","summary":{},"metadata":{"__proto__":{"a":1}}}}'
    const data = JSON.parse(text) as Data
    const customer = simple(data)['customer'] as Data
    expect(Object.keys(customer['metadata'] as Data)).toEqual(['__proto__'])
    expect(JSON.stringify(data)).toBe(text)
  })
})

describe('shrink', () => {
  const metadata = { key: 'value' }
  const DATA = {
    customer: { id: 'cust_1', source_id: 'ada', metadata, object: 'customer' },
    order: { id: 'ord_1', items: [{ quantity: 1 }], metadata, amount: 5 },
    campaign: { id: 'camp_1', metadata },
    voucher: { id: 'v_1', metadata },
    earning_rule: { id: 'ern_1', metadata },
    promotion_tier: null,
  }

  it('gives up items, metadata of campaign and voucher, of the earning rule, all metadata, all but ids (SO-7)', () => {
    const forms = [...shrink({ data: DATA, isTruncated: false })]
    expect(forms.map(({ isTruncated }) => isTruncated)).toEqual([
      false,
      true,
      true,
      true,
      true,
      true,
    ])
    const [whole, lean, bare, ruled, plain, references] = forms.map(({ data }) => data)
    expect(whole).toEqual(DATA)
    expect(lean).toEqual({ ...DATA, order: { id: 'ord_1', metadata, amount: 5 } })
    expect(bare).toEqual({ ...lean, campaign: { id: 'camp_1' }, voucher: { id: 'v_1' } })
    expect(ruled).toEqual({ ...bare, earning_rule: { id: 'ern_1' } })
    expect(plain).toEqual({
      ...ruled,
      customer: { id: 'cust_1', source_id: 'ada', object: 'customer' },
      order: { id: 'ord_1', amount: 5 },
    })
    expect(references).toEqual({ ...plain, order: { id: 'ord_1' } })
  })
})
