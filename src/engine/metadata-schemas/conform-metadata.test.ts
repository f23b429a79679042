import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../kernel/json.ts'
import { conformMetadata, convertMetadata, readCells } from './conform-metadata.ts'
import type { Metadata, MetadataDefinition, MetadataDefinitions } from './metadata-schema.ts'
import { compiled } from './metadata-schemas.fixture.ts'

const schema = (
  properties: MetadataDefinitions,
  objects: Record<string, MetadataDefinitions> = {},
) => compiled({ customer: properties, ...objects }).get('customer')

/** What becomes of `value` under a key defined so: the stored value, or the reason why there is none. */
function conform(definition: MetadataDefinition, value: Json): Json | undefined {
  const { metadata, dropped } = conformMetadata(schema({ key: definition }), { key: value })
  expect(dropped.length + Object.keys(metadata).length).toBe(1)
  return dropped[0]?.reason ?? metadata['key']
}

const STRING = 'must be a string'
const NUMBER = 'must be a number'
const BOOLEAN = 'must be a boolean'
const DATE = 'must be a date'
const DATETIME = 'must be a datetime'
const GEOPOINT = 'must be a geopoint'
const IMAGE = 'must be a URL pointing to JPG/JPEG or PNG resource'

describe('conformMetadata', () => {
  it.each<[string, Json, Json]>([
    ['string', 'x', 'x'],
    ['string', '', ''],
    ['string', 7.5, '7.5'],
    ['string', false, 'false'],
    ['string', ['x'], STRING],
    ['string', { a: 1 }, STRING],

    ['number', 7, 7],
    ['number', -1.5, -1.5],
    ['number', '42', 42],
    ['number', ' -4.20 ', -4.2],
    ['number', '.5', 0.5],
    ['number', '1e3', 1000],
    ['number', 'abc', NUMBER],
    ['number', '', NUMBER],
    ['number', '0x10', NUMBER],
    ['number', 'Infinity', NUMBER],
    ['number', '1e999', NUMBER],
    ['number', Number.POSITIVE_INFINITY, NUMBER],
    ['number', true, NUMBER],

    ['boolean', true, true],
    ['boolean', 'true', true],
    ['boolean', 'false', false],
    ['boolean', 'TRUE', BOOLEAN],
    ['boolean', 1, BOOLEAN],

    ['date', '2026-03-01', '2026-03-01'],
    ['date', '2026-03-01T23:30:00-02:00', '2026-03-02'],
    ['date', '2026-02-30', DATE],
    ['date', '01.03.2026', DATE],
    ['date', '9999-12-31T23:00:00-05:00', DATE],
    ['date', 20260301, DATE],

    ['datetime', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000Z'],
    ['datetime', '2026-03-01T10:00:00+02:00', '2026-03-01T08:00:00.000Z'],
    ['datetime', '2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['datetime', 'tomorrow', DATETIME],

    ['geopoint', '52.2297,21.0122', '52.2297,21.0122'],
    ['geopoint', ' -90, 180 ', '-90,180'],
    ['geopoint', '90.1,0', GEOPOINT],
    ['geopoint', '0,-180.5', GEOPOINT],
    ['geopoint', '52.2297', GEOPOINT],
    ['geopoint', { lat: 1, lng: 2 }, GEOPOINT],

    ['image_url', 'https://shop.example/a.jpg', 'https://shop.example/a.jpg'],
    ['image_url', 'http://shop.example/a.JPEG?w=1', 'http://shop.example/a.JPEG?w=1'],
    ['image_url', 'https://shop.example/a.png', 'https://shop.example/a.png'],
    ['image_url', 'https://shop.example/a.gif', IMAGE],
    ['image_url', 'ftp://shop.example/a.png', IMAGE],
    ['image_url', 'a.png', IMAGE],
  ])('reads a %s from %j as %j (SI-15, M-7)', (type, value, expected) => {
    expect(conform({ type }, value)).toEqual(expected)
  })

  it.each<[object, Json, Json]>([
    [{ type: 'string', eq: ['Facebook', 'Website'] }, 'Website', 'Website'],
    [
      { type: 'string', eq: ['Facebook', 'Website'] },
      'snap',
      'must be equal to one of Facebook,Website',
    ],
    [{ type: 'number', eq: [1, 2] }, '2', 2],
    [{ type: 'number', eq: [1, 2] }, 3, 'must be equal to one of 1,2'],
    [{ type: 'number', eq: [] }, 3, 3],
    [{ type: 'number', ne: [3] }, 3, 'must not be equal to any of 3'],
    [{ type: 'number', ne: [3] }, 4, 4],
    [{ type: 'number', lt: 5 }, 4.99, 4.99],
    [{ type: 'number', lt: 5 }, 5, 'must be less than 5'],
    [{ type: 'number', lte: 5 }, 5, 5],
    [{ type: 'number', lte: 5 }, 6, 'must be less than or equal to 5'],
    [{ type: 'number', gt: 0 }, 1, 1],
    [{ type: 'number', gt: 0 }, 0, 'must be greater than 0'],
    [{ type: 'number', gte: 0 }, 0, 0],
    [{ type: 'number', gte: 0 }, -1, 'must be greater than or equal to 0'],
    [{ type: 'number', gte: [1], lt: [10] }, 10, 'must be less than 10'],
    [{ type: 'number', gte: null, lt: null, eq: null, ne: null }, 10, 10],
    [{ type: 'string', minLength: 2 }, 'a', 'must have at least 2 characters'],
    [{ type: 'string', minLength: 2 }, 42, '42'],
    [{ type: 'string', maxLength: 3 }, 'abcd', 'must have at most 3 characters'],
    [{ type: 'string', exactLength: 2 }, '👍👍', '👍👍'],
    [{ type: 'string', exactLength: 2 }, 'abc', 'must have exactly 2 characters'],
    [{ type: 'string', minLength: null, maxLength: null, exactLength: null }, '', ''],
  ])('holds %j against %j: %j', (definition, value, expected) => {
    expect(conform(definition as MetadataDefinition, value)).toEqual(expected)
  })

  it.each<[object, Json, Json]>([
    [{ type: 'number' }, ['1', 2], [1, 2]],
    [{ type: 'number' }, [], []],
    [{ type: 'number' }, 1, 'must be an array'],
    [{ type: 'number' }, [1, 'x'], 'must be an array, and every element: must be a number'],
    [{ type: 'number' }, [1, null], 'must be an array, and every element: must be a number'],
    [{ type: 'date' }, ['2026-01-02T03:04:05Z'], ['2026-01-02']],
    [
      { type: 'string', eq: ['L2'] },
      ['L2', 'L1'],
      'must be an array, and every element: must be equal to one of L2',
    ],
  ])('reads an array of %j from %j as %j, whole or not at all', (definition, value, expected) => {
    expect(conform({ ...definition, array: true } as MetadataDefinition, value)).toEqual(expected)
  })

  it('keeps everything where the project has no schema (D-04)', () => {
    const metadata: Metadata = { code: 'c', nested: { a: [1, null] }, gone: null }
    expect(conformMetadata(undefined, metadata)).toEqual({ metadata, dropped: [] })
  })

  it('keeps only what the schema defines and tells what it dropped (D-04, programs scenario 87)', () => {
    const definitions = { code: { type: 'string' }, old: { type: 'string', deleted: true } }
    expect(conformMetadata(schema(definitions), { code: 'c', n: 7, old: 'x' })).toEqual({
      metadata: { code: 'c' },
      dropped: [
        { key: 'n', reason: 'is not defined' },
        { key: 'old', reason: 'is not defined' },
      ],
    })
  })

  it('lets a null pass, which clears a key whatever the schema says of it (D-05)', () => {
    const definitions = {
      code: { type: 'string', optional: false },
      list: { type: 'number', array: true },
    }
    const metadata = { code: null, list: null, unknown: null }
    expect(conformMetadata(schema(definitions), metadata)).toEqual({ metadata, dropped: [] })
  })

  it('does not miss keys that the schema requires (SI-16)', () => {
    const definitions = { code: { type: 'string', optional: false } }
    expect(conformMetadata(schema(definitions), {})).toEqual({ metadata: {}, dropped: [] })
  })

  it('holds a nested object against the custom schema it names, by type or by object type', () => {
    const objects = { card: { number: { type: 'string' }, year: { type: 'number' } } }
    const value = { number: 4111, year: 'soon', owner: 'J', note: null }
    const expected = {
      metadata: { card: { number: '4111' } },
      dropped: [
        { key: 'card.year', reason: NUMBER },
        { key: 'card.owner', reason: 'is not defined' },
      ],
    }
    for (const definition of [{ type: 'card' }, { type: 'object', objectType: 'card' }])
      expect(conformMetadata(schema({ card: definition }, objects), { card: value })).toEqual(
        expected,
      )
  })

  it('drops a nested object without a custom schema, and what is no object', () => {
    const needsSchema = 'needs a schema of nested objects'
    expect(conform({ type: 'object' }, { a: 1 })).toBe(needsSchema)
    expect(conform({ type: 'object', objectType: 'nowhere' }, { a: 1 })).toBe(needsSchema)
    const definitions = schema({ card: { type: 'card' } }, { card: {} })
    expect(conformMetadata(definitions, { card: 'x' }).dropped).toEqual([
      { key: 'card', reason: 'must be an object' },
    ])
  })

  it('keeps keys of events that are not defined, and drops what does not fit (SI-24)', () => {
    const definitions = schema({ stars: { type: 'number' } })
    const sent = { stars: 'many', text: 'fine', deep: { a: [1] } }
    expect(conformMetadata(definitions, sent, { keepsUndefined: true })).toEqual({
      metadata: { text: 'fine', deep: { a: [1] } },
      dropped: [{ key: 'stars', reason: NUMBER }],
    })
  })

  it('takes no inherited member for a definition and keeps odd names as data', () => {
    const odd = JSON.parse('{"constructor": 1, "__proto__": "x", "toString": 2}') as Metadata
    expect(conformMetadata(schema({}), odd).dropped).toHaveLength(3)
    const definitions = JSON.parse('{"__proto__": {"type": "string"}}') as MetadataDefinitions
    const { metadata } = conformMetadata(schema(definitions), odd)
    expect(Object.keys(metadata)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype)
  })

  it('lets what it once let through pass unchanged', () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('7', 'true', '2026-01-02T03:04:05+01:00', '1,2', 'https://x.io/a.png'),
    )
    const scalar = fc.oneof(text, fc.integer(), fc.double({ noNaN: true }), fc.boolean())
    const value = fc.oneof(
      scalar,
      fc.array(scalar),
      fc.dictionary(fc.constantFrom('a', 'b'), scalar),
    )
    const definition = fc.record(
      {
        type: fc.constantFrom(
          ...['string', 'number', 'boolean', 'date', 'datetime', 'geopoint', 'image_url', 'card'],
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
        const definitions = schema({ key: key as MetadataDefinition }, { card })
        const { metadata } = conformMetadata(definitions, { key: sent })
        expect(conformMetadata(definitions, metadata)).toEqual({ metadata, dropped: [] })
      }),
    )
  })
})

