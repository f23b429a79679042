import type { Example } from './example.fixture.ts'

const ENGAGE =
  '{"type":"identify","traits":{"order_completed_last_30days":true,"email":"a@b.c"},"context":{"personas":{"computation_key":"order_completed_last_30days"}}}'

/** §3.5, structure. */
export const STRUCTURES: readonly Example[] = [
  [
    'st1',
    '{"a":1,"b":{"@path":"$.zzz"},"c":null,"d":{"e":{"@path":"$.zzz"}},"f":[{"@path":"$.zzz"},1]}',
    '{"a":1,"c":null,"d":{},"f":[null,1]}',
  ],
  [
    'st2',
    '{"foo":"bar","@path":"$.x"}',
    { fails: '/ must have one key that begins with "@" and no other, not "foo, @path"' },
  ],
  [
    'st3',
    '{"v":{"@path":"$.a","@template":"b"}}',
    { fails: '/v must have one key that begins with "@" and no other, not "@path, @template"' },
  ],
  ['st4', '{"v":{"@nope":1}}', { fails: '/v has an unknown directive: "@nope"' }],
  [
    'st5',
    '{"v":{"@path":"$.userId","_metadata":{"label":"User ID","type":"variable"}}}',
    '{"v":"u1"}',
  ],
  [
    'st6',
    '{"v":{"a":1,"@path":"$.userId"}}',
    { fails: '/v must have one key that begins with "@" and no other, not "a, @path"' },
  ],
  ['st7', '{}', '{}'],
  [
    'st8',
    '{"__segment_internal_directive":{"@transform":{"apply":{"u":{"@path":"$.userId"}}}},"out":{"@path":"$.u"},"orig":{"@path":"$.userId"}}',
    '{"out":"u1"}',
  ],
  [
    'st9',
    '{"__segment_internal_directive":{"@transform":{"apply":{}},"@path":"x"},"o":1}',
    { fails: '/__segment_internal_directive must hold a single directive' },
  ],
  [
    'st10',
    '{"__segment_internal_sync_mode":"upsert","__segment_internal_matching_key":"email","a":{"@path":"$.userId"}}',
    '{"__segment_internal_sync_mode":"upsert","__segment_internal_matching_key":"email","a":"u1"}',
  ],
  [
    'st12',
    '{"customer":{"source_id":{"@path":"$.userId"},"email":{"@path":"$.email"}}}',
    '{"customer":{"source_id":"u1"}}',
  ],
  ['st13', '{"a":1}', { fails: 'an event must be an object, not an array' }, '[]'],
  ['st15', '{"v":{"@Path":"$.userId"}}', { fails: '/v has an unknown directive: "@Path"' }],
]

/** §3.5, more, different payloads. */
export const OTHER_PAYLOADS: readonly Example[] = [
  // D-11: the reference gives what JavaScript inherits
  ['x1', '{"v":{"@path":"$.constructor.name"}}', '{}', '{"a":1}'],
  // D-11: the reference gives what JavaScript inherits
  ['x2', '{"v":{"@template":"{{constructor.name}}"}}', '{"v":""}', '{"a":1}'],
  ['x3', '{"v":{"@path":"$.A"}}', '{}', '{"a":1}'],
  ['x4', '{"v":{"@path":"$.a.$.b"}}', '{}', '{"a":{"b":1}}'],
  ['x5', '{"v":{"@path":"a$.b"}}', '{"v":2}', '{"ab":2}'],
  ['x6', '{"v":{"@template":"{{{a}}} {{ {a} }} }}{{"}}', '{"v":"1 {{ {a} }} }}{{"}', '{"a":1}'],
  [
    'x7',
    '{"v":{"@arrayPath":["$.p",{"a":{"@path":"$."}}]}}',
    '{"v":[{"a":{"x":1}}]}',
    '{"p":[{"x":1}]}',
  ],
  ['x8', '{"v":{"@arrayPath":["$.p",{"a":{"@path":""}}]}}', '{"v":[{"a":"s"}]}', '{"p":["s"]}'],
  [
    'x9',
    '{"v":{"@arrayPath":["$.p",{"a":{"@template":"{{.}}!"}}]}}',
    '{"v":[{"a":"s!"}]}',
    '{"p":["s"]}',
  ],
  [
    'x10',
    '{"v":{"@if":{"exists":{"@path":"$.a"},"then":{"@if":{"exists":{"@path":"$.b"},"then":"ab","else":"a"}}}}}',
    '{"v":"a"}',
    '{"a":1}',
  ],
  [
    'x11',
    '{"v":{"@if":{"blank":{"@path":"$.a"},"then":{"@path":"$.a"},"else":{"@path":"$.b"}}}}',
    '{"v":"B"}',
    '{"a":"","b":"B"}',
  ],
  [
    'x12',
    '{"v":{"@merge":{"direction":"right","objects":[{"@path":"$.a"},{"@path":"$.b"}]}}}',
    '{"v":{"0":1,"1":2}}',
    '{"a":null,"b":[1,2]}',
  ],
  ['x15', '{"v":[{"@nope":1}]}', { fails: '/v/0 has an unknown directive: "@nope"' }],
  [
    'x16',
    '{"v":{"@if":{"blank":{"@path":5},"then":1}}}',
    { fails: '/v/@if/blank/@path must be a string or a directive, not a number' },
  ],
  [
    'x17',
    '{"v":{"@template":{"@template":"{{x}}"}}}',
    '{"v":"u"}',
    '{"x":"{{userId}}","userId":"u"}',
  ],
  ['x18', '{"v":{"@json":{"mode":"decode","value":"5"}}}', '{"v":5}'],
  ['x18 null', '{"v":{"@json":{"mode":"decode","value":"null"}}}', '{"v":null}'],
  ['x19', '{"v":{"@json":{"mode":"encode","value":""}}}', { fails: '/v/@json must have "value"' }],
  [
    'x20',
    '{"v":{"@arrayPath":["$.p",{"id":{"@path":"$.id"}}]}}',
    '{"v":[{"id":1},{"id":null},{},{},{}]}',
    '{"p":[{"id":1},null,"s",3,[{"id":9}]]}',
  ],
  [
    'x21',
    '{"v":{"@if":{"exists":{"@path":"$.a"},"then":{"@literal":""},"else":{"@literal":0}}}}',
    '{"v":0}',
    '{}',
  ],
  ['x22', '{"v":{"@excludeWhenNull":null}}', '{}'],
  ['x23', '{"v":{"@liquid":"{{ properties.total }}"}}', '{"v":"5"}', '{"properties":{"total":5}}'],
  [
    'x24',
    '{"v":{"@replace":{"value":"aXbx","pattern":"x","replacement":"-","ignorecase":true,"global":false}}}',
    '{"v":"a-bx"}',
  ],
  ['x25', '{"v":{"@template":"{{a}} {{ a }} {{a.b}} {{a.0}}"}}', '{"v":"x x  x"}', '{"a":["x"]}'],
  [
    'x26',
    '{"metadata":{"@path":"$.traits"}}',
    '{"metadata":{"order_completed_last_30days":true,"email":"a@b.c"}}',
    ENGAGE,
  ],
  [
    'x27',
    '{"metadata":{"@path":{"@template":"$.traits.{{context.personas.computation_key}}"}}}',
    '{"metadata":true}',
    ENGAGE,
  ],
]
