import fc from 'fast-check'
import type {
  FieldChoice,
  FieldCondition,
  FieldDefinition,
  FieldDefinitions,
  RequiredCondition,
} from './field.ts'

/**
 * Random fields, and payloads that meet them often: few keys, values near the borders of the types.
 * `isOurs` adds what the published packages do otherwise or not at all (README, "Differences").
 */
type Options = { isOurs: boolean; hasConditions: boolean }

const KEYS = ['a', 'b', 'c', '1', 'x/y~z'] as const
const UNDECLARED = ['e', 'constructor', 'hasOwnProperty'] as const
const key = fc.constantFrom(...KEYS)

const TEXTS = ['a', 'b', 'abc', '', ' ', '😀😀', '5', '5.5', ' 7 ', '0', '1', '-0', '1e3', '0x10']
const MORE_TEXTS = ['true', 'false', 'null', 'NaN', '2024', '2024-02-30', '12:00:60', '1.2.3.04']
const FORMATTED = [
  'a@b.co',
  'https://b.co/x?y#z',
  'b.co',
  '2024-02-29',
  '2024-02-29T12:00:00',
  '2024-02-29 12:00:00.5+0100',
  '23:59:60Z',
  '1.2.3.4',
  '::1',
  '123e4567-e89b-12d3-a456-426614174000',
  '1704067200000',
  '9999999999999',
  'Jan 1 2024',
  '20240102T030405',
]
const text = fc.oneof(
  fc.constantFrom(...TEXTS, ...MORE_TEXTS),
  fc.constantFrom(...FORMATTED),
  fc.string({ unit: fc.constantFrom('0', '1', '2', '-', ':', '/', 'T', 'Z', '.', ' ', 'a', '@') }),
)
const number = fc.constantFrom(0, 1, 2, 5, 5.5, -1, -0, 1e21, 1704067200)
const scalar = fc.oneof(text, text, number, fc.boolean(), fc.constant(null))

const { anything } = fc.letrec<{ anything: unknown }>((tie) => ({
  anything: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 4, arbitrary: scalar },
    { weight: 2, arbitrary: fc.array(tie('anything'), { maxLength: 3 }) },
    { weight: 2, arbitrary: members(tie('anything')) },
  ),
}))

function members<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Record<string, T>> {
  const anyKey = fc.oneof({ weight: 4, arbitrary: key }, fc.constantFrom(...UNDECLARED))
  return fc.dictionary(anyKey, value, { maxKeys: 4, noNullPrototype: true })
}

/** True once in so many times. */
const rarely = (once: number): fc.Arbitrary<boolean> => fc.nat(once - 1).map((n) => n === 0)

const label = fc.constantFrom('F', 'a field', '')
const textType = fc.constantFrom('string' as const, 'text' as const, 'password' as const)
const numberType = fc.constantFrom('number' as const, 'integer' as const)
const type = fc.oneof(
  textType,
  numberType,
  fc.constantFrom('boolean' as const, 'datetime' as const),
)
const format = fc.constantFrom(
  'date',
  'time',
  'date-time',
  'date-like',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uri',
  'uri-reference',
  'uuid',
  'regex',
)
const choice = fc.oneof(
  fc.constantFrom('a', '5', '', 'true', '1'),
  fc.constantFrom(0, 1, 5, 5.5, true).map((value) => ({ label: 'Choice', value })),
)

const toValue = (made: FieldChoice) => (typeof made === 'object' ? made.value : made)

/** What a field asks besides its type: mostly nothing. */
const aConstraint = ({ isOurs }: Options): fc.Arbitrary<Partial<FieldDefinition>> => {
  const bound = fc.integer({ min: isOurs ? 0 : 1, max: 6 })
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    fc.record({
      choices: fc.uniqueArray(choice, { selector: toValue, minLength: 1, maxLength: 4 }),
    }),
    fc.record({ format }),
    fc.record({ minimum: bound, maximum: bound }, { requiredKeys: [] }),
  )
}

const aScalarField = (options: Options): fc.Arbitrary<FieldDefinition> =>
  fc
    .tuple(
      fc.record(
        { label, type, required: fc.boolean(), allowNull: rarely(3), multiple: rarely(4) },
        { requiredKeys: ['label', 'type'] },
      ),
      aConstraint(options),
    )
    .map(([field, constraint]) => ({ ...field, ...constraint }))
    .filter((field) => options.isOurs || isPublished(field))

function anObjectField(options: Options, depth: number): fc.Arbitrary<FieldDefinition> {
  const object = fc.record(
    {
      label,
      type: fc.constant('object' as const),
      required: fc.boolean(),
      allowNull: rarely(3),
      multiple: rarely(3),
    },
    { requiredKeys: ['label', 'type'] },
  )
  if (depth === 0) return object.filter((field) => options.isOurs || isPublished(field))
  const declared = fc.record(
    { properties: someFields(options, depth - 1), additionalProperties: fc.boolean() },
    { requiredKeys: ['properties'] },
  )
  return fc
    .tuple(object, fc.oneof(declared, declared, fc.constant({})))
    .map(([field, more]) => ({ ...field, ...more }))
    .filter((field) => options.isOurs || isPublished(field))
}

