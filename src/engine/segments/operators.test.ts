import { describe, expect, it } from 'vitest'
import type { Metadata } from '../customers/index.ts'
import { holds, NOON, surroundings, theFacts } from './segments.fixture.ts'

/** Whether metadata `m` of this value matches. */
const ofValue = (m: Metadata[string] | undefined, operator: string, operand: unknown): boolean =>
  holds('metadata.m', { [operator]: operand }, theFacts({ metadata: m === undefined ? {} : { m } }))

/** Whether a birthdate matches at noon of Monday, 15 November 2021. */
const ofDate = (
  birthdate: string | null,
  operator: string,
  operand: unknown = [true],
  now = NOON,
): boolean =>
  holds('birthdate', { [operator]: operand }, theFacts({ birthdate }), surroundings(now))

describe('operators on values (engine-programs §1.5)', () => {
  it.each([
    ['$is', 'a', ['a'], true],
    ['$is', 'a', 'a', true],
    ['$is', 'a', ['b'], false],
    ['$is', 5, ['5'], true],
    ['$is', 5, [5], true],
    ['$is', true, [true], true],
    ['$is', ['a', 'b'], ['b'], true],
    ['$is_not', 'a', ['b'], true],
    ['$is_not', 'a', ['a'], false],
    ['$is_not', undefined, ['a'], true],
    ['$in', 'Gold', ['Gold', 'Silver'], true],
    ['$in', 'Iron', ['Gold', 'Silver'], false],
    ['$in', undefined, ['Gold'], false],
    ['$not_in', 'Iron', ['Gold', 'Silver'], true],
    ['$not_in', 'Gold', ['Gold', 'Silver'], false],
    ['$not_in', undefined, ['Gold'], true],
    ['$contains', 'London', ['nd', 'zz'], true],
    ['$contains', 'London', ['zz'], false],
    ['$contains', ['London', 'Paris'], ['aris'], true],
    ['$not_contain', 'London', ['zz'], true],
    ['$not_contain', 'London', ['nd', 'zz'], false],
    ['$not_contain', undefined, ['nd'], true],
    ['$starts_with', 'London', ['Lon'], true],
    ['$starts_with', 'London', ['don'], false],
    ['$ends_with', 'London', ['don'], true],
    ['$ends_with', 'London', ['Lon'], false],
    ['$has_value', 'x', [true], true],
    ['$has_value', undefined, [true], false],
    ['$has_value', undefined, [false], true],
    ['$is_unknown', undefined, [true], true],
    ['$is_unknown', 0, [true], false],
    ['$more_than', 5, [4], true],
    ['$more_than', '5', ['4'], true],
    ['$more_than', 5, [5], false],
    ['$more_than', undefined, [0], false],
    ['$more_than', 'x', [0], false],
    ['$less_than', 5, [6], true],
    ['$less_than', 5, [5], false],
    ['$more_than_equal', 5, [5], true],
    ['$more_than_equal', 4, [5], false],
    ['$less_than_equal', 5, [5], true],
    ['$less_than_equal', 6, [5], false],
    ['$count', ['a', 'b'], [2], true],
    ['$count', ['a'], [2], false],
    ['$count', 'ab', [2], false],
    ['$count_less', ['a'], [2], true],
    ['$count_less', ['a', 'b'], [2], false],
    ['$count_more', ['a', 'b', 'c'], [2], true],
    ['$count_more', ['a', 'b'], [2], false],
    ['$in_location', '52.2297,21.0122', ['loc_warsaw'], true],
    ['$in_location', '40,21', ['loc_warsaw'], false],
    ['$in_location', 'somewhere', ['loc_warsaw'], false],
    ['$in_location', '52.2297,21.0122', ['loc_unknown'], false],
    ['$not_in_location', '40,21', ['loc_warsaw'], true],
    ['$not_in_location', undefined, ['loc_warsaw'], true],
    ['$after', '2021-11-14', ['2021-11-13'], true],
    ['$before', '2021-11-14', ['2021-11-13'], false],
    ['$more_than', '2021-11-10', [4], true],
    ['$more_than', '2021-11-10', [5], false],
  ])('%s on %j with %j: %s', (operator, value, operand, expected) => {
    expect(ofValue(value, operator, operand)).toBe(expected)
  })
})

