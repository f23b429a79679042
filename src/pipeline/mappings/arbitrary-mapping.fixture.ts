import fc from 'fast-check'
import type { Json, JsonObject } from '../../kernel/json.ts'

/**
 * Random events and mappings that meet often: few names, values that look like paths, templates and JSON,
 * arguments of the right type mostly. Left out is what D-11 sets apart: names of prototype members,
 * `$` in replacements, Liquid that changes its input.
 */
const NAMES = ['a', 'b', 'list', 'item', 'text', 'number', '0', '1', 'x y', "q'u", 'a.b', '']
const TEXTS = ['', 'a', 'HeLLo', 'x-y-x', 'b.0', '$.a', '{{a}}', '{{{b}}}', '{"a":[1,{"b":null}]}']
const MORE_TEXTS = [
  '[1,2]',
  'null',
  '5',
  '{oops',
  '{{',
  '}}',
  ' ',
  '0',
  'true',
  'ß',
  '<b>&</b>',
  '[]',
]

const name = fc.constantFrom(...NAMES)
const text = fc.oneof(
  fc.constantFrom(...TEXTS, ...MORE_TEXTS),
  fc.string({ unit: fc.constantFrom('a', 'B', '0', '{', '}', '.', ' ', '-', '$'), maxLength: 8 }),
)
const scalar = fc.oneof(
  text,
  fc.constantFrom(null, true, false, 0, 1, -2.5, 1e21, 100),
) as fc.Arbitrary<Json>

const members = (value: fc.Arbitrary<Json>, maxKeys = 4): fc.Arbitrary<JsonObject> =>
  fc.dictionary(name, value, { maxKeys, noNullPrototype: true })

const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    { weight: 2, arbitrary: scalar },
    { weight: 2, arbitrary: members(tie('json')) as fc.Arbitrary<Json> },
    { weight: 1, arbitrary: fc.array(tie('json'), { maxLength: 3 }) as fc.Arbitrary<Json> },
  ),
}))

export const anEvent: fc.Arbitrary<JsonObject> = members(json, 8)

const step = fc.oneof(
  name.map((key) => `.${key}`),
  fc.constantFrom(
    '.length',
    '[0]',
    '[1]',
    "['a']",
    '["x y"]',
    '[b]',
    '.0',
    '.$',
    "['']",
    '.',
    '$.',
  ),
)
export const aPath: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom('$.', '', '$'), name, fc.array(step, { maxLength: 3 }))
      .map(([root, first, rest]) => root + first + rest.join('')),
  },
  { weight: 1, arbitrary: fc.constantFrom('', '.', '$', '$.', '..', '[', ']', "''") },
  {
    weight: 1,
    arbitrary: fc.string({
      unit: fc.constantFrom('a', 'b', '0', '.', '[', ']', '$', "'", '"', ' '),
      maxLength: 8,
    }),
  },
)

const piece = fc.oneof(
  aPath.map((path) => `{{${path}}}`),
  aPath.map((path) => `{{{ ${path} }}}`),
  name.map((key) => `{{${key}}}`),
  fc.constantFrom('a', ' ', '{', '}', '{{', '}}', '{{{', '}}}', 'text', '\n'),
)
export const aTemplate: fc.Arbitrary<string> = fc
  .array(piece, { maxLength: 4 })
  .map((pieces) => pieces.join(''))

const filter = fc.constantFrom(
  'upcase',
  'default: "d"',
  'plus: 1',
  'times: 2',
  'size',
  'join: "-"',
  'first',
  'last',
  'append: "z"',
  'replace: "a", "b"',
  'split: "-"',
  'json',
  'escape',
  'slice: 0, 2',
  'nofilter',
  'sort',
  'strip',
  'where: "a"',
)
const liquidPiece = fc.oneof(
  fc
    .tuple(name, fc.array(filter, { maxLength: 2 }))
    .map(
      ([key, filters]) =>
        `{{ ${['list', 'a', key].includes(key) ? key : 'item'}${filters.map((one) => ` | ${one}`).join('')} }}`,
    ),
  fc.constantFrom(
    '{% if a %}Y{% else %}N{% endif %}',
    '{% unless b %}U{% endunless %}',
    '{% assign c = a.b %}{{ c }}',
    '{{ list[0].a }}',
    '{{ a.b.item }}',
    '{% for x in list %}x{% endfor %}',
    '{% oops',
    '{{ a',
    'plain',
    '{% capture d %}{{ a }}{% endcapture %}{{ d }}',
    '{% case a %}{% endcase %}',
    '{% comment %}x{% endcomment %}',
    '{{ a == b }}',
    '{{ "2024-01-01T00:00:00Z" | date: "%s" }}',
    '{% cycle "x", "y" %}',
    '{{- a -}}',
  ),
)
const liquid = fc.array(liquidPiece, { maxLength: 3 }).map((pieces) => pieces.join(''))

/** Now and then a value where another type belongs. */
const mostly = <T>(
  value: fc.Arbitrary<T>,
  other: fc.Arbitrary<unknown> = scalar,
): fc.Arbitrary<Json> =>
  fc.oneof(
    { weight: 30, arbitrary: value },
    { weight: 1, arbitrary: other as fc.Arbitrary<T> },
  ) as fc.Arbitrary<Json>

