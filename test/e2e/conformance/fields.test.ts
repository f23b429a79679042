import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { isPlainObject, type JsonObject } from '../../../src/kernel/json.ts'
import {
  fieldsAndPayloads,
  payloadsFor,
} from '../../../src/pipeline/fields/arbitrary-fields.fixture.ts'
import {
  compileFields,
  type FieldCondition,
  type FieldDefinitions,
  type FieldsResult,
  toJsonSchema,
} from '../../../src/pipeline/fields/index.ts'
import { requirePeer } from '../../support/peers.ts'

type Schema = { [key: string]: unknown; properties?: Record<string, Schema>; items?: Schema }
type Published = {
  fieldsToJsonSchema(fields: FieldDefinitions): Schema
  removeEmptyValues(payload: unknown, schema: Schema, isRoot: boolean): JsonObject
  validateSchema(payload: JsonObject, schema: Schema, options: { schemaKey: string }): void
}
type Payload = Record<string, unknown>

/** The sentence that we leave out, because it says nothing (§5.3.5). */
const THEN = /must match "then" schema\.$/
/** The published packages count an emoji twice when they tell a length. */
const withoutLengths = (errors: readonly string[]): string =>
  errors.join(' ').replaceAll(/but it was \d+ characters?/g, 'but it was not')

describe.skipIf(!inject('hasPeers'))("Segment's published field schemas and ours", () => {
  let published: Published
  let actions: Record<string, { fields: FieldDefinitions }>
  let schemaCount = 0

  beforeAll(() => {
    // Theirs warns of schemas that its validator finds careless.
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const kit = dirname(requirePeer.resolve('@segment/actions-core'))
    published = {
      ...requirePeer(`${kit}/destination-kit/fields-to-jsonschema`),
      ...requirePeer(`${kit}/remove-empty-values`),
      ...requirePeer(`${kit}/schema-validation`),
    }
    actions = requirePeer('@segment/action-destinations/dist/destinations/voucherify').default
      .actions
  })
  afterAll(() => {
    vi.restoreAllMocks()
  })

  /** What their Action makes of the payload of one event, after the mapping is resolved. */
  function compileTheirs(fields: FieldDefinitions): (payload: Payload) => FieldsResult {
    const schema = published.fieldsToJsonSchema(fields)
    schemaCount += 1
    const options = { schemaKey: `schema ${schemaCount}` }
    return (payload) => {
      // Theirs writes into what it is given.
      const value = published.removeEmptyValues(structuredClone(payload), schema, true)
      try {
        published.validateSchema(value, schema, options)
        return { ok: true, value }
      } catch (error) {
        if (!(error instanceof Error) || error.name !== 'AggregateAjvError') throw error
        const sentences = [...(error as unknown as Iterable<Error>)].map(({ message }) => message)
        return { ok: false, errors: sentences.filter((sentence) => !THEN.test(sentence)) }
      }
    }
  }

  function compare(fields: FieldDefinitions, payloads: readonly Payload[]): void {
    const [theirs, ours] = [compileTheirs(fields), compileFields(fields)]
    for (const payload of payloads) {
      if (!isReadAlike(fields, payload) || hasEmptyTextInList(payload)) continue
      const expected = theirs(payload)
      const actual = ours(payload)
      // The order of keys counts: it is that of the JSON that is sent.
      const isSame =
        actual.ok && expected.ok
          ? isDeepStrictEqual(actual.value, expected.value) &&
            JSON.stringify(actual.value) === JSON.stringify(expected.value)
          : !actual.ok &&
            !expected.ok &&
            withoutLengths(actual.errors) === withoutLengths(expected.errors)
      if (!isSame) expect(actual).toEqual(expected)
      expect(isSame).toBe(true)
    }
  }

  it('accept the same payloads, make the same of them and say the same of the rest', () => {
    const cases = fieldsAndPayloads({ isOurs: false, hasConditions: false }, 15)
    fc.assert(
      fc.property(cases, ({ fields, payloads }) => compare(fields, payloads)),
      { numRuns: 400 },
    )
  })

  it('require the same under conditions', () => {
    const cases = fieldsAndPayloads({ isOurs: false, hasConditions: true }, 15)
    fc.assert(
      fc.property(cases, ({ fields, payloads }) => compare(fields, payloads)),
      { numRuns: 400 },
    )
  })

  it('say the same of any payload for Voucherify (Actions)', () => {
    for (const { fields } of Object.values(actions))
      fc.assert(
        fc.property(payloadsFor(fields, 15), (payloads) => compare(fields, payloads)),
        { numRuns: 100 },
      )
  })

  it.each([
    [
      'addCustomEvent',
      {},
      [
        "The root value is missing the required field 'customer'.",
        "The root value is missing the required field 'type'.",
      ],
    ],
    [
      'addCustomEvent',
      { customer: { email: 'e@x.co' }, type: 'track' },
      ["Customer Object is missing the required field 'source_id'."],
    ],
    [
      'addCustomEvent',
      { customer: { source_id: 'u1' }, metadata: 'x', type: 'track' },
      ['Track Event Metadata must be an object but it was a string.'],
    ],
    [
      'addCustomEvent',
      { customer: 'u1', referral: { code: ['a', 'b'] }, type: 'track' },
      [
        'Customer Object must be an object but it was a string.',
        'Code must be a string but it was an array.',
      ],
    ],
    [
      'upsertCustomer',
      { source_id: 'u1', name: { first: 'A' }, type: 'identify' },
      ['Name must be a string or null but it was an object.'],
    ],
    [
      'upsertCustomer',
      { source_id: 'u1', metadata: [1, 2], address: { city: {} } },
      [
        "The root value is missing the required field 'type'.",
        'City must be a string or null but it was an object.',
        'Metadata must be an object or null but it was an array.',
      ],
    ],
    [
      'assignCustomerToGroup',
      { customer: { source_id: 'u1' }, type: 'group' },
      ["The root value is missing the required field 'group_id'."],
    ],
  ])('say of %s %j: %j', (action, payload, sentences) => {
    const fields = actions[action]?.fields ?? {}
    expect(compileTheirs(fields)(payload)).toEqual({ ok: false, errors: sentences })
    expect(compileFields(fields)(payload)).toEqual({ ok: false, errors: sentences })
  })

  it('understand the fields of every action that is published', () => {
    const folder = dirname(
      dirname(requirePeer.resolve('@segment/action-destinations/dist/destinations/voucherify')),
    )
    const all = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => findActions(join(folder, name)))
    for (const { fields } of all) expect(() => compileFields(fields ?? {})).not.toThrow()
    expect(all.length).toBeGreaterThan(500)
  })

  it('are the same JSON Schema', () => {
    const cases = fieldsAndPayloads({ isOurs: false, hasConditions: false }, 0)
    fc.assert(
      fc.property(cases, ({ fields }) => {
        const theirs = withoutNoise(published.fieldsToJsonSchema(fields))
        expect(withoutNoise(toJsonSchema(fields) as Schema)).toEqual(theirs)
      }),
      { numRuns: 1_000 },
    )
    for (const { fields } of Object.values(actions))
      expect(withoutNoise(toJsonSchema(fields) as Schema)).toEqual(
        withoutNoise(published.fieldsToJsonSchema(fields)),
      )
  })
})

