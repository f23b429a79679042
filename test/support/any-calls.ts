import fc from 'fast-check'

type Call = Record<string, unknown>

/** Keys that are no members of every object: what the published kit makes of those is nobody's wish (D-11). */
const key = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom('1', 'a.b', 'plan', 'Größe'),
  )
  .filter((text) => !(text in {}))

const text = fc.oneof(
  fc.constantFrom(
    'Ada',
    'Łukasz Żółć',
    '東京 🗼',
    'مرحبا',
    'O\'Hara \\ "x"',
    ' ',
    '{{name}}',
    '$&',
    'true',
  ),
  fc.string({ unit: 'grapheme', maxLength: 16 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
)
const time = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString())
const day = time.map((iso) => iso.slice(0, 10))
const scalar = fc.oneof(
  text,
  time,
  day,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constantFrom(null, '', 0, -0, 1e21, 9_007_199_254_740_992),
)
const { value: anything } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))
const object = fc.dictionary(key, anything, { maxKeys: 5, noNullPrototype: true })

/** Mostly what it should be, sometimes something else that is turned into it, or is not fit at all. */
const mostly = (right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 10, arbitrary: right },
    { weight: 3, arbitrary: scalar },
    { weight: 1, arbitrary: anything },
  )

/** An object of which any members may be absent, sometimes with members that nobody expects. */
const some = (members: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Call> =>
  fc
    .tuple(fc.record(members, { requiredKeys: [], noNullPrototype: true }), fc.option(object))
    .map(([known, others]) => ({ ...others, ...known }))

const email = mostly(fc.constantFrom('ada@example.com', 'ünï@exämple.de'))

const traits = some({
  name: mostly(text),
  first_name: mostly(text),
  last_name: mostly(text),
  description: mostly(text),
  email,
  phone: mostly(fc.constantFrom('+44 20 7946 0000', 442_079_460_000)),
  birthdate: mostly(day),
  address: mostly(
    some({
      city: mostly(text),
      state: mostly(text),
      postal_code: mostly(fc.constantFrom('SW1A 1AA', 10_115)),
      street: mostly(text),
      country: mostly(text),
    }),
  ),
  metadata: mostly(object),
})

const properties = some({
  email,
  referral: mostly(some({ code: mostly(text), referrer_id: mostly(text) })),
  loyalty: mostly(some({ code: mostly(text) })),
  metadata: mostly(object),
  total: mostly(fc.double({ noNaN: true, noDefaultInfinity: true })),
  products: mostly(fc.array(object, { maxLength: 3 })),
})

/** The five types of call that the presets know; ids may be absent as far as the Tracking API allows it. */
const PARTS: Record<string, fc.Arbitrary<Call>> = {
  identify: fc.record({ traits }),
  track: fc.record({ event: text.filter((name) => name !== ''), properties }),
  page: fc.record({ name: fc.option(text), properties }),
  screen: fc.record({ name: fc.option(text), properties }),
  group: fc.record(
    { groupId: fc.oneof(fc.constantFrom('group_1', 'Größe'), fc.integer()), traits: object, email },
    { requiredKeys: ['groupId'] },
  ),
}

const common = fc.record(
  {
    anonymousId: fc.uuid(),
    userId: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('user_ada', 'user_東京', 'a b/c?d=e&f') },
      { weight: 2, arbitrary: fc.constantFrom(5, 0, null, '') },
    ),
    timestamp: time,
    context: some({ traits: some({ email }), ip: fc.ipV4(), locale: text }),
    integrations: fc.constantFrom({}, { All: true }),
  },
  { requiredKeys: ['anonymousId'] },
)

const call = fc
  .constantFrom(...Object.entries(PARTS))
  .chain(([type, part]) => fc.tuple(common, part).map(([all, own]) => ({ type, ...all, ...own })))

/**
 * `count` calls for the Tracking API of all types that *Voucherify (Actions)* has presets for, the same ones
 * each time: with nested details, absent ids, dates, all of Unicode, and values of wrong types.
 */
export const anyCalls = (count: number): Call[] =>
  fc
    .sample(call, { numRuns: count, seed: 20_261_129 })
    .map((made, index) => ({ ...made, messageId: `recorded-${index}` }))
