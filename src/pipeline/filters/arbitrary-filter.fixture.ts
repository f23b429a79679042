import fc from 'fast-check'
import type { JsonObject } from '../../kernel/json.ts'
import { type FilterFunction, type FilterNode, FUNCTIONS, OPERATORS } from './filter.ts'

/** Few names and values, so that filters and events that know nothing of each other meet often. */
const NAMES = ['properties', 'total', 'codes', 'a', 'b', '0', 'length', 'userId']
const ODD_NAMES = [
  'a b',
  'a.b',
  'größe',
  '1x',
  '-',
  'and',
  'in',
  'null',
  'all',
  'contains',
  '🎟',
  '\\',
]
const PROTOTYPE_NAMES = ['__proto__', 'constructor', 'toString']
const TEXTS = ['', 'a', 'ab', 'VIP', '12', 'true', 'false', "it's", 'say "a"', '\\', 'a b', 'é🎟']
const NUMBERS = [0, 1, -1, 12, 0.5, 1e21, -1e-7]
const PATTERNS = ['*', 'a*', '?b', '[a-z]*', '\\*', '', '*a*a*', '[^a]?']

const oneOf = <T>(values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const someName = fc.oneof(
  { weight: 6, arbitrary: oneOf(NAMES) },
  { weight: 2, arbitrary: oneOf(ODD_NAMES) },
  oneOf(PROTOTYPE_NAMES),
  fc.string({ minLength: 1, unit: 'grapheme' }),
)
const someScalar = oneOf<string | number | boolean | null>([
  ...TEXTS,
  ...NUMBERS,
  true,
  false,
  null,
])

const { value: someValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: someScalar },
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(someName, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

/** Any event, malformed ones too. */
export const someEvent: fc.Arbitrary<JsonObject> = fc
  .dictionary(someName, someValue, { maxKeys: 5, noNullPrototype: true })
  .map((event) => event as JsonObject)

const somePath = fc
  .array(someName, { minLength: 1, maxLength: 3 })
  .map((path): FilterNode => ({ kind: 'path', path }))
const someLiteral = someScalar.map((value): FilterNode => ({ kind: 'value', value }))
const NAMES_OF_CONDITIONS = ['contains', 'bool'] as const
const NAMES_OF_VALUES = (Object.keys(FUNCTIONS) as FilterFunction[]).filter(
  (name) => !FUNCTIONS[name].isCondition,
)

const call = (name: FilterFunction, args: readonly FilterNode[]): FilterNode => ({
  kind: 'call',
  name,
  arguments: args.slice(0, FUNCTIONS[name].takes),
})

/** Any AST that a text can say. */
export const { condition: someFilter } = fc.letrec<{ condition: FilterNode; operand: FilterNode }>(
  (tie) => ({
    condition: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      somePath,
      fc
        .record({ operator: oneOf(OPERATORS), left: tie('operand'), right: tie('operand') })
        .map((comparison): FilterNode => ({ kind: 'comparison', ...comparison })),
      fc
        .tuple(oneOf(NAMES_OF_CONDITIONS), tie('operand'), tie('operand'))
        .map(([name, ...args]) => call(name, args)),
      fc
        .tuple(tie('operand'), oneOf(PATTERNS))
        .map(([text, value]) => call('match', [text, { kind: 'value', value }])),
      fc.boolean().map((value): FilterNode => ({ kind: 'value', value })),
      tie('condition').map((operand): FilterNode => ({ kind: 'not', operand })),
      fc
        .record({
          operator: oneOf(['and', 'or'] as const),
          operands: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
        })
        .map((group): FilterNode => ({ kind: 'group', ...group })),
    ),
    operand: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 3, arbitrary: somePath },
      { weight: 2, arbitrary: someLiteral },
      fc
        .array(tie('operand'), { maxLength: 3 })
        .map((items): FilterNode => ({ kind: 'list', items })),
      fc.tuple(oneOf(NAMES_OF_VALUES), tie('operand')).map(([name, of]) => call(name, [of])),
      tie('condition'),
    ),
  }),
)

/** Texts that are filters, nearly are, or are not. */
export const someFilterText = fc
  .array(
    oneOf([
      'a',
      'properties.total',
      "'x'",
      '12',
      '=',
      '!=',
      '>',
      'in',
      'and',
      'or',
      '!',
      '(',
      ')',
      '[',
      ']',
      ',',
      'length(',
      'match(',
      "'a*'",
      '\\',
      '"',
      '.',
    ]),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(' '))
