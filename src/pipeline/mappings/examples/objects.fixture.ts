import type { Example } from './example.fixture.ts'

/** §3.5, @arrayPath. */
export const ARRAY_PATHS: readonly Example[] = [
  [
    'ap1',
    '{"v":{"@arrayPath":["$.properties.products"]}}',
    '{"v":[{"product_id":"p1","sku":"s1","q":2},{"product_id":"p2"}]}',
  ],
  [
    'ap2',
    '{"v":{"@arrayPath":["$.properties.products",{"id":{"@path":"$.product_id"},"sku":{"@path":"$.sku"}}]}}',
    '{"v":[{"id":"p1","sku":"s1"},{"id":"p2"}]}',
  ],
  [
    'ap3',
    '{"v":{"@arrayPath":["$.properties.single",{"id":{"@path":"$.product_id"}}]}}',
    '{"v":[{"id":"z"}]}',
  ],
  ['ap4', '{"v":{"@arrayPath":["$.properties.single"]}}', '{"v":{"product_id":"z"}}'],
  ['ap5', '{"v":{"@arrayPath":["$.properties.nope",{"id":{"@path":"$.product_id"}}]}}', '{}'],
  [
    'ap6',
    '{"v":{"@arrayPath":["$.properties.products",{}]}}',
    '{"v":[{"product_id":"p1","sku":"s1","q":2},{"product_id":"p2"}]}',
  ],
  [
    'ap7',
    '{"v":{"@arrayPath":[{"@path":"$.properties.products"},{"id":{"@template":"#{{product_id}}"},"u":{"@path":"$.userId"}}]}}',
    '{"v":[{"id":"#p1"},{"id":"#p2"}]}',
  ],
  ['ap8', '{"v":{"@arrayPath":["$.properties.tags",{"id":{"@path":"$"}}]}}', '{"v":[{},{}]}'],
  ['ap9', '{"v":{"@arrayPath":"$.x"}}', { fails: '/v/@arrayPath must be an array, not a string' }],
  ['ap10', '{"v":{"@arrayPath":["$.properties.list",{"id":1}]}}', '{"v":[]}'],
  ['ap11', '{"v":{"@arrayPath":["$.properties.total",{"id":1}]}}', '{"v":9.5}'],
]

/** §3.5, @flatten. */
export const FLATTENINGS: readonly Example[] = [
  [
    'fl1',
    '{"v":{"@flatten":{"value":{"@path":"$.properties.nested"},"separator":"."}}}',
    '{"v":{"a.b":1,"c.0":1,"c.1.d":2}}',
  ],
  [
    'fl2',
    '{"v":{"@flatten":{"value":{"@path":"$.properties.nested"},"separator":"_","omitArrays":true}}}',
    '{"v":{"a_b":1,"c":[1,{"d":2}]}}',
  ],
  [
    'fl3',
    '{"v":{"@flatten":{"value":{"@path":"$.properties.total"},"separator":"."}}}',
    '{"v":{"":9.5}}',
  ],
  ['fl4', '{"v":{"@flatten":{"value":{"@path":"$.properties.nope"},"separator":"."}}}', '{"v":{}}'],
  [
    'fl5',
    '{"v":{"@flatten":{"value":{"a":null,"b":{},"c":[]},"separator":"."}}}',
    '{"v":{"a":null}}',
  ],
  ['fl6', '{"v":{"@flatten":{"value":{"a":1}}}}', { fails: '/v/@flatten must have "separator"' }],
]

/** §3.5, @json. */
export const JSON_TEXTS: readonly Example[] = [
  [
    'js1',
    '{"v":{"@json":{"mode":"encode","value":{"@path":"$.properties.obj"}}}}',
    '{"v":"{\\"k\\":\\"v\\"}"}',
  ],
  [
    'js2',
    '{"v":{"@json":{"mode":"decode","value":{"@path":"$.properties.json"}}}}',
    '{"v":{"a":1}}',
  ],
  [
    'js3',
    '{"v":{"@json":{"mode":"decode","value":{"@path":"$.properties.badjson"}}}}',
    '{"v":"{oops"}',
  ],
  [
    'js4',
    '{"v":{"@json":{"mode":"decode","value":{"@path":"$.properties.obj"}}}}',
    '{"v":{"k":"v"}}',
  ],
  ['js5', '{"v":{"@json":{"mode":"encode","value":{"@path":"$.properties.nope"}}}}', '{}'],
  [
    'js6',
    '{"v":{"@json":{"mode":"encode","value":{"@path":"$.properties.email"}}}}',
    '{"v":"\\"a@b.c\\""}',
  ],
  [
    'js7',
    '{"v":{"@json":{"mode":"xx","value":{"@path":"$.properties.email"}}}}',
    { fails: '/v/@json/mode must be "encode" or "decode", not "xx"' },
  ],
  ['js8', '{"v":{"@json":{"mode":"ENCODE","value":{"@path":"$.properties.obj"}}}}', '{}'],
  ['js9', '{"v":{"@json":{"mode":"encode","value":{"@path":"$.properties.nul"}}}}', '{"v":"null"}'],
]

