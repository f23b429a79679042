import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ApiError } from '../../kernel/api-error.ts'
import { money } from '../../kernel/money.ts'
import { NO_SUMMARY, type Summary } from '../customers/index.ts'
import { compileFilter } from './compile-filter.ts'
import { compilePath } from './compile-path.ts'
import type { CustomerFacts } from './customer-facts.ts'
import { matchSegments, toDynamic } from './match-segments.ts'
import { OPERATORS } from './operators.ts'
import type { Segment } from './segment.ts'
import { aCustomer, holds, NOON, PLACE, surroundings, theFacts } from './segments.fixture.ts'

const withSummary = (changes: Partial<Summary>): CustomerFacts =>
  theFacts({}, { summary: { ...NO_SUMMARY, ...changes } })

const detailsOf = (filter: unknown): string | undefined => {
  try {
    compileFilter(filter, PLACE)
  } catch (error) {
    if (error instanceof ApiError) return error.context.details
    throw error
  }
  return undefined
}

const matches = (filter: object, facts: CustomerFacts): boolean =>
  compileFilter(filter, PLACE).matches(facts, surroundings())

describe('a filter', () => {
  const pole = theFacts({
    birthdate: '1990-12-03',
    address: { country: 'Poland' },
    metadata: { club_level: 'Gold' },
  })
  const example = {
    junction: 'and',
    birthdate: { conditions: { $next_month: [true] } },
    'address.country': { conditions: { $is: 'Poland' } },
    'metadata.club_level': { conditions: { $in: ['Gold', 'Silver'] } },
  }

  it('joins fields as the junction says, and conditions of one field always by and (W-7)', () => {
    expect(matches(example, pole)).toBe(true)
    expect(matches(example, theFacts({ birthdate: '1990-12-03' }))).toBe(false)
    expect(matches({ ...example, junction: 'OR' }, theFacts({ birthdate: '1990-12-03' }))).toBe(
      true,
    )
    const both = { name: { conditions: { $starts_with: ['A'], $ends_with: ['n'] } } }
    expect(matches({ ...both, junction: 'or' }, theFacts({ name: 'Ann' }))).toBe(true)
    expect(matches({ ...both, junction: 'or' }, theFacts({ name: 'Ada' }))).toBe(false)
  })

  it('counts events, also those that never happened (programs scenario 28)', () => {
    const filter = { 'events.sign_up.count': { conditions: { $more_than: ['0'] } } }
    expect(matches(filter, theFacts())).toBe(false)
    expect(matches(filter, theFacts({}, { events: new Map([['sign_up', 1]]) }))).toBe(true)
    const dotted = { 'events.a.b count.count': { conditions: { $is: [0] } } }
    expect(matches(dotted, theFacts())).toBe(true)
    expect(compileFilter(filter, PLACE).needs.events).toEqual(['sign_up'])
  })

  it('knows campaigns whose names hold blanks and dots (§5.3)', () => {
    const campaign = { id: 'camp_1', referredCustomers: 2, tier: { id: 'ltr_1', name: 'Gold' } }
    const facts = withSummary({
      loyalty: {
        redeemedPoints: 7,
        points: 41,
        referredCustomers: 2,
        campaigns: [{ ...campaign, name: 'Tiers 2.points v1.0', points: 41 }],
      },
    })
    const name = 'Tiers 2.points v1.0'
    expect(
      holds(`loyalty_points.campaigns.${name}.points`, { $more_than_equal: [41] }, facts),
    ).toBe(true)
    expect(holds(`loyalty.campaigns.${name}.referred_customers`, { $is: [2] }, facts)).toBe(true)
    expect(holds(`loyalty_tier.${name}`, { $is: ['Gold'] }, facts)).toBe(true)
    expect(holds(`loyalty_tier.${name}`, { $is: ['ltr_1'] }, facts)).toBe(true)
    expect(holds('loyalty.tier', { $is: ['Gold'] }, facts)).toBe(true)
    expect(holds('loyalty.points', { $is: [41] }, facts)).toBe(true)
    expect(holds('loyalty_points.campaigns.Other.points', { $less_than: [1] }, facts)).toBe(false)
    expect(holds('loyalty_points.campaigns.Other.points', { $is_unknown: [true] }, facts)).toBe(
      true,
    )
  })

  it('knows what a customer redeemed and ordered', () => {
    const facts = withSummary({
      redemptions: { succeeded: 4, failed: 3, rolledBack: 1, rollbackFailed: 2 },
      gift: { redeemed: money(500), balance: money(700) },
      orders: { count: 2, amount: money(203_900), last: { amount: money(3_900), at: NOON } },
    })
    const is = (path: string, value: number) => holds(path, { $is: [value] }, facts)
    expect(is('summary.redemptions.total_redeemed', 4)).toBe(true)
    expect(is('summary.redemptions.total_failed', 3)).toBe(true)
    expect(is('summary.redemptions.total_succeeded', 4)).toBe(true)
    expect(is('summary.redemptions.total_rolled_back', 1)).toBe(true)
    expect(is('summary.redemptions.total_rollback_failed', 2)).toBe(true)
    expect(is('summary.redemptions.total_rollback_succeeded', 1)).toBe(true)
    expect(is('summary.redemptions.gift.redeemed_amount', 500)).toBe(true)
    expect(is('summary.redemptions.gift.amount_to_go', 700)).toBe(true)
    expect(is('summary.redemptions.loyalty_card.points_to_go', 0)).toBe(true)
    expect(is('summary.orders.total_amount', 203_900)).toBe(true)
    expect(is('summary.orders.total_count', 2)).toBe(true)
    expect(is('summary.orders.average_amount', 101_950)).toBe(true)
    expect(is('summary.orders.last_order_amount', 3_900)).toBe(true)
    expect(holds('summary.orders.last_order_date', { $is_days_ago: [0] }, facts)).toBe(true)
    expect(holds('summary.orders.last_order_date', { $is_unknown: [true] }, theFacts())).toBe(true)
  })

  it('looks into publications, segments, system metadata and objects of metadata', () => {
    const facts = theFacts(
      { metadata: { a: { b: 1 }, 'c.d': 2 }, systemMetadata: { source: 'segmentio' } },
      {
        publications: [{ createdAt: NOON, relatedObjectIds: ['v_1', 'camp_1'] }],
        segmentIds: new Set(['seg_1']),
      },
    )
    expect(holds('publications.created_at', { $is_days_ago: [0] }, facts)).toBe(true)
    expect(holds('publications.related_object_id', { $in: ['camp_1'] }, facts)).toBe(true)
    expect(holds('publications.related_object_id', { $not_in: ['camp_1'] }, facts)).toBe(false)
    expect(holds('segments', { $is: ['seg_1'] }, facts)).toBe(true)
    expect(holds('segments', { $is_not: ['seg_2'] }, facts)).toBe(true)
    expect(holds('system_metadata.source', { $is: ['segmentio'] }, facts)).toBe(true)
    expect(holds('metadata.a.b', { $is: [1] }, facts)).toBe(true)
    expect(holds('metadata.c.d', { $is: [2] }, facts)).toBe(true)
  })

  it.each([
    [[], 'Property .filter must be object'],
    [
      { junction: 'xor', name: { conditions: { $is: 'x' } } },
      'Property .filter.junction should be equal to one of the allowed values: and, or',
    ],
    [{ name: {} }, "Property .filter.name should have required property 'conditions'"],
    [{ shoe: { conditions: { $is: 1 } } }, 'Property .filter.shoe is not a field of customers'],
    [
      { 'metadata.': { conditions: { $is: 1 } } },
      'Property .filter.metadata. is not a field of customers',
    ],
    [
      { name: { conditions: { $next_month: [true] } } },
      'Property .filter.name does not know operator $next_month',
    ],
    [
      { name: { conditions: { constructor: [true] } } },
      'Property .filter.name does not know operator constructor',
    ],
    [{ name: { conditions: { $in: [] } } }, 'Property .filter.name.$in should have a value'],
    [
      { name: { conditions: { $in: [['x']] } } },
      'Property .filter.name.$in should have texts, numbers or booleans',
    ],
    [
      { created_at: { conditions: { $after: ['soon'] } } },
      'Property .filter.created_at.$after cannot be recognized as a ISO-8601 compliant date',
    ],
    [
      { 'loyalty.points': { conditions: { $more_than: ['many'] } } },
      'Property .filter.loyalty.points.$more_than must be number',
    ],
  ])('tells where it cannot be understood: %j (W-6)', (filter, details) => {
    expect(detailsOf(filter)).toBe(details)
  })

  it('says whether the day alone changes what it matches (S-4)', () => {
    const isRelative = (conditions: object) =>
      compileFilter({ birthdate: { conditions } }, PLACE).isDateRelative
    expect(isRelative({ $next_month: [true] })).toBe(true)
    expect(isRelative({ $more_than: [3] })).toBe(true)
    expect(isRelative({ $after: ['2021-01-01'] })).toBe(false)
    expect(compileFilter(example, PLACE).isDateRelative).toBe(true)
  })
})

