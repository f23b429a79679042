import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../kernel/json.ts'
import { conformMetadata } from './conform-metadata.ts'
import { matchMetadata, type Occasion } from './match-metadata.ts'
import type { Metadata, MetadataDefinition, MetadataDefinitions } from './metadata-schema.ts'
import { compiled } from './metadata-schemas.fixture.ts'

const schema = (
  properties: MetadataDefinitions,
  { objects = {}, allowsDefinedOnly = false }: Options = {},
) => {
  const found = compiled({ order: properties, ...objects }, { allowsDefinedOnly }).get('order')
  if (!found) throw new Error('the schema that was given')
  return found
}
type Options = { objects?: Record<string, MetadataDefinitions>; allowsDefinedOnly?: boolean }

/** What is said about `value` under a key defined so; undefined when it fits. */
const complaint = (definition: MetadataDefinition, value: Json): string | undefined =>
  matchMetadata(schema({ key: definition }), { key: value }, 'create')[0]

describe('matchMetadata', () => {
  it.each<[string, Json[], Json[]]>([
    ['string', ['', 'x', 'true'], [1, true, ['x'], { a: 1 }]],
    ['number', [0, -1.5, 1e3], ['1', true, [1], Number.POSITIVE_INFINITY]],
    ['boolean', [true, false], ['true', 'false', 0, 'yes']],
    ['date', ['2026-03-01', '2028-02-29'], ['2026-02-30', '2026-3-1', '2026-03-01T10:00:00Z', 1]],
    ['datetime', ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00+02:00'], ['tomorrow', 20260301]],
    ['geopoint', ['52.2297,21.0122', '-90, 180'], ['90.1,0', '0,181', '52', { lat: 1, lng: 2 }]],
    [
      'image_url',
      ['https://s.example/a.jpg', 'http://s.example/a.JPEG', 'https://s.example/a.png?w=1'],
      ['https://s.example/a.gif', 'http.com', 'ftp://s.example/a.png', 1],
    ],
    ['object', [{}, { a: { b: 1 } }], ['x', 1, [{}]]],
  ])('takes of a %s %j and refuses %j (M-7)', (type, fitting, wrong) => {
    for (const value of fitting) expect(complaint({ type }, value)).toBeUndefined()
    for (const value of wrong) expect(complaint({ type }, value)).toContain('key: must be ')
  })

  it.each<[MetadataDefinition, Json, Json]>([
    [{ type: 'string', eq: ['a', 'b'] }, 'b', 'c'],
    [{ type: 'number', eq: [1.5] }, 1.5, 1],
    [{ type: 'string', ne: ['a'] }, 'b', 'a'],
    [{ type: 'number', ne: [1, 2, 18] }, 3, 18],
    [{ type: 'number', lt: 9.5 }, 9.4, 9.5],
    [{ type: 'number', lte: 9.5 }, 9.5, 9.6],
    [{ type: 'number', gt: 0 }, 0.1, 0],
    [{ type: 'number', gte: 15 }, 15, 14],
    [{ type: 'string', minLength: 2 }, '👍👍', 'a'],
    [{ type: 'string', maxLength: 2 }, '👍👍', 'abc'],
    [{ type: 'string', exactLength: 5 }, 'abcde', 'abcd'],
    [{ type: 'string', array: true, exactLength: 1 }, ['a', 'b'], ['a', 'bc']],
    [{ type: 'number', array: true, eq: [1, 2] }, [], 1],
  ])('holds values against %j: %j and not %j', (definition, fitting, wrong) => {
    expect(complaint(definition, fitting)).toBeUndefined()
    expect(complaint(definition, wrong)).toBeDefined()
  })

  it.each<[string, MetadataDefinition, Json, string]>([
    [
      'acquisition_channel',
      { type: 'string', optional: false, eq: ['Facebook', 'Twitter', 'Website'] },
      'snap',
      "acquisition_channel: must be a string, property is required, must be equal to one of Facebook,Twitter,Website (actual value is 'snap')",
    ],
    [
      'location_id',
      { type: 'string', array: true, eq: ['L1', 'L2', 'L3'] },
      'L1',
      "location_id: must be an array, and every element: must be a string, must be equal to one of L1,L2,L3 (actual value is 'L1')",
    ],
    [
      'ImageURL',
      { type: 'image_url' },
      'http.com',
      "ImageURL: must be a URL pointing to JPG/JPEG or PNG resource (actual value is 'http.com')",
    ],
    ['n', { type: 'number' }, ['a', 1], "n: must be a number (actual value is 'a,1')"],
    [
      'n',
      { type: 'number', array: true },
      [null],
      "n: must be an array, and every element: must be a number (actual value is '[null]')",
    ],
    [
      'n',
      { type: 'number' },
      `${'x'.repeat(199)}🎁`,
      `n: must be a number (actual value is '${'x'.repeat(199)}\uFFFD')`,
    ],
    ['n', { type: 'number' }, { a: 1 }, `n: must be a number (actual value is '{"a":1}')`],
    [
      'n',
      { type: 'number' },
      'x'.repeat(999),
      `n: must be a number (actual value is '${'x'.repeat(200)}')`,
    ],
  ])(
    'says of %s all that is asked of it, as the reference does (M-3)',
    (key, definition, value, text) => {
      expect(matchMetadata(schema({ [key]: definition }), { [key]: value }, 'update')).toEqual([
        text,
      ])
    },
  )

  it('tells every key that is wrong (M-3)', () => {
    const definitions = { a: { type: 'number' }, b: { type: 'string', optional: false } }
    expect(matchMetadata(schema(definitions), { a: 'x', c: 1 }, 'create')).toEqual([
      "b: must be a string, property is required (actual value is 'undefined')",
      "a: must be a number (actual value is 'x')",
    ])
  })

  it.each<[Occasion, Metadata, boolean]>([
    ['create', { must: 'x' }, true],
    ['create', {}, false],
    ['create', { must: null }, false],
    ['update', {}, true],
    ['update', { other: 1 }, true],
    ['update', { must: null }, false],
    ['update', { must: 'x' }, true],
  ])('on %s asks of %j what is required: %j (M-4)', (occasion, metadata, fits) => {
    const definitions = schema({
      must: { type: 'string', optional: false },
      may: { type: 'string' },
    })
    expect(matchMetadata(definitions, metadata, occasion)).toHaveLength(fits ? 0 : 1)
  })

  it('refuses what is not defined only where all has to be (M-1, M-2)', () => {
    const definitions = { a: { type: 'string' }, old: { type: 'number', deleted: true } }
    const metadata = { a: 'x', n: 7, old: 'x', gone: null }
    expect(matchMetadata(schema(definitions), metadata, 'create')).toEqual([])
    expect(
      matchMetadata(schema(definitions, { allowsDefinedOnly: true }), metadata, 'create'),
    ).toEqual([
      "n: property is not defined (actual value is '7')",
      "old: property is not defined (actual value is 'x')",
    ])
  })

  it.each([{ type: 'card' }, { type: 'object', objectType: 'card' }])(
    'holds nested objects against the custom schema that %j names',
    (definition) => {
      const card = {
        number: { type: 'string', optional: false },
        year: { type: 'number', gte: 2026 },
      }
      const definitions = schema(
        { card: definition, cards: { ...definition, array: true } },
        { objects: { card } },
      )
      const fits = { card: { number: '4', year: 2026, owner: 'J' }, cards: [{ number: '4' }] }
      expect(matchMetadata(definitions, fits, 'update')).toEqual([])
      expect(
        matchMetadata(
          definitions,
          { card: { year: 1 }, cards: [{ number: '4' }, { number: 5 }] },
          'update',
        ),
      ).toEqual([
        "card.number: must be a string, property is required (actual value is 'undefined')",
        "card.year: must be a number, must be greater than or equal to 2026 (actual value is '1')",
        "cards[1].number: must be a string, property is required (actual value is '5')",
      ])
      expect(matchMetadata(definitions, { cards: ['x'] }, 'update')).toEqual([
        "cards: must be an array, and every element: must be an object (actual value is 'x')",
      ])
    },
  )

  it('takes no inherited member for a definition', () => {
    const odd = JSON.parse('{"constructor": 1, "__proto__": "x", "toString": 2}') as Metadata
    expect(matchMetadata(schema({}), odd, 'create')).toEqual([])
    expect(matchMetadata(schema({}, { allowsDefinedOnly: true }), odd, 'create')).toHaveLength(3)
    const definitions = JSON.parse('{"__proto__": {"type": "number"}}') as MetadataDefinitions
    expect(matchMetadata(schema(definitions), odd, 'create')).toHaveLength(1)
  })

  it('takes all that an integration was let through with', () => {
    const scalar = fc.oneof(
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constantFrom('7', 'true', '2026-01-02T03:04:05+01:00', '1,2', 'https://x.io/a.png'),
    )
    const value = fc.oneof(
      scalar,
      fc.array(scalar),
      fc.dictionary(fc.constantFrom('a', 'b'), scalar),
    )
    const definition = fc.record(
      {
        type: fc.constantFrom(
          'string',
          'number',
          'boolean',
          'date',
          'datetime',
          'geopoint',
          'image_url',
          'card',
        ),
        array: fc.boolean(),
        gte: fc.integer(),
        maxLength: fc.nat(10),
        eq: fc.array(scalar, { maxLength: 2 }),
      },
      { requiredKeys: ['type'] },
    )
    const card = { a: { type: 'number' }, b: { type: 'string', maxLength: 5 } }
    fc.assert(
      fc.property(definition, value as fc.Arbitrary<Json>, (key, sent) => {
        const definitions = schema({ key: key as MetadataDefinition }, { objects: { card } })
        const { metadata } = conformMetadata(definitions, { key: sent })
        expect(matchMetadata(definitions, metadata, 'update')).toEqual([])
      }),
    )
  })
})
