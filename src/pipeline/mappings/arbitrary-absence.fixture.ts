import fc from 'fast-check'
import type { Json, JsonObject } from '../../kernel/json.ts'

/**
 * Random mappings about what is not there: values that are missing or null, in the directives that tell an
 * undefined member from none. Few names, so that members meet. For events like `ANY_EVENT`.
 */
const gone: Json = { '@path': 'gone' }
const leaf = fc.constantFrom<Json[]>(
  gone,
  gone,
  1,
  null,
  { '@path': 'a' },
  { '@path': '$.' },
  { '@path': 'list' },
  { '@template': '{{.}}{{a}}' },
)

const directive = (name: string, argument: fc.Arbitrary<unknown>): fc.Arbitrary<Json> =>
  argument.map((given) => ({ [name]: given }) as Json)

const { value, object } = fc.letrec<{ value: Json; object: Json }>((tie) => {
  const [value, object] = [tie('value'), tie('object')]
  const values = fc.array(value, { maxLength: 3 })
  const directives = [
    directive('@literal', fc.oneof(value, values)),
    directive('@excludeWhenNull', value),
    directive('@json', fc.record({ mode: fc.constantFrom('encode', 'decode'), value })),
    directive(
      '@case',
      fc.record({ operator: fc.constant('upper'), value: directive('@literal', value) }),
    ),
    directive(
      '@flatten',
      fc.record({ value, separator: fc.constant('.'), omitArrays: fc.boolean() }),
    ),
    directive(
      '@merge',
      fc.record({ direction: fc.constantFrom('left', 'right'), objects: fc.array(object) }),
    ),
    directive('@arrayPath', fc.tuple(directive('@literal', fc.oneof(values, value)), object)),
    directive('@transform', fc.record({ apply: object, mapping: object })),
  ]
  const members = fc.dictionary(fc.constantFrom('a', 'b', 'a.b', 'list', '0'), value, {
    maxKeys: 3,
    noNullPrototype: true,
  })
  return {
    value: fc.oneof({ depthSize: 'medium', maxDepth: 7 }, leaf, object, values as typeof value),
    object: fc.oneof(
      { depthSize: 'medium', maxDepth: 7 },
      fc.constantFrom<Json[]>({ a: gone }, { 'a.b': 1, a: { b: gone } }, { a: null, b: 1 }),
      members as fc.Arbitrary<Json>,
      ...directives,
      directive('@path', fc.constantFrom('gone', '$.', 'a')),
    ),
  }
})

export const aMappingOfAbsence: fc.Arbitrary<JsonObject> = fc.record(
  { v: value, w: object },
  { noNullPrototype: true },
)

export const ANY_EVENT: JsonObject = { a: { b: null, a: 1 }, b: 2, list: [{ a: 1 }, null, 'x'] }
