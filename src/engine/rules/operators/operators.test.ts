import { describe, expect, it } from 'vitest'
import type { Json } from '../../../kernel/json.ts'
import { findOperator, type Moment, type ValueKind } from './index.ts'

/** A Monday, 14:00 in Warsaw. */
const MOMENT: Moment = { now: new Date('2026-06-01T12:00:00.000Z'), timeZone: 'Europe/Warsaw' }
const PLACE = { name: 'customer.metadata', path: '.rules.1' }

const test = (name: string, values: Json[], kind: ValueKind = 'any') => {
  const operator = findOperator(kind, name)
  if (!operator) throw new Error(`no operator ${name}`)
  return operator(values, PLACE)
}

describe('an operator (engine-core §9.2)', () => {
  it.each<[string, Json[], Json | undefined, boolean]>([
    ['$is', ['PL'], 'PL', true],
    ['$is', ['PL'], 'DE', false],
    ['$is', ['PL'], undefined, false],
    ['$is', ['PL'], ['DE', 'PL'], true],
    ['$is', [5], '5', true],
    ['$is', ['5'], 5, true],
    ['$is', [''], 0, false],
    ['$is', ['true'], true, true],
    ['$is', [true], 1, false],
    ['$is_not', ['PL'], 'DE', true],
    ['$is_not', ['PL'], ['DE', 'PL'], false],
    ['$is_not', ['PL'], undefined, true],
    ['$in', ['PL', 'DE'], 'DE', true],
    ['$in', ['PL', 'DE'], 'FR', false],
    ['$not_in', ['PL', 'DE'], 'FR', true],
    ['$not_in', ['PL', 'DE'], 'PL', false],
    ['$more_than', [10], 10, false],
    ['$more_than', [10], 10.5, true],
    ['$more_than', ['10'], '11', true],
    ['$more_than', [10], 'many', false],
    ['$more_than', [10], undefined, false],
    ['$more_than', [10], [1, 11], true],
    ['$more_than_or_equal', [10], 10, true],
    ['$greater_than_or_equal', [10], 9, false],
    ['$less_than', [10], 10, false],
    ['$less_than', [10], 9, true],
    ['$less_than', [10], null, false],
    ['$less_than_or_equal', [10], 10, true],
    ['$starts_with', ['ab'], 'abc', true],
    ['$starts_with', ['ab'], 'cab', false],
    ['$ends_with', ['bc'], 'abc', true],
    ['$contains', ['b'], 'abc', true],
    ['$contains', ['b'], ['x', 'b'], true],
    ['$contains', ['b'], undefined, false],
    ['$not_contain', ['b'], 'xyz', true],
    ['$not_contain', ['b'], 'abc', false],
    ['$count', [2], ['a', 'b'], true],
    ['$count', [0], undefined, true],
    ['$count_more', [1], ['a', 'b'], true],
    ['$count_more', [2], ['a', 'b'], false],
    ['$count_less', [3], ['a', 'b'], true],
    ['$not_differ', ['a', 'b'], ['b', 'a'], true],
    ['$not_differ', ['a', 'b'], ['a'], false],
    ['$not_differ', ['a'], ['a', 'b'], false],
    ['$not_intersect', ['a', 'b'], ['c'], true],
    ['$not_intersect', ['a', 'b'], ['c', 'a'], false],
    ['$has_value', [true], 'x', true],
    ['$has_value', [true], null, false],
    ['$is_unknown', [true], undefined, true],
    ['$after', ['2026-01-01'], '2026-01-02', true],
    ['$after', ['2026-01-01'], '2026-01-01T00:00:00Z', false],
    ['$after', ['2026-01-01'], 'then', false],
    ['$before', ['2026-01-01'], '2025-12-31T23:59:59.999Z', true],
    ['$more_than_ago', [7], '2026-05-25T11:59:59Z', true],
    ['$more_than_ago', [7], '2026-05-25T12:00:00Z', false],
    ['$less_than_ago', [7], '2026-05-25T12:00:01Z', true],
    ['$less_than_ago', [7], '2026-06-02', false],
    ['$is_days_ago', [1], '2026-05-31T00:30:00+02:00', true],
    ['$is_days_ago', [0], '2026-05-31T22:30:00Z', true],
    ['$is_days_ago', [1], '2026-05-31T22:30:00Z', false],
    ['$more_than_future', [2], '2026-06-04', true],
    ['$less_than_future', [2], '2026-06-02', true],
    ['$less_than_future', [2], '2026-05-31', false],
    ['$is_days_in_future', [1], '2026-06-02T23:30:00+02:00', true],
    ['$more_than', ['2026-01-01'], '2026-01-02', true],
    ['$less_than_or_equal', ['2026-01-01'], '2026-01-01T00:00:00Z', true],
    ['$timeframe', ['2026-06-01T11:30:00Z;P1D;PT1H'], '2026-06-03T12:00:00Z', true],
    ['$timeframe', ['2026-06-01T10:00:00Z;P1D;PT1H'], '2026-06-03T12:00:00Z', false],
    ['$dow', [2], '2026-06-01T22:30:00Z', true],
    ['$dow', [1], undefined, false],
  ])('%s %j of %j is %s', (name, values, actual, expected) => {
    expect(test(name, values).passes(actual, MOMENT)).toBe(expected)
  })

  it.each<[string, Json[], boolean]>([
    ['$timeframe', ['2026-06-01T11:30:00Z;P1D;PT1H'], true],
    ['$timeframe', ['2026-06-01T10:00:00Z;P1D;PT1H'], false],
    ['$timeframe_absolute', ['2026-06-01;2026-06-02'], true],
    ['$timeframe_absolute', ['2026-06-02;2026-06-03'], false],
    ['$timeframe_daily_hours', ['14:00;14:01;1'], true],
    ['$timeframe_daily_hours', ['12:00;14:00;1'], false],
    ['$timeframe_daily_hours', ['14:00;14:01;2,3'], false],
    ['$timeframe_daily_hours', ['13:00;'], true],
    ['$dow', [1, 2], true],
    ['$dow', [0], false],
  ])('%s %j is about now where the value is no date: %s', (name, values, expected) => {
    expect(test(name, values, 'number').passes(undefined, MOMENT)).toBe(expected)
  })

  it.each<[string, Json[], string]>([
    ['$more_than', [{}], "Rule 'customer.metadata' must have a number as value (.rules.1)"],
    ['$more_than', [1, 2], "Rule 'customer.metadata' must have exactly one value (.rules.1)"],
    [
      '$after',
      ['soon'],
      "Rule 'customer.metadata' must have a date in ISO 8601 as value (.rules.1)",
    ],
    ['$starts_with', [{}], "Rule 'customer.metadata' must have text as value (.rules.1)"],
    [
      '$dow',
      [7],
      "Rule 'customer.metadata' must have days from 0 (Sunday) to 6 as values (.rules.1)",
    ],
    [
      '$timeframe',
      ['2026-01-01;often;PT1H'],
      "Rule 'customer.metadata' must have 'start;interval;duration' as value, such as 2026-01-01;P1D;PT1H (.rules.1)",
    ],
    [
      '$timeframe_absolute',
      ['2026-01-02;2026-01-01'],
      "Rule 'customer.metadata' must have 'from;until' as value, the first before the second (.rules.1)",
    ],
    [
      '$timeframe_daily_hours',
      ['25:00;26:00'],
      "Rule 'customer.metadata' must have 'from;until;days' as value, such as 18:00;20:01;2,3 (.rules.1)",
    ],
  ])('%s refuses %j', (name, values, details) => {
    expect(() => test(name, values)).toThrow(
      expect.objectContaining({ key: 'invalid_validation_rules', context: { details } }),
    )
  })

  it.each<[string, Json[], Json, string]>([
    ['$more_than_or_equal', [4000], 3800, 'add 200'],
    ['$more_than', [4000], 3800, 'add 201'],
    ['$less_than_or_equal', [4000], 4100, 'take off 100'],
    ['$less_than', [4000], 4000, 'take off 1'],
    ['$more_than', [1], 0.5, 'make it > 1'],
    ['$is', ['a', 'b'], 'c', 'make it one of a, b'],
    ['$is_not', ['a'], 'a', 'make it other than a'],
  ])('%s %j advises for %j to %s', (name, values, actual, advice) => {
    expect(test(name, values).advice(actual)).toBe(advice)
  })

  it('exists only for values that it makes sense of', () => {
    expect(findOperator('number', '$contains')).toBeUndefined()
    expect(findOperator('ids', '$more_than')).toBeUndefined()
    expect(findOperator('any', 'constructor')).toBeUndefined()
  })
})
