import type { Example } from './example.fixture.ts'

/** §3.5, @if. */
export const CHOICES: readonly Example[] = [
  [
    'if1',
    '{"v":{"@if":{"exists":{"@path":"$.properties.email"},"then":{"@path":"$.properties.email"},"else":{"@path":"$.context.traits.email"}}}}',
    '{"v":"a@b.c"}',
  ],
  [
    'if2',
    '{"v":{"@if":{"exists":{"@path":"$.properties.nope"},"then":1,"else":{"@path":"$.context.traits.email"}}}}',
    '{"v":"ctx@b.c"}',
  ],
  ['if3', '{"v":{"@if":{"exists":{"@path":"$.properties.nul"},"then":1,"else":2}}}', '{"v":2}'],
  ['if4', '{"v":{"@if":{"exists":{"@path":"$.properties.empty"},"then":1,"else":2}}}', '{"v":1}'],
  ['if5', '{"v":{"@if":{"exists":{"@path":"$.properties.zero"},"then":1,"else":2}}}', '{"v":1}'],
  ['if6', '{"v":{"@if":{"blank":{"@path":"$.properties.empty"},"then":1,"else":2}}}', '{"v":2}'],
  ['if7', '{"v":{"@if":{"blank":{"@path":"$.properties.zero"},"then":1,"else":2}}}', '{"v":2}'],
  ['if8', '{"v":{"@if":{"blank":{"@path":"$.properties.no"},"then":1,"else":2}}}', '{"v":2}'],
  [
    'if9',
    '{"v":{"@if":{"blank":{"@path":"$.properties.email"},"then":"nb","else":2}}}',
    '{"v":"nb"}',
  ],
  ['if10', '{"v":{"@if":{"exists":{"@path":"$.properties.nope"},"then":1}}}', '{}'],
  ['if11', '{"v":{"@if":{"exists":{"@path":"$.properties.nope"},"then":1,"else":0}}}', '{}'],
  ['if12', '{"v":{"@if":{"exists":{"@path":"$.properties.nope"},"then":1,"else":false}}}', '{}'],
  ['if13', '{"v":{"@if":{"exists":{"@path":"$.properties.email"},"then":0}}}', '{"v":0}'],
  [
    'if14',
    '{"v":{"@if":{"exists":false,"then":1}}}',
    { fails: '/v/@if must have "exists" or "blank"' },
  ],
  ['if15', '{"v":{"@if":{"then":1}}}', { fails: '/v/@if must have "exists" or "blank"' }],
  ['if16', '{"v":{"@if":{"exists":{"@path":"$.properties.email"},"then":null}}}', '{"v":null}'],
  ['if17', '{"v":{"@if":{"exists":{"@path":"$.properties.nope"},"then":1,"else":null}}}', '{}'],
  ['if18', '{"v":{"@if":{"blank":{"@path":"$.properties.list"},"then":1,"else":2}}}', '{"v":2}'],
  ['if19', '{"v":{"@if":"x"}}', { fails: '/v/@if must be an object, not a string' }],
  ['if20', '{"v":{"@if":{"exists":"literal","then":1}}}', '{"v":1}'],
  [
    'if21',
    '{"v":{"@if":{"exists":{"@path":"$.properties.nope"},"blank":{"@path":"$.properties.email"},"then":1,"else":2}}}',
    '{"v":2}',
  ],
]

/** §3.5, @case. */
export const CASES: readonly Example[] = [
  [
    'case1',
    '{"v":{"@case":{"operator":"lower","value":{"@path":"$.properties.upper"}}}}',
    '{"v":"hello"}',
  ],
  [
    'case2',
    '{"v":{"@case":{"operator":"upper","value":{"@path":"$.properties.upper"}}}}',
    '{"v":"HELLO"}',
  ],
  [
    'case3',
    '{"v":{"@case":{"operator":"upper","value":{"@path":"$.properties.total"}}}}',
    '{"v":9.5}',
  ],
  [
    'case4',
    '{"v":{"@case":{"operator":"title","value":{"@path":"$.properties.upper"}}}}',
    { fails: '/v/@case/operator must be "lower" or "upper"' },
  ],
  ['case5', '{"v":{"@case":{"operator":"lower"}}}', '{}'],
  [
    'case6',
    '{"v":{"@case":{"value":{"@path":"$.event"}}}}',
    { fails: '/v/@case must have "operator"' },
  ],
  [
    'case7',
    '{"v":{"@case":{"operator":"title","value":{"@path":"$.properties.total"}}}}',
    '{"v":9.5}',
  ],
  [
    'case8',
    '{"v":{"@case":{"operator":"lower","value":5}}}',
    { fails: '/v/@case/value must be a string or a directive, not a number' },
  ],
]

