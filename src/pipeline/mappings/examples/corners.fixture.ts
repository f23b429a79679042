import type { Example } from './example.fixture.ts'

/** What the tables of §3.5 leave open, as the reference (3.170.0) answers it. */
export const CORNERS: readonly Example[] = [
  [
    'a member without a value wins a merge, and vanishes',
    '{"v":{"@merge":{"direction":"right","objects":[{"a":1,"b":1},{"a":{"@path":"gone"}}]}}}',
    '{"v":{"b":1}}',
  ],
  [
    'so does one that was null',
    '{"v":{"@merge":{"direction":"right","objects":[{"a":1,"b":1},{"@excludeWhenNull":{"a":null}}]}}}',
    '{"v":{"b":1}}',
  ],
  [
    'and one of an item made here',
    '{"v":{"@arrayPath":[{"@literal":[{"a":{"@path":"gone"}}]},{"v":{"@merge":{"direction":"right","objects":[{"a":1},{"@path":"$."}]}}}]}}',
    '{"v":[{"v":{}}]}',
  ],
  [
    'but not one that went through @transform',
    '{"v":{"@merge":{"direction":"right","objects":[{"a":1},{"@transform":{"apply":{"a":{"@path":"gone"}},"mapping":{"@path":"$."}}}]}}}',
    '{"v":{"a":1}}',
  ],
  [
    'it keeps its place among the keys',
    '{"v":{"@json":{"mode":"encode","value":{"@merge":{"direction":"right","objects":[{"a":{"@path":"gone"},"b":1},{"a":2}]}}}}}',
    '{"v":"{\\"a\\":2,\\"b\\":1}"}',
  ],
  [
    'names that meet in @flatten: the last counts, also without a value',
    '{"v":{"@flatten":{"separator":".","value":{"a.b":1,"c":2,"a":{"b":{"@path":"gone"}}}}}}',
    '{"v":{"c":2}}',
  ],
  [
    '@flatten beneath a name that is empty',
    '{"v":{"@flatten":{"separator":".","value":{"":{"a":1},"b":{"":{"c":2}}}}}}',
    '{"v":{"a":1,"b..c":2}}',
  ],
  [
    '@flatten of null and of a list',
    '{"v":[{"@flatten":{"separator":".","value":{"@literal":null}}},{"@flatten":{"separator":".","value":[[1],[]]}}]}',
    '{"v":[{"":null},{"0.0":1}]}',
  ],
  [
    'undefined items stay in lists',
    '{"v":{"@literal":[{"@path":"gone"},{"a":{"@path":"gone"}}]}}',
    '{"v":[null,{}]}',
  ],
  [
    'undefined items are no payload',
    '{"v":{"@arrayPath":[{"@literal":[{"@path":"gone"},null,0]},{"t":{"@template":"<{{.}}>"},"p":{"@path":"$."},"l":{"@liquid":"{{ a }}"}}]}}',
    '{"v":[{"t":"<[object Object]>","l":""},{"t":"<>","p":null,"l":""},{"t":"<0>","p":0,"l":""}]}',
  ],
  [
    'a @transform of nothing',
    '{"v":{"@transform":{"apply":{"@path":"gone"},"mapping":{"t":{"@template":"{{.}}"},"p":{"@path":"$."}}}}}',
    '{"v":{"t":"[object Object]"}}',
  ],
  [
    'a @transform within one of nothing',
    '{"v":{"@transform":{"apply":{"@path":"gone"},"mapping":{"@transform":{"apply":{"a":1},"mapping":{"@path":"a"}}}}}}',
    '{"v":1}',
  ],
  [
    'a @transform of an item that is no object',
    '{"v":{"@arrayPath":["$.properties.tags",{"v":{"@transform":{"apply":{"a":1},"mapping":{"@path":"a"}}}}]}}',
    { fails: '/v/@arrayPath/1/v/@transform needs an object, not a string' },
  ],
  [
    'a root directive within @transform',
    '{"v":{"@transform":{"apply":{"__segment_internal_directive":{"@transform":{"apply":{"u":{"@path":"userId"}},"mapping":{}}},"out":{"@path":"u"}},"mapping":{"@path":"out"}}}}',
    '{"v":"u1"}',
  ],
  [
    'an invalid apply within a list fails though its branch is not taken',
    '{"v":[{"@transform":{"apply":{"@if":{"exists":{"@path":"gone"},"then":{"@nope":1}}},"mapping":{"a":1}}}]}',
    { fails: '/v/0/@transform/apply is not valid: /@if/then has an unknown directive: "@nope"' },
  ],
  [
    'a bad directive in a branch that is not taken, within a list',
    '{"v":[{"@if":{"exists":{"@path":"gone"},"then":{"@nope":1},"else":2}}]}',
    '{"v":[2]}',
  ],
  [
    'the first of two directives counts, within a list',
    '{"v":[{"@path":"userId","@template":"b"},{"@template":"b","@path":"userId"}]}',
    '{"v":["u1","b"]}',
  ],
  [
    'a directive with a foreign key is an object, within a list',
    '{"v":[{"@path":"userId","other":1}]}',
    '{"v":[{"@path":"userId","other":1}]}',
  ],
  [
    'options of @merge as directives, within a list',
    '{"v":[{"@merge":{"direction":{"@literal":"left"},"objects":[{"a":1},null,"xy",5,{"a":2}]}}]}',
    '{"v":[{"0":"x","1":"y","a":1}]}',
  ],
  [
    'the separator as a directive, within a list',
    '{"v":[{"@flatten":{"separator":{"@path":"properties.upper"},"value":{"a":{"b":1}}}}]}',
    '{"v":[{"aHeLLob":1}]}',
  ],
  [
    'blank: what JavaScript takes for an empty text',
    '{"v":[{"@if":{"blank":{"@literal":""},"then":"filled","else":"blank"}},{"@if":{"blank":{"@literal":0},"then":"filled","else":"blank"}},{"@if":{"blank":{"@literal":false},"then":"filled","else":"blank"}},{"@if":{"blank":{"@literal":[]},"then":"filled","else":"blank"}},{"@if":{"blank":{"@literal":[[]]},"then":"filled","else":"blank"}},{"@if":{"blank":{"@literal":[null]},"then":"filled","else":"blank"}},{"@if":{"blank":{"@literal":[0]},"then":"filled","else":"blank"}},{"@if":{"blank":{"@literal":{}},"then":"filled","else":"blank"}},{"@if":{"blank":{"@literal":" "},"then":"filled","else":"blank"}},{"@if":{"blank":{"@literal":"0"},"then":"filled","else":"blank"}},{"@if":{"blank":{"@literal":true},"then":"filled","else":"blank"}}]}',
    '{"v":["blank","blank","blank","blank","blank","blank","filled","filled","filled","filled","filled"]}',
  ],
  [
    'exists wins over blank, even falsy',
    '{"v":{"@if":{"exists":0,"blank":"x","then":1,"else":2}}}',
    '{"v":1}',
  ],
  ['a path with quotes of nothing', '{"v":{"@path":"a[\'\']"}}', '{"v":"E"}', '{"a":{"":"E"}}'],
  [
    'holes that come with values of three braces',
    '{"v":{"@template":"{{{a}}} {{b}}"}}',
    '{"v":"{{a}} {{a}}"}',
    '{"a":"{{b}}","b":"{{a}}"}',
  ],
  [
    'holes that meet only after the first pass',
    '{"v":{"@template":"{{{a}}}b}}"}}',
    '{"v":"B"}',
    '{"a":"{{","b":"B"}',
  ],
  [
    'a list with its own shape per directive',
    '{"v":{"@arrayPath":["$.properties.products",{"@path":"$.product_id"}]}}',
    '{"v":["p1","p2"]}',
  ],
  [
    'pairs of @replace that do not fit, within a list',
    '{"v":[{"@replace":{"value":"aXbX","pattern":"x","ignorecase":true,"pattern2":5}},{"@replace":{"value":"a","pattern":"a","global":"yes"}},{"@replace":{"value":"a","pattern":5}}]}',
    '{"v":["ab","",""]}',
  ],
  [
    'letters that are longer in the other case',
    '{"v":{"@replace":{"value":"ßſK","pattern":"k","replacement":"-","ignorecase":true}}}',
    '{"v":"ßſ-"}',
  ],
  [
    'decoding keeps what is no text',
    '{"v":{"@json":{"mode":"decode","value":{"a":{"@path":"gone"},"b":[{"@path":"gone"}]}}}}',
    '{"v":{"b":[null]}}',
  ],
  [
    'a mode of other letters',
    '{"v":[{"@json":{"mode":"Decode","value":"1"}},{"@json":{"mode":"other","value":"1"}}]}',
    '{"v":[null,null]}',
  ],
  [
    'names made of digits come first',
    '{"v":{"@merge":{"direction":"left","objects":[{"b":1,"1":1},{"0":1}]}}}',
    '{"v":{"0":1,"1":1,"b":1}}',
  ],
  [
    'a root directive with a list',
    '{"__segment_internal_directive":{"@arrayPath":["$.properties.tags"]},"out":1}',
    '["x","y"]',
  ],
  [
    'a root directive without an @',
    '{"__segment_internal_directive":{"a":{"b":{"@path":"userId"}}},"out":{"@path":"userId"}}',
    '{"a":{"b":"u1","mapping":{"out":"u1"}}}',
  ],
  [
    'a root directive that has a mapping already',
    '{"__segment_internal_directive":{"@transform":{"apply":{"u":{"@path":"userId"}},"mapping":{"x":1}}},"out":{"@path":"u"}}',
    '{"out":"u1"}',
  ],
]
