import { type Example, SAMPLE_EVENT } from './example.fixture.ts'

/** §3.5, @path. */
export const PATHS: readonly Example[] = [
  ['path1', '{"@path":"$.event"}', '"Order Completed"'],
  ['path2', '{"@path":"event"}', '"Order Completed"'],
  ['path3', '{"@path":"$.properties.nested.a.b"}', '1'],
  ['path4', '{"v":{"@path":"$.properties.tags[0]"}}', '{"v":"x"}'],
  ['path5', '{"v":{"@path":"$.properties.tags.1"}}', '{"v":"y"}'],
  ['path6', '{"v":{"@path":"$.properties.nope.deep"}}', '{}'],
  ['path7', '{"v":{"@path":"$.properties.nul"}}', '{"v":null}'],
  ['path8', '{"v":{"@path":"$.properties.zero.x"}}', '{"v":0}'],
  ['path9', '{"v":{"@path":"$.properties[\'dotted.key\']"}}', '{}'],
  ['path10', '{"v":{"@path":"$.properties.dotted.key"}}', '{}'],
  ['path11', '{"v":{"@path":"$.properties.sp ace"}}', '{"v":"S"}'],
  ['path12', '{"v":{"@path":"$.properties[\'sp ace\']"}}', '{"v":"S"}'],
  ['path13', '{"v":{"@path":"$"}}', '{}'],
  ['path14', '{"v":{"@path":""}}', JSON.stringify({ v: JSON.parse(SAMPLE_EVENT) })],
  ['path14b', '{"v":{"@path":"$."}}', JSON.stringify({ v: JSON.parse(SAMPLE_EVENT) })],
  ['path15', '{"v":{"@path":"$.properties.products[*].product_id"}}', '{}'],
  ['path16', '{"v":{"@path":"$.properties.products.length"}}', '{"v":2}'],
  ['path17', '{"v":{"@path":"$.properties.products[0].product_id"}}', '{"v":"p1"}'],
  [
    'path18',
    '{"v":{"@path":{"@template":"$.properties.{{type}}"}}}',
    '{"v":"E"}',
    '{"type":"email","properties":{"email":"E"}}',
  ],
  [
    'path19',
    '{"v":{"@path":5}}',
    { fails: '/v/@path must be a string or a directive, not a number' },
  ],
  ['path20', '{"v":{"@path":"$.properties.products.$.product_id"}}', '{}'],
  ['path21', '{"v":{"@path":"$.properties.nested.c[1].d"}}', '{"v":2}'],
  ['path22', '{"v":{"@path":"$.properties.empty.length"}}', '{"v":""}'],
  ['path23', '{"v":{"@path":"$.event.length"}}', '{"v":15}'],
  ['path24', '{"v":{"@path":"$.properties.nul.x"}}', '{"v":null}'],
]

/** §3.5, @template. */
export const TEMPLATES: readonly Example[] = [
  ['tpl1', '{"v":{"@template":"Viewed {{name}} Page"}}', '{"v":"Viewed  Page"}'],
  ['tpl2', '{"v":{"@template":"Viewed {{event}} Page"}}', '{"v":"Viewed Order Completed Page"}'],
  ['tpl3', '{"v":{"@template":"{{properties.total}}"}}', '{"v":"9.5"}'],
  [
    'tpl4',
    '{"v":{"@template":"{{properties.flag}}/{{properties.no}}/{{properties.zero}}/{{properties.nul}}/{{properties.missing}}"}}',
    '{"v":"true/false/0//"}',
  ],
  ['tpl5', '{"v":{"@template":"{{properties.obj}}"}}', '{"v":"[object Object]"}'],
  ['tpl6', '{"v":{"@template":"{{properties.tags}}"}}', '{"v":"x,y"}'],
  [
    'tpl7',
    '{"v":{"@template":"{{{properties.html}}} {{properties.html}}"}}',
    '{"v":"<b>&</b> <b>&</b>"}',
  ],
  ['tpl8', '{"v":{"@template":"{{ properties.email }}"}}', '{"v":"a@b.c"}'],
  ['tpl9', '{"v":{"@template":"{{$.properties.email}}"}}', '{"v":""}'],
  ['tpl10', '{"v":{"@template":""}}', '{"v":""}'],
  ['tpl11', '{"v":{"@template":"{{#if event}}x{{/if}}"}}', '{"v":"x"}'],
  ['tpl12', '{"v":{"@template":"{{properties.missing}}"}}', '{"v":""}'],
  ['tpl13', '{"v":{"@template":"plain"}}', '{"v":"plain"}'],
  ['tpl14', '{"v":{"@template":"{{properties.tags[0]}}-{{properties.tags.1}}"}}', '{"v":"x-y"}'],
  ['tpl15', '{"v":{"@template":"a {{ b"}}', '{"v":"a {{ b"}'],
  [
    'tpl16',
    '{"v":{"@template":5}}',
    { fails: '/v/@template must be a string or a directive, not a number' },
  ],
  ['tpl17', '{"v":{"@template":{"@path":"$.event"}}}', '{"v":"Order Completed"}'],
  ['tpl18', '{"v":{"@template":"{{}}"}}', '{"v":"{{}}"}'],
  ['tpl19', '{"v":{"@template":"{{.}}"}}', '{"v":"[object Object]"}'],
]