const VALUE = fc.oneof(
  fc.constant(undefined),
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(-24)),
)
const OPPOSITES: readonly [string, string][] = [
  ['$is', '$is_not'],
  ['$in', '$not_in'],
  ['$contains', '$not_contain'],
  ['$has_value', '$is_unknown'],
  ['$in_location', '$not_in_location'],
]

describe('every filter', () => {
  it('has for each negative operator the very opposite (S-11)', () => {
    fc.assert(
      fc.property(
        VALUE,
        fc.array(fc.string(), { minLength: 1, maxLength: 3 }),
        (value, operands) => {
          const facts = theFacts({ metadata: value === undefined ? {} : { m: value } })
          for (const [positive, negative] of OPPOSITES) {
            const is = holds('metadata.m', { [positive]: operands }, facts)
            expect(holds('metadata.m', { [negative]: operands }, facts)).toBe(!is)
          }
        },
      ),
    )
  })

  it('is evaluated without an error, whatever metadata holds', () => {
    const operators = Object.keys(OPERATORS.any)
    fc.assert(
      fc.property(VALUE, fc.constantFrom(...operators), (value, operator) => {
        const facts = theFacts({ metadata: value === undefined ? {} : { m: value } })
        const operand = operator === '$after' || operator === '$before' ? '2021-11-15' : '1'
        expect(typeof holds('metadata.m', { [operator]: operand }, facts)).toBe('boolean')
      }),
    )
  })

  it('finds a day after another day and before it, never both', () => {
    const DAY = fc
      .date({
        min: new Date('1900-01-01'),
        max: new Date('2100-01-01'),
        noInvalidDate: true,
      })
      .map((date) => date.toISOString().slice(0, 10))
    fc.assert(
      fc.property(DAY, fc.nat(1_000), (birthdate, days) => {
        const facts = theFacts({ birthdate })
        const is = (operator: string) => holds('birthdate', { [operator]: [days] }, facts)
        const past = [is('$more_than_ago'), is('$is_days_ago'), is('$less_than_ago')]
        const future = [is('$more_than_future'), is('$is_days_in_future'), is('$less_than_future')]
        const isToday = birthdate === '2021-11-15'
        const found = [...past, ...future].filter(Boolean).length
        expect(found).toBe(isToday ? 2 : 1)
      }),
    )
  })

  it('is understood or refused as a whole, whatever it is (W-6)', () => {
    const operand = fc.oneof(fc.jsonValue(), fc.constantFrom('1', ['2021-11-15'], [true], [], {}))
    const conditions = fc.dictionary(
      fc.oneof(fc.constantFrom(...Object.keys(OPERATORS.any)), fc.string()),
      operand,
      { maxKeys: 3 },
    )
    const path = fc.constantFrom('name', 'birthdate', 'metadata.m', 'events.e.count', 'segments')
    const filter = fc.dictionary(
      fc.oneof(path, fc.string()),
      fc.oneof(
        conditions.map((each) => ({ conditions: each })),
        fc.jsonValue(),
      ),
      { maxKeys: 3 },
    )
    const facts = theFacts({ name: 'Ann', birthdate: '1990-12-03', metadata: { m: [1, 'a'] } })
    fc.assert(
      fc.property(filter, (any) => {
        if (detailsOf(any) === undefined) expect(typeof matches(any, facts)).toBe('boolean')
        else expect(detailsOf(any)).toMatch(/^Property \.filter/)
      }),
      { numRuns: 1_000 },
    )
  })

  it('names a field that is known by itself', () => {
    expect(compilePath('constructor')).toBeUndefined()
    expect(compilePath('events..count')).toBeUndefined()
    expect(compilePath('events.count')).toBeUndefined()
  })
})

