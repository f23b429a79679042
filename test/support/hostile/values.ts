import type { Random } from './random.ts'

export type Value = unknown

const nested = (levels: number, key: string): Value => {
  let value: Value = 1
  for (let level = 0; level < levels; level += 1) value = { [key]: value }
  return value
}
const nestedArray = (levels: number): Value => {
  let value: Value = 1
  for (let level = 0; level < levels; level += 1) value = [value]
  return value
}

/** Keys that are members of every object, as own ones of a parsed body. */
const PROTOTYPE_KEYS: Value[] = [
  JSON.parse('{"__proto__":{"isAdmin":true,"projectId":"other"}}'),
  { constructor: { prototype: { isAdmin: true } } },
  { toString: 1, hasOwnProperty: null, valueOf: 'x' },
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
]

const TEXTS: Value[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udfffy',
  '\ufeff',
  '\u202eevil\u202c',
  'é́́́́́́́́́',
  '𝕏𝒴',
  '👩‍👩‍👧‍👦',
  'İı',
  "'; drop table voucher; --",
  "' or '1'='1",
  '1) union select token from application_key --',
  '%',
  '_%_',
  '\\',
  '\\%\\_',
  '%25%00',
  '(a+)+$',
  '.*'.repeat(50),
  '[',
  '(?<x>',
  '$.**{2 to last}',
  '$[*] ? (@.a == "x")',
  '{{name}}',
  '<%= 7*7 %>',
  '<script>alert(1)</script>',
  '../../etc/passwd',
  'http://127.0.0.1:1/',
  'file:///etc/passwd',
  'NaN',
  'Infinity',
  '-0',
  '1e400',
  '0x10',
  '1_000',
  'null',
  'undefined',
  'true',
  '2026-13-45',
  '0000-00-00',
  '-271821-04-20T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
  '9999-12-31T23:59:59.999999999+14:59',
  '2026-06-01T25:00:00Z',
  'P999999999Y',
  'PT-1H',
  'tbe_0123456789a_x',
  'eyJhIjoxfQ==',
  'W251bGxd',
  'WzEsMl0',
  'a'.repeat(300),
  'b'.repeat(2_100),
  'ü'.repeat(5_000),
  'c'.repeat(70_000),
]

const NUMBERS: Value[] = [
  0,
  -0,
  -1,
  1,
  0.1,
  -0.5,
  99.999999,
  100.0000001,
  2_147_483_647,
  2_147_483_648,
  -2_147_483_649,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 1,
  -Number.MAX_SAFE_INTEGER,
  2 ** 63,
  1e21,
  1e300,
  -1e300,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
]

const SHAPES: Value[] = [
  null,
  true,
  false,
  [],
  {},
  [null],
  [[]],
  [{}],
  [1, 'a', null, {}],
  { '': '' },
  { a: { b: [] } },
  nested(50, 'a'),
  nested(70, 'conditions'),
  nestedArray(65),
  nestedArray(2_000),
  Array.from({ length: 1_001 }, (_, index) => index),
  Array.from({ length: 200 }, () => ({ id: 'x', object: 'voucher' })),
  Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`key${index}`, index])),
]

const FILTERS: Value[] = [
  { junction: 'and' },
  { junction: 'xor', name: { conditions: { $is: ['a'] } } },
  { name: { conditions: { $is: [] } } },
  { name: { conditions: { $is: [['a']] } } },
  { code: { conditions: { $contains: ['%_\\'], $not_contain: ['%'] } } },
  { name: { conditions: { $starts_with: ['\\'], $ends_with: ['_'] } } },
  { created_at: { conditions: { $after: ['+275760-09-13T00:00:00Z'], $before: ['x'] } } },
  { amount: { conditions: { $more_than: ['1e400'], $less_than: [{}] } } },
  { 'metadata.__proto__': { conditions: { $is: ['x'], $has_value: [true] } } },
  { 'metadata.a.b': { conditions: { $is_unknown: [null] } } },
  { active: { conditions: { $is: ['$expired', '$nothing'] } } },
  { __proto__: null, constructor: { conditions: { $is: ['x'] } } },
  { name: nested(50, 'conditions') },
  Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [
      `metadata.k${index}`,
      { conditions: { $is: ['v'] } },
    ]),
  ),
]

const FORMULAS: Value[] = [
  'ORDER_AMOUNT',
  '('.repeat(500),
  `${'('.repeat(200)}1${')'.repeat(200)}`,
  '1/0',
  '-'.repeat(1_000),
  `1${'+1'.repeat(3_000)}`,
  'POW(9;POW(9;POW(9;9)))',
  'MAX(',
  'ROUND(1;1000000000)',
  'IF(1=1;IF(1=1;IF(1=1;1;0);0);0)',
  'ORDER_METADATA("__proto__")',
  'ORDER_METADATA(constructor)',
  '1e999999',
  '9'.repeat(3_000),
]

const rule = (conditions: Value, name = 'order.amount'): Value => ({ name, conditions })
const RULES: Value[] = [
  { 1: rule({ $more_than: [100] }), logic: '1' },
  { 1: rule({ $is: ['x'] }, 'customer.metadata'), logic: '1' },
  { 1: rule({ $is: ['x'] }, '__proto__'), logic: '1' },
  { 1: rule({ $nope: [1] }), logic: '1' },
  { 1: rule({ $more_than: ['NaN', null, {}] }), logic: '1 and (' },
  { 1: rule({ $more_than: [1] }), logic: `${'('.repeat(400)}1${')'.repeat(400)}` },
  { 1: rule({ $more_than: [1] }), logic: '1 or '.repeat(3_000) },
  { 1: { ...(rule({ $is: [1] }) as object), rules: nested(60, 'rules') }, logic: '1' },
  Object.fromEntries([
    ...Array.from({ length: 300 }, (_, index) => [String(index + 1), rule({ $is: [index] })]),
    ['logic', Array.from({ length: 300 }, (_, index) => index + 1).join(' and ')],
  ]),
]

/** What a field of this name is abused with, beside what any field is. */
const BY_NAME: readonly [name: RegExp, values: readonly Value[]][] = [
  [/formula$/, FORMULAS],
  [/^filters?$/, FILTERS],
  [/^rules$/, RULES],
]

/** A value that a field called `name` has no use for. */
export function hostileValue(random: Random, name: string): Value {
  const special = BY_NAME.find(([pattern]) => pattern.test(name))?.[1]
  if (special && random.percent(60)) return random.pick(special)
  return random.pick(random.pick([TEXTS, NUMBERS, SHAPES, PROTOTYPE_KEYS]))
}

/** A text for a path, a query or a header. */
export const hostileText = (random: Random): string => String(random.pick(TEXTS))

/** `body` with one place of it made hostile; what was given stays as it is. */
export function spoil(random: Random, body: Value, name = ''): Value {
  if (Array.isArray(body) && body.length > 0 && random.percent(85)) {
    const index = random.below(body.length)
    return body.with(index, spoil(random, body[index], name))
  }
  if (typeof body !== 'object' || body === null || random.percent(8)) {
    return hostileValue(random, name)
  }
  const keys = Object.keys(body)
  if (keys.length === 0 || random.percent(8)) {
    return { ...body, [String(random.pick(TEXTS))]: hostileValue(random, name) }
  }
  const key = random.pick(keys)
  return { ...body, [key]: spoil(random, (body as Record<string, Value>)[key], key) }
}