/** §3.5, @liquid. */
export const LIQUID: readonly Example[] = [
  ['lq1', '{"v":{"@liquid":"Hello {{ properties.email | upcase }}"}}', '{"v":"Hello A@B.C"}'],
  ['lq2', '{"v":{"@liquid":"{% if properties.flag %}Y{% else %}N{% endif %}"}}', '{"v":"Y"}'],
  ['lq3', '{"v":{"@liquid":"{{ properties.total | plus: 1 }}"}}', '{"v":"10.5"}'],
  [
    'lq4',
    '{"v":{"@liquid":"{% for x in properties.tags %}{{x}}{% endfor %}"}}',
    { fails: '/v/@liquid tag "for" is disabled, line:1, col:1' },
  ],
  [
    'lq5',
    '{"v":{"@liquid":"{{ properties.tags | sort }}"}}',
    { fails: '/v/@liquid filter "sort" is disabled, line:1, col:1' },
  ],
  ['lq6', '{"v":{"@liquid":"{{ properties.missing | default: \\"d\\" }}"}}', '{"v":"d"}'],
  ['lq7', '{"v":{"@liquid":""}}', '{"v":""}'],
  [
    'lq8',
    JSON.stringify({ v: { '@liquid': 'x'.repeat(1001) } }),
    { fails: '/v/@liquid must be a string of at most 1000 characters' },
  ],
  [
    'lq9',
    '{"v":{"@liquid":"{{ properties.obj }}|{{ properties.tags }}|{{ properties.tags | join: \\"-\\" }}|{{properties.nul}}"}}',
    '{"v":"[object Object]|xy|x-y|"}',
  ],
  [
    'lq10',
    '{"v":{"@liquid":"{{ properties.html }}|{{ properties.html | escape }}"}}',
    '{"v":"<b>&</b>|&lt;b&gt;&amp;&lt;/b&gt;"}',
  ],
  [
    'lq11',
    '{"v":{"@liquid":"{% unclosed"}}',
    { fails: '/v/@liquid tag "{% unclosed" not closed, line:1, col:1' },
  ],
  ['lq12', '{"v":{"@liquid":"{{ properties.email | nofilter }}"}}', '{"v":"a@b.c"}'],
  ['lq13', '{"v":{"@liquid":5}}', { fails: '/v/@liquid must be a string, not a number' }],
  [
    'lq14',
    '{"v":{"@liquid":"{% case event %}{% when \\"Order Completed\\" %}A{% endcase %}"}}',
    { fails: '/v/@liquid tag "case" is disabled, line:1, col:1' },
  ],
  [
    'lq15',
    '{"v":{"@liquid":"{{event.properties.email}}|{{ \\"2024-01-01T00:00:00Z\\" | date: \\"%s\\" }}"}}',
    '{"v":"|1704067200"}',
  ],
]