/** §3.5, literals / arrays. */
export const LITERALS: readonly Example[] = [
  ['lit1', '{"v":{"@literal":""}}', '{"v":""}'],
  ['lit2', '{"v":{"@literal":null}}', '{"v":null}'],
  [
    'lit3',
    '{"v":{"@literal":{"a":{"@path":"$.userId"},"b":{"@path":"$.zzz"}}}}',
    '{"v":{"a":"u1"}}',
  ],
  ['lit4', '{"v":{"@literal":true}}', '{"v":true}'],
  ['lit5', '{"v":"{{event}}"}', '{"v":"{{event}}"}'],
  ['lit6', '{"v":[1,{"@path":"$.userId"},{"@path":"$.zzz"},null]}', '{"v":[1,"u1",null,null]}'],
]

/** §3.5, @replace. */
export const REPLACEMENTS: readonly Example[] = [
  [
    'rp1',
    '{"v":{"@replace":{"value":{"@path":"$.event"},"pattern":" ","replacement":"_"}}}',
    '{"v":"Order_Completed"}',
  ],
  ['rp2', '{"v":{"@replace":{"value":{"@path":"$.event"},"pattern":"e"}}}', '{"v":"Ordr Compltd"}'],
  [
    'rp3',
    '{"v":{"@replace":{"value":{"@path":"$.event"},"pattern":"O","replacement":"0","ignorecase":true}}}',
    '{"v":"0rder C0mpleted"}',
  ],
  [
    'rp4',
    '{"v":{"@replace":{"value":{"@path":"$.event"},"pattern":"e","replacement":"3","global":false}}}',
    '{"v":"Ord3r Completed"}',
  ],
  [
    'rp5',
    '{"v":{"@replace":{"value":{"@path":"$.properties.total"},"pattern":".","replacement":","}}}',
    '{"v":"9,5"}',
  ],
  [
    'rp6',
    '{"v":{"@replace":{"value":{"@path":"$.properties.flag"},"pattern":"true","replacement":"yes"}}}',
    '{"v":"yes"}',
  ],
  [
    'rp7',
    '{"v":{"@replace":{"value":{"@path":"$.properties.nope"},"pattern":"a","replacement":"b"}}}',
    '{"v":""}',
  ],
  [
    'rp8',
    '{"v":{"@replace":{"value":{"@path":"$.event"},"pattern":"Order Comple","replacement":"b"}}}',
    { fails: '/v/@replace/pattern must be a string of 1 to 10 characters, not of 12' },
  ],
  [
    'rp9',
    '{"v":{"@replace":{"value":{"@path":"$.event"},"pattern":"Order","replacement":"Purchase","pattern2":"Completed","replacement2":"Done"}}}',
    '{"v":"Purchase Done"}',
  ],
  // D-11: the reference takes $& for what was found
  [
    'rp10',
    '{"v":{"@replace":{"value":{"@path":"$.event"},"pattern":"Order","replacement":"$&$&"}}}',
    '{"v":"$&$& Completed"}',
  ],
  [
    'rp11',
    '{"v":{"@replace":{"value":{"@path":"$.event"},"pattern":"","replacement":"x"}}}',
    { fails: '/v/@replace/pattern must be a string of 1 to 10 characters, not of 0' },
  ],
  [
    'rp12',
    '{"v":{"@replace":{"value":{"@path":"$.properties.obj"},"pattern":"a","replacement":"x"}}}',
    '{"v":""}',
  ],
]
