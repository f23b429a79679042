import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import { someEvent } from './arbitrary-filter.fixture.ts'
import { type CompiledRules, compileRules } from './compile-rules.ts'
import { explainRule } from './explain-rule.ts'
import type { FilterAction, FilterRule } from './filter-action.ts'

const rule = (
  action: FilterAction,
  condition = 'all',
  title: string = action.type,
): FilterRule => ({
  title,
  condition,
  actions: [action],
})
function compile(...rules: FilterRule[]): CompiledRules {
  const compiled = compileRules(rules)
  if (!compiled) throw new Error('there are no rules')
  return compiled
}
const drop: FilterAction = { type: 'DROP' }
const sample = (percent: number, path?: string): FilterAction => ({ type: 'SAMPLE', percent, path })
const without = (fields: Record<string, string[]>): FilterAction => ({
  type: 'DROP_PROPERTIES',
  fields,
})
const only = (fields: Record<string, string[]>): FilterAction => ({
  type: 'ALLOW_PROPERTIES',
  fields,
})

const PRODUCTS = [
  { sku: 'a', price: 1 },
  { sku: 'b', price: 2 },
]
const EVENT: JsonObject = {
  type: 'track',
  messageId: 'm1',
  context: { ip: '1.2.3.4', library: { name: 'promo-sdk', version: '3.2' } },
  properties: {
    total: 12,
    email: 'ada@x.example',
    products: PRODUCTS,
  },
}
/** Every object of it throws when somebody changes it. */
const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(frozen)
  return Object.freeze(value)
}
frozen(EVENT)
const visible = (...actions: FilterAction[]) =>
  compile(...actions.map((action) => rule(action))).toVisible(EVENT)

describe('compileRules', () => {
  it('is nothing without filters', () => {
    expect(compileRules([])).toBeUndefined()
  })

  it('drops the events for which the condition holds, and says by which filter', () => {
    const rules = compile(rule(drop, "event = 'A'", 'No A'), rule(drop, "event = 'B'", 'No B'))
    expect(rules.keptBackBy({ event: 'B' })).toBe('No B')
    expect(rules.keptBackBy({ event: 'C' })).toBeUndefined()
  })

  it('lets all events pass Sample before any Drop, whatever the order of filters (§2.3 rule 3)', () => {
    const rules = [rule(drop, 'all', 'Drop'), rule(sample(0), 'all', 'Sample')]
    expect(compile(...rules).keptBackBy(EVENT)).toBe('Sample')
    expect(compile(...rules.reverse()).keptBackBy(EVENT)).toBe('Sample')
    const both: FilterRule = { title: 'Both', condition: 'all', actions: [drop, sample(0)] }
    expect(compile(both).keptBackBy(EVENT)).toBe('Both')
  })

  it('takes fields away before it leaves only some (§2.3 rule 3)', () => {
    const actions = [only({ properties: ['total', 'email'] }), without({ properties: ['email'] })]
    expect(visible(...actions)['properties']).toEqual({ total: 12 })
    expect(visible(...actions.reverse())['properties']).toEqual({ total: 12 })
  })

  it('looks at the event as it came, whatever other filters take away', () => {
    const rules = compile(
      rule(without({ properties: ['total'] })),
      rule(without({ properties: ['email'] }), 'properties.total = 12'),
    )
    expect(rules.toVisible(EVENT)['properties']).toEqual({
      products: PRODUCTS,
    })
  })

  it('takes fields away at paths, from the event itself and from each element of a list', () => {
    expect(
      visible(
        without({
          '': ['messageId'],
          'context.library': ['version'],
          'properties.products': ['price'],
          properties: ['email', 'missing'],
          'traits.address': ['street'],
        }),
      ),
    ).toEqual({
      type: 'track',
      context: { ip: '1.2.3.4', library: { name: 'promo-sdk' } },
      properties: { total: 12, products: [{ sku: 'a' }, { sku: 'b' }] },
    })
  })

  it('leaves only some fields at the paths that are named, and others as they are', () => {
    expect(visible(only({ 'properties.products': ['sku'], context: ['library'] }))).toEqual({
      ...EVENT,
      context: { library: { name: 'promo-sdk', version: '3.2' } },
      properties: {
        total: 12,
        email: 'ada@x.example',
        products: [{ sku: 'a' }, { sku: 'b' }],
      },
    })
    expect(visible(only({ properties: [] }))['properties']).toEqual({})
  })

  it('copies only what changes, and never changes what it was given', () => {
    const seen = visible(without({ properties: ['email'] }))
    expect(seen['context']).toBe(EVENT['context'])
    expect((seen['properties'] as JsonObject)['products']).toBe(PRODUCTS)
    expect(visible(without({ properties: ['missing'], traits: ['a'] }))).toBe(EVENT)
    expect(compile(rule(without({ properties: ['email'] }), 'a = 1')).toVisible(EVENT)).toBe(EVENT)
  })

  it('reaches no prototype', () => {
    const event = JSON.parse('{"properties": {"__proto__": 1, "b": 2}}')
    const seen = compile(
      rule(
        without(
          JSON.parse(
            '{"__proto__": ["a"], "constructor": ["name"], "properties.toString": ["name"]}',
          ),
        ),
      ),
    ).toVisible(event)
    expect(seen).toBe(event)
    const kept = compile(rule(without({ properties: ['b'] }))).toVisible(event)
    expect(JSON.stringify(kept)).toBe('{"properties":{"__proto__":1}}')
    expect(Object.hasOwn(Object.prototype, 'toString')).toBe(true)
  })

  it.each<[string, Partial<FilterRule>]>([
    ['a condition that cannot be read', { condition: 'userId = oops"' }],
    ['an action of another version', { actions: [{ type: 'HASH' } as never] }],
    ['a path that is none', { actions: [without({ 'properties.': ['a'] })] }],
    ['names that are none', { actions: [without({ properties: 'a' as never })] }],
    ['a sample by a path that is none', { actions: [sample(1, 'a..b')] }],
    ['a sample without a share', { actions: [{ type: 'SAMPLE' } as never] }],
  ])('keeps back every event for %s (§2.3 rule 3)', (_what, broken) => {
    const filter = { title: 'Broken', condition: 'all', actions: [drop], ...broken }
    const rules = compile(rule(drop, 'event = 1', 'Other'), filter)
    expect(rules.keptBackBy({ type: 'track' })).toBe('Broken (cannot be read)')
  })

  it('samples by message id, or by what stands at a path, always alike and near the share', () => {
    const kept = (action: FilterAction, count: number, eventOf: (n: number) => JsonObject) => {
      const [one, other] = [compile(rule(action)), compile(rule(action))]
      return Array.from({ length: count }, (_, n) => eventOf(n)).filter((event) => {
        const isKept = one.keptBackBy(event) === undefined
        expect(other.keptBackBy(event) === undefined).toBe(isKept)
        return isKept
      })
    }
    const byMessage = kept(sample(0.1), 20_000, (n) => ({ messageId: `message-${n}` }))
    expect(byMessage.length / 20_000).toBeCloseTo(0.1, 1)
    expect(Math.abs(byMessage.length - 2_000)).toBeLessThan(200)

    const byUser = kept(sample(0.5, 'userId'), 2_000, (n) => ({
      messageId: `message-${n}`,
      userId: `user-${n % 100}`,
    }))
    const users = new Set(byUser.map((event) => event['userId']))
    expect(byUser).toHaveLength(users.size * 20)
    expect(users.size).toBeGreaterThan(30)
    expect(users.size).toBeLessThan(70)

    const anonymous = kept(sample(0.5, 'userId'), 2_000, (n) => ({ messageId: `message-${n}` }))
    expect(Math.abs(anonymous.length - 1_000)).toBeLessThan(150)
    expect(kept(sample(0), 100, (n) => ({ messageId: `${n}` }))).toHaveLength(0)
    expect(kept(sample(1), 100, (n) => ({ messageId: `${n}` }))).toHaveLength(100)
  })
})

