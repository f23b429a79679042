import fc from 'fast-check'
import { FIELD_NAMES, FIELDS } from './field.ts'
import { isNumberOperator, isStateOperator, OPERATORS } from './operator.ts'
import type {
  NumberOperand,
  TriggerAst,
  TriggerCondition,
  TriggerEvent,
  TriggerNode,
  TriggerSubject,
  TriggerTest,
} from './trigger.ts'

/** Few names and values, so that triggers and events that know nothing of each other meet often. */
const NAMES = ['total', 'plan', 'a', 'b', 'length', 'order', 'or', 'Feed-Type', '_x', '0']
const ODD_NAMES = [
  'a b',
  'a.b',
  'a[0]',
  'größe',
  '1x',
  '-',
  'null',
  'constructor',
  `it's "`,
  '\\',
  '🎟',
]
const TEXTS = ['', 'a', 'ab', 'b*', '*b', 'true', 'null', '30', 'eos', 'track', 'Order Done', '=']
const ODD_TEXTS = ["it's", 'x "y"', `'"`, '\\', 'a\nb', '(a)', '🎟', 'é']
const NUMBERS = [0, 1, -1, 30, 0.5, -30.25, 1e21, 1e-7]

const oneOf = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const someName = fc.oneof(
  { weight: 4, arbitrary: oneOf(NAMES) },
  oneOf(ODD_NAMES),
  fc.string({ minLength: 1 }),
)
const someText = fc.oneof({ weight: 4, arbitrary: oneOf(TEXTS) }, oneOf(ODD_TEXTS), fc.string())

const someScalar: fc.Arbitrary<unknown> = fc.oneof(
  oneOf([...TEXTS, ...NUMBERS, true, false, null]),
  oneOf(ODD_TEXTS),
)
const { tree: someValue } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: someScalar },
    fc.array(tie('tree'), { maxLength: 2 }),
    fc.dictionary(fc.oneof(oneOf(NAMES), oneOf(ODD_NAMES)), tie('tree'), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
  ),
}))

/** Any event, malformed ones too: each field may be missing, and may hold anything. */
export const someEvent: fc.Arbitrary<TriggerEvent> = fc.record(
  {
    type: fc.oneof(oneOf(['track', 'identify']), someScalar),
    ...Object.fromEntries(
      FIELD_NAMES.filter((name) => name !== 'type').map((name) => [
        name,
        fc.oneof(
          { weight: FIELDS[name].hasMembers ? 1 : 4, arbitrary: someScalar },
          {
            weight: FIELDS[name].hasMembers ? 6 : 1,
            arbitrary: fc.dictionary(someName, someValue, { maxKeys: 8, noNullPrototype: true }),
          },
        ),
      ]),
    ),
  },
  { requiredKeys: [] },
)

const someSubject: fc.Arbitrary<TriggerSubject> = oneOf(FIELD_NAMES).chain(
  (field): fc.Arbitrary<TriggerSubject> =>
    FIELDS[field].hasMembers
      ? fc.record({
          field: fc.constant(field),
          path: fc.array(someName, { minLength: 1, maxLength: 3 }),
        })
      : fc.constant({ field, path: [] }),
)
const someOperand: fc.Arbitrary<NumberOperand> = fc.oneof(
  oneOf(NUMBERS),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  oneOf(['NaN', 'Infinity', '-Infinity'] as const),
)
const someTest: fc.Arbitrary<TriggerTest> = oneOf(OPERATORS).chain(
  (operator): fc.Arbitrary<TriggerTest> => {
    if (isStateOperator(operator)) return fc.constant({ operator })
    if (isNumberOperator(operator)) return someOperand.map((value) => ({ operator, value }))
    return someText.map((value) => ({ operator, value }))
  },
)
export const someCondition: fc.Arbitrary<TriggerCondition> = fc
  .tuple(someSubject, someTest)
  .map(([subject, test]) => ({ kind: 'condition', ...subject, ...test }))

const { someGroup } = fc.letrec<{ someNode: TriggerNode; someGroup: TriggerAst }>((tie) => ({
  someNode: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 6, arbitrary: someCondition },
    { weight: 1, arbitrary: fc.constant<TriggerNode>({ kind: 'never', text: 'properties.1' }) },
    { weight: 3, arbitrary: tie('someGroup') },
  ),
  someGroup: fc.record({
    kind: fc.constant('group' as const),
    operator: oneOf(['and', 'or'] as const),
    children: fc.array(tie('someNode'), { maxLength: 4 }),
  }),
}))