/** The actions of a published destination; none when it needs a package that is not there. */
function findActions(folder: string): { fields?: FieldDefinitions }[] {
  try {
    return Object.values(requirePeer(folder).default?.actions ?? {})
  } catch {
    return []
  }
}

/** Whether the conditions among `fields` mean the same to theirs, for this payload (README, "Differences"). */
function isReadAlike(fields: FieldDefinitions, values: Payload, isRoot = true): boolean {
  const all = Object.entries(fields)
  const requirements = all.flatMap(([, { required, type, properties }]) => [
    ...(isRoot ? [required] : []),
    ...(type === 'object' ? Object.values(properties ?? {}).map((member) => member.required) : []),
  ])
  const isAlike = requirements.every(
    (required) =>
      typeof required !== 'object' ||
      required.conditions.every((condition) =>
        isConditionReadAlike(condition, required.conditions.length === 1, { fields, values }),
      ),
  )
  return (
    isAlike &&
    all.every(([key, { properties = {} }]) =>
      [values[key]]
        .flat()
        .every((value) => !isPlainObject(value) || isReadAlike(properties, value, false)),
    )
  )
}

function isConditionReadAlike(
  { fieldKey, value: constant }: FieldCondition,
  isAlone: boolean,
  { fields, values }: { fields: FieldDefinitions; values: Payload },
): boolean {
  const [key = '', member] = fieldKey.split('.')
  const value = Object.hasOwn(values, key) ? values[key] : undefined
  const isList = fields[key]?.multiple === true
  if (member !== undefined) return value === undefined || (isPlainObject(value) && !isList)
  if (constant !== undefined) return true
  // Looking for null, theirs takes these for it and turns them into it.
  const [only, ...others] = [value].flat()
  const isTakenForNull = others.length === 0 && [0, false, '', null].includes(only as null)
  return isAlone ? value === null || !isTakenForNull : value !== null
}

/** An empty text that is only found in a list is removed at the root by ours alone. */
const hasEmptyTextInList = (payload: Payload): boolean =>
  Object.values(payload).some(
    (value) => Array.isArray(value) && value.length === 1 && (value[0] === null || value[0] === ''),
  )

/** What neither asks for: versions, and words about lists that no item is checked against. */
function withoutNoise({ $schema, ...schema }: Schema): Schema {
  const { format, minLength, maxLength, minimum, maximum, ...list } = schema
  const kept: Schema = schema['type'] === 'array' ? list : schema
  return JSON.parse(
    JSON.stringify({
      ...kept,
      ...(kept.items && { items: withoutNoise(kept.items) }),
      ...(kept.properties && {
        properties: Object.fromEntries(
          Object.entries(kept.properties).map(([key, member]) => [key, withoutNoise(member)]),
        ),
      }),
    }),
  )
}