describe('operators on dates (engine-programs §1.5)', () => {
  it.each([
    ['$after', '2021-11-15', ['2021-11-14T23:59:59.999Z'], true],
    ['$after', '2021-11-15', ['2021-11-15'], false],
    ['$before', '2021-11-14', ['2021-11-15'], true],
    ['$before', '2021-11-15', ['2021-11-15'], false],
    ['$is', '2021-11-15', ['2021-11-15'], true],
    ['$is_not', '2021-11-15', ['2021-11-15'], false],
    ['$is_not', null, ['2021-11-15'], true],
    ['$in', '2021-11-15', ['2021-11-14', '2021-11-15'], true],
    ['$more_than_ago', '2021-11-11', [3], true],
    ['$more_than_ago', '2021-11-12', [3], false],
    ['$more_than_ago', '2021-12-12', [3], false],
    ['$less_than_ago', '2021-11-13', [3], true],
    ['$less_than_ago', '2021-11-12', [3], false],
    ['$less_than_ago', '2021-11-16', [3], false],
    ['$is_days_ago', '2021-11-12', [3], true],
    ['$is_days_ago', '2021-11-13', [3], false],
    ['$more_than_future', '2021-11-19', [3], true],
    ['$more_than_future', '2021-11-18', [3], false],
    ['$less_than_future', '2021-11-17', [3], true],
    ['$less_than_future', '2021-11-18', [3], false],
    ['$less_than_future', '2021-11-14', [3], false],
    ['$is_days_in_future', '2021-11-18', [3], true],
    ['$is_days_in_future', '2021-11-17', [3], false],
    ['$more_than', '2021-11-11', [3], true],
    ['$more_than', '2021-11-12', [3], false],
    ['$more_than_equal', '2021-11-12', [3], true],
    ['$less_than', '2021-11-13', ['3'], true],
    ['$less_than_equal', '2021-11-12', [3], true],
    ['$less_than_equal', '2021-11-11', [3], false],
    ['$is_day', '2021-11-14', [0], true],
    ['$is_day', '2021-11-14', [7], true],
    ['$is_day', '2021-11-15', [1], true],
    ['$is_day', '2021-11-15', ['2021-11-15'], true],
    ['$is_day', '2021-11-16', ['2021-11-15'], false],
    ['$is_day_of_month', '1990-03-15', [15], true],
    ['$is_day_of_month', '1990-03-14', [15], false],
    ['$is_month', '1990-03-15', [3], true],
    ['$is_month', '1990-04-15', [3], false],
    ['$is_year', '1990-03-15', [1990], true],
    ['$is_year', '1991-03-15', [1990], false],
    ['$is_years_ago', '2000-11-15', [21], true],
    ['$is_years_ago', '2000-11-16', [21], false],
    ['$is_years_ago', '2000-11-16', [20], true],
    ['$is_days_ago_md', '1990-11-12', [3], true],
    ['$is_days_ago_md', '1990-11-13', [3], false],
    ['$is_days_in_future_md', '1990-11-18', [3], true],
    ['$is_days_in_future_md', '1990-11-19', [3], false],
    ['$is_more_days_ago_md', '1990-11-11', [3], true],
    ['$is_more_days_ago_md', '1990-11-12', [3], false],
    ['$is_less_days_ago_md', '1990-11-13', [3], true],
    ['$is_less_days_ago_md', '1990-11-12', [3], false],
  ])('%s on %s with %j: %s', (operator, date, operand, expected) => {
    expect(ofDate(date, operator, operand)).toBe(expected)
  })

  it.each([
    ['$today_md', '1990-11-15', '1990-11-16'],
    ['$tomorrow_md', '1990-11-16', '1990-11-15'],
    ['$yesterday_md', '1990-11-14', '1990-11-15'],
    ['$this_week_md', '1990-11-21', '1990-11-22'],
    ['$this_week_md', '1990-11-15', '1990-11-14'],
    ['$next_week_md', '1990-11-22', '1990-11-21'],
    ['$last_week_md', '1990-11-14', '1990-11-15'],
    ['$last_week_md', '1990-11-08', '1990-11-07'],
    ['$this_month', '1990-11-30', '1990-12-03'],
    ['$next_month', '1990-12-03', '1990-11-30'],
    ['$last_month', '1990-10-01', '1990-11-01'],
    ['$this_year', '2021-01-01', '2020-12-31'],
    ['$last_year', '2020-12-31', '2021-01-01'],
  ])('%s matches %s and not %s (programs scenario 31)', (operator, inside, outside) => {
    expect(ofDate(inside, operator)).toBe(true)
    expect(ofDate(outside, operator)).toBe(false)
    expect(ofDate(inside, operator, [false])).toBe(false)
    expect(ofDate(outside, operator, [false])).toBe(true)
    expect(ofDate(null, operator)).toBe(false)
  })

  it('reach over the end of a year', () => {
    const newYearsEve = new Date('2021-12-31T12:00:00.000Z')
    expect(ofDate('1990-01-01', '$tomorrow_md', [true], newYearsEve)).toBe(true)
    expect(ofDate('1990-01-02', '$this_week_md', [true], newYearsEve)).toBe(true)
    expect(ofDate('1990-01-15', '$next_month', [true], newYearsEve)).toBe(true)
    const newYear = new Date('2022-01-01T12:00:00.000Z')
    expect(ofDate('1990-12-31', '$yesterday_md', [true], newYear)).toBe(true)
    expect(ofDate('1990-12-31', '$is_days_ago_md', [1], newYear)).toBe(true)
    expect(ofDate('1990-12-15', '$last_month', [true], newYear)).toBe(true)
  })

  it('take 29 February for the 28th in years that have none', () => {
    expect(ofDate('2000-02-29', '$today_md', [true], new Date('2021-02-28T12:00:00Z'))).toBe(true)
    expect(ofDate('2000-02-29', '$today_md', [true], new Date('2024-02-28T12:00:00Z'))).toBe(false)
    expect(ofDate('2000-02-29', '$today_md', [true], new Date('2024-02-29T12:00:00Z'))).toBe(true)
  })

  it('ask for the day in the time zone of the project (R-TIME-02)', () => {
    const createdAt = new Date('2021-11-15T03:00:00.000Z')
    const inNewYork = surroundings(NOON, 'America/New_York')
    const conditions = { $is_days_ago: [1] }
    expect(holds('created_at', conditions, theFacts({ createdAt }), inNewYork)).toBe(true)
    expect(holds('created_at', conditions, theFacts({ createdAt }))).toBe(false)
    // A birthdate is that day everywhere.
    const facts = theFacts({ birthdate: '1990-11-15' })
    expect(holds('birthdate', { $today_md: [true] }, facts, inNewYork)).toBe(true)
  })
})