/** Any trigger that a screen can build, odd names, values and groups included. */
export const someAst: fc.Arbitrary<TriggerAst> = someGroup

/** The words of the language, well and badly formed, and of nothing. */
const PIECES = [
  ...FIELD_NAMES,
  ...OPERATORS,
  ...NAMES.flatMap((name) => [`properties.${name}`, `traits.${name}`, `.${name}`]),
  ...[
    'context.a.b',
    'properties.a\\ b',
    'properties.a\\.b',
    'properties\\.',
    'event.foo',
    'propertiesX',
  ],
  ...['type = "track"', 'event = "a"', 'properties.total > 0', 'userId != null', 'name = a'],
  ...[
    'contains(event, "a")',
    'match(properties.a, "a*")',
    '!contains(traits.plan, "b")',
    'match(name, "ab")',
  ],
  ...[
    'and',
    'or',
    'and',
    'or',
    'AND',
    'OR',
    'not',
    '!',
    '(',
    ')',
    '(',
    ')',
    ',',
    '.',
    '[',
    ']',
    '"',
    "'",
  ],
  ...[
    'contains(',
    'match(',
    'contains',
    '=',
    '!=',
    '==',
    '>=5',
    '\\=',
    'no',
    'an',
    'nul',
    'nope',
    'constructor',
  ],
  ...[
    'true',
    'false',
    'null',
    '"a"',
    '"ab*"',
    '"*b"',
    '"true"',
    '"30"',
    '""',
    '30',
    '-1',
    '0.5',
    '-',
    '+',
    '1.',
    '.5',
  ],
  ...[' ', '\n', '\t', '\r', 'é', '🎟', '\\', '&&', '@'],
]
const somePieces = fc
  .array(fc.tuple(oneOf(PIECES), oneOf([' ', ' ', ' ', ' ', '', '\n'])), { maxLength: 14 })
  .map((pieces) => pieces.flat().join(''))

const SUBJECTS = PIECES.filter((piece) =>
  /^(?:properties|traits|context)\.|^(?:type|event|name|userId)$/.test(piece),
)
const VALUES = [
  '"track"',
  '"a"',
  '""',
  '"it\'s"',
  'a',
  'true',
  'false',
  'null',
  '0',
  '30',
  '-1',
  '"30"',
  'no',
  'Order\\ Done',
]
const someWrittenCondition = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(oneOf(SUBJECTS), oneOf(['=', '!=', '<', '<=', '>', '>=', ...OPERATORS]), oneOf(VALUES))
      .map((parts) => parts.join(' ')),
  },
  fc
    .tuple(
      oneOf(['', '', '!']),
      oneOf(['contains', 'match']),
      oneOf(SUBJECTS),
      oneOf([...VALUES, '"a*"', '"*b"', '"*"']),
    )
    .map(([not, name, subject, value]) => `${not}${name}(${subject}, ${value})`),
)
const someConnectives = fc.array(oneOf([' and ', ' or ']), { minLength: 4, maxLength: 4 })
const someWrittenList = (item: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(fc.array(item, { minLength: 1, maxLength: 4 }), someConnectives)
    .map(([items, connectives]) =>
      items.map((text, index) => `${index > 0 ? connectives[index] : ''}${text}`).join(''),
    )
const someWrittenTrigger = someWrittenList(
  fc.oneof(
    { weight: 2, arbitrary: someWrittenCondition },
    someWrittenList(someWrittenCondition).map((text) => `(${text})`),
  ),
)
/** A well-formed trigger in which something was cut out, or put in. */
const someDamagedTrigger = fc
  .tuple(someWrittenTrigger, fc.nat(), fc.nat({ max: 4 }), fc.oneof(oneOf(PIECES), fc.constant('')))
  .map(([text, from, length, piece]) => {
    const at = from % (text.length + 1)
    return text.slice(0, at) + piece + text.slice(at + length)
  })

/** Texts, most of which the published package accepts, for right or wrong. */
export const someTriggerText: fc.Arbitrary<string> = fc.oneof(
  someWrittenTrigger,
  someDamagedTrigger,
  somePieces,
)