describe('explainRule', () => {
  it('explains condition and actions in their order', () => {
    const explained = explainRule(
      {
        title: 'Some',
        condition: 'properties.total > 10',
        actions: [only({ properties: ['total'] }), sample(1, 'userId')],
      },
      EVENT,
    )
    expect(explained).toEqual({
      passes: true,
      match: { what: 'properties.total > 10', passed: true, expected: 10, actual: 12 },
      actions: [
        {
          what: 'SAMPLE 1 by userId',
          passed: true,
          expected: 1,
          actual: expect.any(Number),
          message: expect.any(String),
        },
        {
          what: 'ALLOW_PROPERTIES',
          passed: true,
          actual: ['properties.email', 'properties.products'],
          message: 'The members that go',
        },
      ],
      event: { ...EVENT, properties: { total: 12 } },
    })
  })

  it('promises what becomes of the event, whatever the event', () => {
    const rules: FilterRule[] = [
      { title: 'a', condition: 'a = 1', actions: [drop] },
      { title: 'b', condition: 'oops"', actions: [drop] },
      { title: 'c', condition: '!a', actions: [sample(0.5, 'properties.total')] },
      { title: 'd', condition: 'all', actions: [only({ properties: ['a', '0'], 'a.b': ['0'] })] },
    ]
    fc.assert(
      fc.property(fc.constantFrom(...rules), someEvent, (one, event) => {
        const explained = explainRule(one, event)
        const compiled = compile(one)
        const passes = compiled.keptBackBy(event) === undefined
        expect(explained.passes).toBe(passes)
        expect(explained.event).toEqual(passes ? compiled.toVisible(event) : null)
        if (explained.match) expect(explained.actions.every(({ passed }) => passed)).toBe(passes)
      }),
    )
  })
})
