import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Day } from '../points/index.ts'
import {
  addToDay,
  nextPeriodStart,
  type Period,
  periodEnd,
  periodStart,
  type Rounding,
  roundDay,
} from './calculate-days.ts'

const PERIOD = fc.constantFrom<Period>('MONTH', 'QUARTER', 'HALF_YEAR', 'YEAR')
const DAY = fc
  .integer({ min: 0, max: 40_000 })
  .map((day): Day => new Date(day * 86_400_000).toISOString().slice(0, 10))
const ROUNDING: fc.Arbitrary<Rounding> = fc.record({
  to: fc.oneof(PERIOD, fc.record({ month: fc.integer({ min: 0, max: 11 }) })),
  strategy: fc.constantFrom('START', 'END'),
})

describe('periods of the calendar (L-52)', () => {
  it.each([
    ['MONTH', '2026-02-01', '2026-02-28', '2026-03-31'],
    ['QUARTER', '2026-01-01', '2026-03-31', '2026-06-30'],
    ['HALF_YEAR', '2026-01-01', '2026-06-30', '2026-12-31'],
    ['YEAR', '2026-01-01', '2026-12-31', '2027-12-31'],
  ] as const)('of a %s begin and end', (period, start, end, nextEnd) => {
    expect(periodStart('2026-02-10', period)).toBe(start)
    expect(periodEnd('2026-02-10', period)).toBe(end)
    expect(periodEnd('2026-02-10', period, 1)).toBe(nextEnd)
  })

  it('follow one another without a gap', () => {
    fc.assert(
      fc.property(DAY, PERIOD, (day, period) => {
        const [start, end, next] = [
          periodStart(day, period),
          periodEnd(day, period),
          nextPeriodStart(day, period),
        ]
        expect(start <= day && day <= end && end < next).toBe(true)
        expect(addToDay(end, { months: 0, days: 1 })).toBe(next)
        expect(periodStart(next, period)).toBe(next)
      }),
    )
  })
})

describe('addToDay', () => {
  it('ends a month later on the last day of a shorter one', () => {
    expect(addToDay('2026-01-31', { months: 1, days: 0 })).toBe('2026-02-28')
    expect(addToDay('2028-01-31', { months: 1, days: 0 })).toBe('2028-02-29')
    expect(addToDay('2026-11-30', { months: 3, days: 1 })).toBe('2027-03-01')
  })
})

describe('roundDay (L-52)', () => {
  it.each([
    ['MONTH', 'START', '2026-05-11', '2026-06-01'],
    ['MONTH', 'START', '2026-05-01', '2026-05-01'],
    ['QUARTER', 'END', '2026-05-11', '2026-06-30'],
    ['HALF_YEAR', 'END', '2026-05-11', '2026-06-30'],
    ['YEAR', 'START', '2026-05-11', '2027-01-01'],
    [{ month: 1 }, 'END', '2026-05-11', '2027-02-28'],
    [{ month: 4 }, 'END', '2026-05-11', '2026-05-31'],
    [{ month: 4 }, 'START', '2026-05-11', '2027-05-01'],
  ] as const)('to %j, %s', (to, strategy, day, expected) => {
    expect(roundDay(day, { to, strategy })).toBe(expected)
  })

  it('takes no day away and none more than a year adds, and does nothing twice', () => {
    fc.assert(
      fc.property(DAY, ROUNDING, (day, rounding) => {
        const rounded = roundDay(day, rounding)
        expect(rounded >= day && rounded <= addToDay(day, { months: 12, days: 0 })).toBe(true)
        expect(roundDay(rounded, rounding)).toBe(rounded)
      }),
    )
  })
})