const aSegment = (index: number, filter: Segment['filter']): Segment => ({
  id: `seg_${index}`,
  projectId: 'proj_1',
  name: `Segment ${index}`,
  type: 'auto-update',
  filter,
  activeFrom: NOON,
  walk: null,
  createdAt: NOON,
  updatedAt: null,
})

describe('the segments of a customer', () => {
  it('can ask for those that were made before them', () => {
    const segments = toDynamic([
      aSegment(9_001, { name: { conditions: { $is: ['Ann'] } } }),
      aSegment(9_002, { segments: { conditions: { $is: ['seg_9001'] } } }),
      aSegment(9_003, { segments: { conditions: { $is_not: ['seg_9002'] } } }),
    ])
    const of = (name: string, stored: string[] = []) => [
      ...matchSegments(
        segments,
        theFacts({ name }, { segmentIds: new Set(stored) }),
        surroundings(),
      ),
    ]
    expect(of('Ann')).toEqual(['seg_9001', 'seg_9002'])
    expect(of('Bob', ['seg_static', 'seg_9001'])).toEqual(['seg_static', 'seg_9003'])
  })

  it('are found among 500 in a millisecond', () => {
    const filter = {
      junction: 'and',
      'metadata.level': { conditions: { $in: ['Gold', 'Silver'] } },
      birthdate: { conditions: { $next_month: [true] } },
      'summary.orders.total_amount': { conditions: { $more_than: [100] } },
      'events.sign_up.count': { conditions: { $more_than: ['0'] } },
    }
    const segments = toDynamic(
      Array.from({ length: 500 }, (_, index) => aSegment(index, { ...filter })),
    )
    const facts = theFacts(aCustomer({ metadata: { level: 'Gold' }, birthdate: '1990-12-03' }), {
      events: new Map([['sign_up', 1]]),
      summary: { ...NO_SUMMARY, orders: { count: 1, amount: money(200), last: null } },
    })
    const around = surroundings()
    const times = Array.from({ length: 50 }, () => {
      const start = performance.now()
      expect(matchSegments(segments, facts, around).size).toBe(500)
      return performance.now() - start
    })
    expect(Math.min(...times)).toBeLessThan(1)
  })
})