describe('convertMetadata', () => {
  it('makes values of the type that they have, and leaves alone what it cannot (E-3)', () => {
    const card = { year: { type: 'number' } }
    const definitions = schema({ n: { type: 'number' }, card: { type: 'card' } }, { card })
    const sent = { n: '500', other: '7', card: { year: 'soon', owner: 'J' } }
    expect(convertMetadata(definitions, sent)).toEqual({ ...sent, n: 500 })
    expect(convertMetadata(definitions, { n: 'x', card: { year: '26' } })).toEqual({
      n: 'x',
      card: { year: 26 },
    })
    expect(convertMetadata(undefined, sent)).toBe(sent)
  })

  it('takes no key for a member of an object, whatever dots it has', () => {
    const card = { year: { type: 'number' } }
    const definitions = schema({ card: { type: 'card' }, 'card.x': { type: 'number' } }, { card })
    const sent = { card: { x: 'lost?' }, 'card.x': '5' }
    expect(convertMetadata(definitions, sent)).toEqual({ ...sent, 'card.x': 5 })
  })

  it('loses no key, whatever is sent', () => {
    const definitions = schema(
      { a: { type: 'number' }, b: { type: 'card' }, 'b.c': { type: 'date', array: true } },
      { card: { c: { type: 'number' } } },
    )
    const keys = fc.constantFrom('a', 'b', 'b.c', 'c')
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue()), (sent) => {
        const converted = convertMetadata(definitions, sent as Metadata)
        expect(Object.keys(converted).sort()).toEqual(Object.keys(sent).sort())
      }),
    )
  })
})

describe('readCells', () => {
  it('reads texts as what the schema says they are, lists by their commas (M-1, C-33)', () => {
    const definitions = schema({
      age: { type: 'number' },
      tags: { type: 'string', array: true },
      vip: { type: 'boolean' },
    })
    expect(readCells(definitions, { age: '42', tags: 'a, b', vip: 'true', Extra: '7' })).toEqual({
      age: 42,
      tags: ['a', 'b'],
      vip: true,
      Extra: '7',
    })
    expect(readCells(definitions, { age: 'old' })).toEqual({ age: 'old' })
  })
})