const someOf = (
  fields: Record<string, fc.Arbitrary<Json>>,
  ...optional: string[]
): fc.Arbitrary<Json> => {
  const requiredKeys = Object.keys(fields).filter((key) => !optional.includes(key))
  return fc.oneof(
    { weight: 30, arbitrary: fc.record(fields, { requiredKeys, noNullPrototype: true }) },
    { weight: 1, arbitrary: fc.record(fields, { requiredKeys: [], noNullPrototype: true }) },
    { weight: 1, arbitrary: scalar },
  ) as fc.Arbitrary<Json>
}

type Tie = (key: 'value' | 'directive' | 'object') => fc.Arbitrary<Json>

const replacement = mostly(fc.constantFrom('', '_', '-', 'a'), fc.constant('longer than ten'))
const pattern = mostly(
  fc.constantFrom('a', '-', 'x', 'L', 'l', '.', ' ', '[', '\\', 'ß'),
  fc.constantFrom('', 'longer than ten', 5, null),
)

const branches = (condition: string, value: fc.Arbitrary<Json>) =>
  Object.fromEntries([condition, 'then', 'else'].map((key) => [key, value]))

function directiveArguments(tie: Tie): Record<string, fc.Arbitrary<Json>> {
  const value = tie('value')
  const textual = (own: fc.Arbitrary<string>): fc.Arbitrary<Json> =>
    mostly(
      fc.oneof(
        { weight: 4, arbitrary: own as fc.Arbitrary<Json> },
        { weight: 1, arbitrary: tie('directive') },
      ),
    )
  return {
    '@path': textual(aPath),
    '@template': textual(aTemplate),
    '@liquid': mostly(liquid),
    '@literal': value,
    '@if': fc.oneof(
      someOf(branches('exists', value), 'then', 'else'),
      someOf(branches('blank', value), 'then', 'else'),
      someOf({ ...branches('exists', value), ...branches('blank', value) }),
    ),
    '@case': someOf({
      operator: mostly(fc.constantFrom('lower', 'upper'), fc.constantFrom('title', null)),
      value: textual(text),
    }),
    '@replace': someOf(
      {
        value: textual(text),
        pattern,
        replacement,
        pattern2: pattern,
        replacement2: replacement,
        ignorecase: mostly(fc.boolean()),
        global: mostly(fc.boolean()),
      },
      'replacement',
      'pattern2',
      'replacement2',
      'ignorecase',
      'global',
    ),
    '@json': someOf({
      mode: mostly(fc.constantFrom('encode', 'decode', 'ENCODE'), fc.constantFrom('other', 5)),
      value,
    }),
    '@flatten': someOf(
      { value, separator: mostly(fc.constantFrom('.', '_')), omitArrays: mostly(fc.boolean()) },
      'omitArrays',
    ),
    '@merge': someOf({
      direction: mostly(fc.constantFrom('left', 'right', 'LEFT')),
      objects: mostly(fc.array(fc.oneof(tie('object'), tie('directive')), { maxLength: 3 })),
    }),
    '@excludeWhenNull': value,
    '@arrayPath': mostly(
      fc.oneof(
        fc.tuple(textual(aPath)),
        fc.tuple(textual(aPath), tie('object')),
        fc.tuple(tie('directive'), tie('object')),
        fc.tuple(textual(fc.constant('list')), tie('directive')),
      ),
    ),
    '@transform': someOf({
      apply: fc.oneof(tie('object'), tie('directive')),
      mapping: fc.oneof(tie('object'), tie('directive')),
    }),
    '@unknown': value,
  }
}

const RARE = new Set(['@unknown'])

function aDirective(tie: Tie): fc.Arbitrary<Json> {
  const kinds = Object.entries(directiveArguments(tie)).map(([key, argument]) => ({
    weight: RARE.has(key) ? 1 : key === '@path' ? 30 : 10,
    arbitrary: argument.map((given): Json => ({ [key]: given })),
  }))
  const metadata = { _metadata: { label: 'A', type: 'variable' } }
  const plain = fc.oneof(...kinds)
  return fc.oneof(
    { weight: 60, arbitrary: plain },
    {
      weight: 2,
      arbitrary: plain.map((found) => ({ ...(found as JsonObject), ...metadata }) as Json),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(plain, plain)
        .map(([one, two]) => ({ ...(one as JsonObject), ...(two as JsonObject) }) as Json),
    },
    {
      weight: 1,
      arbitrary: plain.map((found) => ({ ...(found as JsonObject), other: 1 }) as Json),
    },
  )
}

const language = fc.letrec<{ value: Json; directive: Json; object: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 6 },
    { weight: 3, arbitrary: scalar },
    { weight: 6, arbitrary: tie('directive') },
    { weight: 1, arbitrary: tie('object') },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) as fc.Arbitrary<Json> },
  ),
  directive: fc.oneof(
    { depthSize: 'small', maxDepth: 6 },
    { weight: 1, arbitrary: aPath.map((path): Json => ({ '@path': path })) },
    { weight: 3, arbitrary: aDirective(tie as Tie) },
  ),
  object: members(tie('value')) as fc.Arbitrary<Json>,
}))

const ROOT_KEY = '__segment_internal_directive'

export const aMapping: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 10, arbitrary: members(language.value) },
  { weight: 2, arbitrary: language.directive as fc.Arbitrary<JsonObject> },
  {
    weight: 1,
    arbitrary: fc
      .tuple(language.directive, members(language.value))
      .map(([root, rest]) => ({ [ROOT_KEY]: root, ...rest })),
  },
)
