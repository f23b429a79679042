/**
 * An executed example of the specification (§3.5), as JSON texts so that a row reads like its table: the
 * mapping, what it makes of the event (`undefined` for nothing) or how it fails, and the event, where that
 * is not `SAMPLE_EVENT`.
 */
export type Example = readonly [
  id: string,
  mapping: string,
  outcome: string | { fails: string },
  event?: string,
]

export const SAMPLE_EVENT = JSON.stringify({
  type: 'track',
  event: 'Order Completed',
  userId: 'u1',
  anonymousId: 'a1',
  name: null,
  properties: {
    email: 'a@b.c',
    total: 9.5,
    zero: 0,
    empty: '',
    nul: null,
    flag: true,
    no: false,
    tags: ['x', 'y'],
    nested: { a: { b: 1 }, c: [1, { d: 2 }] },
    products: [{ product_id: 'p1', sku: 's1', q: 2 }, { product_id: 'p2' }],
    obj: { k: 'v' },
    json: '{"a":1}',
    badjson: '{oops',
    'dotted.key': 'D',
    'sp ace': 'S',
    "q'uote": 1,
    upper: 'HeLLo',
    html: '<b>&</b>',
    list: [],
    single: { product_id: 'z' },
  },
  context: { traits: { email: 'ctx@b.c', first_name: 'Jane' } },
  traits: { name: 'Jo', n: null },
})
