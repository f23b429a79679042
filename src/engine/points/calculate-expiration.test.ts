import { describe, expect, it } from 'vitest'
import type { ExpirationRules } from '../vouchers/index.ts'
import { addDays, calculateExpirationDay, toDay } from './calculate-expiration.ts'

const monthly = (period_value: number, more: ExpirationRules = {}): ExpirationRules => ({
  period_type: 'MONTH',
  period_value,
  ...more,
})

describe('the day until which points can be spent', () => {
  it('is the same day so many months later (L-60)', () => {
    expect(calculateExpirationDay(monthly(1), '2026-01-25')).toBe('2026-02-25')
    expect(calculateExpirationDay(monthly(13), '2026-01-25')).toBe('2027-02-25')
    expect(calculateExpirationDay(monthly(0), '2026-01-25')).toBe('2026-01-25')
    expect(calculateExpirationDay(monthly(2), '2026-11-30')).toBe('2027-01-30')
  })

  it('is the last of a month that has no such day (L-60, programs scenario 52)', () => {
    expect(calculateExpirationDay(monthly(1), '2026-01-31')).toBe('2026-02-28')
    expect(calculateExpirationDay(monthly(1), '2028-01-31')).toBe('2028-02-29')
    expect(calculateExpirationDay(monthly(1), '2026-03-31')).toBe('2026-04-30')
  })

  it('is moved up to the end of a longer period (L-60)', () => {
    const rounded = (
      rounding_type: NonNullable<ExpirationRules['rounding_type']>,
      day = '2026-11-10',
    ) => calculateExpirationDay(monthly(3, { rounding_type }), day)
    expect(rounded('END_OF_QUARTER')).toBe('2027-03-31')
    expect(rounded('END_OF_MONTH')).toBe('2027-02-28')
    expect(rounded('END_OF_HALF_YEAR')).toBe('2027-06-30')
    expect(rounded('END_OF_YEAR')).toBe('2027-12-31')
    expect(rounded('END_OF_QUARTER', '2026-06-30')).toBe('2026-09-30')
  })

  it('is moved up to the end of a particular month (L-60)', () => {
    const rounded = (rounding_value: number, day: string) =>
      calculateExpirationDay(monthly(1, { rounding_type: 'PARTICULAR_MONTH', rounding_value }), day)
    expect(rounded(2, '2026-11-10')).toBe('2027-02-28')
    expect(rounded(12, '2026-11-10')).toBe('2026-12-31')
    expect(rounded(12, '2026-12-10')).toBe('2027-12-31')
  })

  it('is the next occurrence of a fixed day (L-61)', () => {
    const fixed = (fixed_month: number, fixed_day: number, day: string) =>
      calculateExpirationDay({ period_type: 'FIXED_DAY_OF_YEAR', fixed_month, fixed_day }, day)
    expect(fixed(12, 31, '2026-05-01')).toBe('2026-12-31')
    expect(fixed(3, 1, '2026-05-01')).toBe('2027-03-01')
    expect(fixed(5, 1, '2026-05-01')).toBe('2027-05-01')
    expect(fixed(2, 29, '2026-05-01')).toBe('2027-02-28')
    expect(fixed(2, 29, '2027-05-01')).toBe('2028-02-29')
  })

  it('does not come without rules', () => {
    expect(calculateExpirationDay(null, '2026-05-01')).toBeNull()
    expect(calculateExpirationDay({}, '2026-05-01')).toBeNull()
  })
})

describe('days', () => {
  it('begin at midnight of the time zone', () => {
    const at = new Date('2026-06-01T22:30:00Z')
    expect(toDay(at, 'UTC')).toBe('2026-06-01')
    expect(toDay(at, 'Europe/Warsaw')).toBe('2026-06-02')
    expect(toDay(new Date('2026-06-01T03:30:00Z'), 'America/New_York')).toBe('2026-05-31')
  })

  it('are counted on over months and years', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
    expect(addDays('2026-06-01', 90)).toBe('2026-08-30')
  })
})