/** True for a field without the differences in what null and bounds mean (§5.2.3, §5.2.7). */
function isPublished({
  type: kind,
  allowNull,
  multiple,
  properties,
  minimum,
  maximum,
}: FieldDefinition) {
  const isBounded = minimum !== undefined || maximum !== undefined
  return (
    !(allowNull && (multiple || properties)) &&
    (!isBounded || kind === 'string' || kind === 'number')
  )
}

function someFields(
  options: Options,
  depth: number,
  isNested = true,
): fc.Arbitrary<FieldDefinitions> {
  const field = fc.oneof(
    { weight: 3, arbitrary: aScalarField(options) },
    { weight: 2, arbitrary: anObjectField(options, depth) },
  )
  const fields = fc.dictionary(key, field, { minKeys: 1, maxKeys: 4, noNullPrototype: true })
  if (!options.hasConditions) return fields
  const conditionsMax = options.isOurs || !isNested ? 3 : 1
  return fc
    .tuple(fields, fc.dictionary(key, aRequirement(options, conditionsMax), { maxKeys: 2 }))
    .map(addRequirements)
    .filter((made) => options.isOurs || !isNested || !losesRequirements(made))
}

const addRequirements = ([fields, requirements]: [
  FieldDefinitions,
  Record<string, RequiredCondition>,
]): FieldDefinitions =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      const required = requirements[name]
      return [name, required ? { ...field, required } : field]
    }),
  )

/** `fields` without what is required under conditions only. */
export const withoutConditions = (fields: FieldDefinitions): FieldDefinitions =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { required, properties, ...field }]) => [
      name,
      {
        ...field,
        ...(required === true && { required }),
        ...(properties && { properties: withoutConditions(properties) }),
      },
    ]),
  )

const isConditional = ({ required }: FieldDefinition): boolean => typeof required === 'object'

/** True for members of an object whose other requirements the published packages forget (§5.3.4). */
function losesRequirements(fields: FieldDefinitions): boolean {
  const all = Object.values(fields)
  const inner = all.flatMap(({ properties = {} }) => Object.values(properties))
  return (
    all.some(isConditional) &&
    (all.some(({ required }) => required === true) || inner.some(isConditional))
  )
}

function aRequirement({ isOurs }: Options, conditionsMax: number): fc.Arbitrary<RequiredCondition> {
  const fieldKey = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c', 'e') },
    fc.constantFrom('a.a', 'a.b', 'b.a', 'b.c'),
  )
  const operator = fc.constantFrom('is' as const, 'is_not' as const)
  const value = fc.oneof(scalar, fc.constantFrom(['a'], [1], { a: 'a' })) as fc.Arbitrary<
    NonNullable<FieldCondition['value']>
  >
  const condition = fc
    .record({ fieldKey, operator, value }, { requiredKeys: ['fieldKey', 'operator'] })
    // Whether a member has a value is read the wrong way round by the published packages.
    .filter((made) => isOurs || made.value !== undefined || !made.fieldKey.includes('.'))
  return fc.record(
    {
      match: fc.constantFrom('all' as const, 'any' as const),
      conditions: fc.array(condition, { minLength: 1, maxLength: conditionsMax }),
    },
    { requiredKeys: ['conditions'] },
  )
}

/** A value that `field` may well accept. */
function aValueFor(field: FieldDefinition): fc.Arbitrary<unknown> {
  const one = oneOf(field)
  const fitting = field.multiple ? fc.oneof(fc.array(one, { maxLength: 3 }), one) : one
  return fc.oneof({ weight: 6, arbitrary: fitting }, { weight: 1, arbitrary: anything })
}

function oneOf({ type: kind, properties, choices }: FieldDefinition): fc.Arbitrary<unknown> {
  if (choices) return fc.constantFrom(...choices.map(toValue))
  if (kind === 'object') return properties ? aPayloadFor(properties) : members(scalar)
  if (kind === 'number' || kind === 'integer') return number
  if (kind === 'boolean') return fc.oneof(fc.boolean(), fc.constantFrom(0, 1, 'true', 'false'))
  return kind === 'datetime' ? fc.oneof(fc.constantFrom(...FORMATTED), number) : text
}

/** A payload with values for most of `fields`, in any order, and perhaps others. */
function aPayloadFor(fields: FieldDefinitions): fc.Arbitrary<Record<string, unknown>> {
  const values = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      fc.option(aValueFor(field), { freq: 6, nil: undefined }),
    ]),
  )
  const others = fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, members(anything))
  return fc.tuple(others, fc.record(values), fc.boolean()).map(([other, own, isReversed]) => {
    const entries = Object.entries({ ...other, ...own }).filter(([, value]) => value !== undefined)
    return Object.fromEntries(isReversed ? entries.reverse() : entries)
  })
}

/** Payloads to try on `fields`. */
export const payloadsFor = (
  fields: FieldDefinitions,
  count: number,
): fc.Arbitrary<Record<string, unknown>[]> =>
  fc.array(aPayloadFor(fields), { minLength: count, maxLength: count })

/** Fields with so many payloads to try on them. */
export const fieldsAndPayloads = (
  options: Options,
  count: number,
): fc.Arbitrary<{ fields: FieldDefinitions; payloads: Record<string, unknown>[] }> =>
  someFields(options, 2, false).chain((fields) =>
    fc.record({ fields: fc.constant(fields), payloads: payloadsFor(fields, count) }),
  )