/** §3.5, @merge. */
export const MERGES: readonly Example[] = [
  [
    'mg1',
    '{"v":{"@merge":{"direction":"right","objects":[{"a":1,"b":1},{"b":2}]}}}',
    '{"v":{"a":1,"b":2}}',
  ],
  [
    'mg2',
    '{"v":{"@merge":{"direction":"left","objects":[{"a":1,"b":1},{"b":2}]}}}',
    '{"v":{"b":1,"a":1}}',
  ],
  [
    'mg3',
    '{"v":{"@merge":{"direction":"right","objects":[{"name":"def","plan":"free"},{"@path":"$.traits"}]}}}',
    '{"v":{"name":"Jo","plan":"free","n":null}}',
  ],
  [
    'mg4',
    '{"v":{"@merge":{"direction":"right","objects":[{"@path":"$.nope"},{"a":1}]}}}',
    '{"v":{"a":1}}',
  ],
  [
    'mg5',
    '{"v":{"@merge":{"direction":"right","objects":[{"a":{"x":1}},{"a":{"y":2}}]}}}',
    '{"v":{"a":{"y":2}}}',
  ],
  ['mg6', '{"v":{"@merge":{"objects":[{"a":1}]}}}', { fails: '/v/@merge must have "direction"' }],
  [
    'mg7',
    '{"v":{"@merge":{"direction":"up","objects":[{"a":1}]}}}',
    { fails: '/v/@merge/direction must be "left" or "right", not "up"' },
  ],
  [
    'mg8',
    '{"v":{"@merge":{"direction":"right","objects":[{"a":1},{"a":{"@path":"$.zzz"}}]}}}',
    '{"v":{}}',
  ],
  ['mg9', '{"v":{"@merge":{"direction":"RIGHT","objects":[{"a":1},{"a":2}]}}}', '{"v":{"a":2}}'],
  ['mg10', '{"v":{"@merge":{"direction":"LEFT","objects":[{"a":1},{"a":2}]}}}', '{"v":{"a":2}}'],
  [
    'mg11',
    '{"v":{"@merge":{"direction":"right","objects":[1]}}}',
    { fails: '/v/@merge/objects/0 must be an object or a directive, not a number' },
  ],
  [
    'mg12',
    '{"v":{"@merge":{"direction":"right","objects":[{"@path":"$.event"},{"a":1}]}}}',
    '{"v":{"0":"O","1":"r","2":"d","3":"e","4":"r","5":" ","6":"C","7":"o","8":"m","9":"p","10":"l","11":"e","12":"t","13":"e","14":"d","a":1}}',
  ],
]

/** §3.5, @transform. */
export const TRANSFORMS: readonly Example[] = [
  [
    'tf1',
    '{"v":{"@transform":{"apply":{"foo":{"@path":"$.userId"}},"mapping":{"bar":{"@template":"<{{foo}}>"},"u":{"@path":"$.userId"}}}}}',
    '{"v":{"bar":"<u1>"}}',
  ],
  [
    'tf2',
    '{"v":{"@transform":{"apply":{"items":{"@arrayPath":["$.properties.products",{"id":{"@path":"$.product_id"}}]}},"mapping":{"@json":{"mode":"encode","value":{"@path":"$.items"}}}}}}',
    '{"v":"[{\\"id\\":\\"p1\\"},{\\"id\\":\\"p2\\"}]"}',
  ],
  ['tf3', '{"v":{"@transform":{"apply":{"a":1}}}}', { fails: '/v/@transform must have "mapping"' }],
]

/** §3.5, @excludeWhenNull. */
export const EXCLUSIONS: readonly Example[] = [
  [
    'ex1',
    '{"v":{"@excludeWhenNull":{"@path":"$.properties.nul"}},"w":{"@path":"$.properties.nul"}}',
    '{"w":null}',
  ],
  [
    'ex2',
    '{"v":{"@excludeWhenNull":{"a":null,"b":1,"c":{"d":null},"e":[null,{"f":null}]}}}',
    '{"v":{"b":1,"c":{},"e":[null,{"f":null}]}}',
  ],
  ['ex3', '{"v":{"@excludeWhenNull":{"@path":"$.traits"}}}', '{"v":{"name":"Jo"}}'],
]
