import { describe, expect, it } from 'vitest'
import { addDuration, lastIntervalStart, parseDuration } from './duration.ts'
import { ALWAYS_VALID, decideValidity, isTimeZone, periodKey, type Validity } from './index.ts'
import { toLocalTime } from './local-time.ts'

const decide = (validity: Partial<Validity>, now: string, timeZone = 'UTC') =>
  decideValidity({ ...ALWAYS_VALID, ...validity }, new Date(now), timeZone)

describe('the validity of a redeemable', () => {
  it('is without bound when nothing is said', () => {
    expect(decide({}, '2026-01-01T00:00:00Z')).toBe('active')
  })

  it.each([
    ['2025-12-31T23:59:59.999Z', 'not_started'],
    ['2026-01-01T00:00:00.000Z', 'active'],
    ['2026-01-31T23:59:59.999Z', 'active'],
    ['2026-02-01T00:00:00.000Z', 'expired'],
  ])('lasts from its start to before its end (R-VALID-02): %s', (now, expected) => {
    const startDate = new Date('2026-01-01T00:00:00Z')
    const expirationDate = new Date('2026-02-01T00:00:00Z')
    expect(decide({ startDate, expirationDate }, now)).toBe(expected)
  })

  it.each([
    ['2026-01-01T00:59:59Z', 'active'],
    ['2026-01-01T01:00:00Z', 'not_active_now'],
    ['2026-01-02T00:30:00Z', 'not_active_now'],
    ['2026-01-03T00:30:00Z', 'active'],
    ['2026-01-03T01:30:00Z', 'not_active_now'],
  ])(
    'recurs for its duration in every interval since its start (R-VALID-03, scenario 84): %s',
    (now, expected) => {
      const timeframe = { interval: 'P2D', duration: 'PT1H' }
      expect(decide({ startDate: new Date('2026-01-01T00:00:00Z'), timeframe }, now)).toBe(expected)
    },
  )

  it('counts intervals of months by the calendar', () => {
    const validity = {
      startDate: new Date('2026-01-31T00:00:00Z'),
      timeframe: { interval: 'P1M', duration: 'P1D' },
    }
    expect(decide(validity, '2026-02-28T12:00:00Z')).toBe('active')
    expect(decide(validity, '2026-03-01T12:00:00Z')).toBe('not_active_now')
    expect(decide(validity, '2026-03-31T12:00:00Z')).toBe('active')
  })

  it('knows the days of the week of the project (R-VALID-04, scenario 85)', () => {
    const monday = { daysOfWeek: [1] }
    expect(decide(monday, '2026-11-30T12:00:00Z')).toBe('active')
    expect(decide(monday, '2026-12-01T12:00:00Z')).toBe('not_active_now')
    // Sunday in UTC, already Monday in Warsaw.
    expect(decide(monday, '2026-11-29T23:30:00Z', 'Europe/Warsaw')).toBe('active')
    expect(decide(monday, '2026-11-29T23:30:00Z')).toBe('not_active_now')
  })

  it('opens at the start of its hours and closes at their end, by the clocks on the wall', () => {
    const hours = { daily: [{ start_time: '12:00', expiration_time: '14:00', days_of_week: [1] }] }
    expect(decide({ hours }, '2026-11-30T11:59:59Z')).toBe('not_active_now')
    expect(decide({ hours }, '2026-11-30T12:00:00Z')).toBe('active')
    expect(decide({ hours }, '2026-11-30T14:00:00Z')).toBe('not_active_now')
    expect(decide({ hours }, '2026-12-01T13:00:00Z')).toBe('not_active_now')
  })

  it.each(['Europe/Warsaw', 'America/New_York', 'Australia/Lord_Howe'])(
    'keeps its hours when the clocks change in %s (R-TIME-02)',
    (timeZone) => {
      const hours = { daily: [{ start_time: '09:00', expiration_time: '10:00' }] }
      const shown = new Intl.DateTimeFormat('en-GB', {
        timeZone,
        hour: '2-digit',
        minute: '2-digit',
      })
      for (let hour = 0; hour < 24 * 366; hour += 5) {
        const now = new Date(Date.UTC(2026, 0, 1, hour, 30))
        const expected = shown.format(now).startsWith('09:') ? 'active' : 'not_active_now'
        expect(decide({ hours }, now.toISOString(), timeZone)).toBe(expected)
      }
    },
  )

  it('without an end of hours lasts to the end of the day', () => {
    const hours = { daily: [{ start_time: '22:00' }] }
    expect(decide({ hours }, '2026-11-30T23:59:59.999Z')).toBe('active')
    expect(decide({ hours }, '2026-12-01T00:00:00Z')).toBe('not_active_now')
  })
})

describe('a duration', () => {
  it.each([
    ['P2D', { months: 0, ms: 172_800_000 }],
    ['PT1H30M', { months: 0, ms: 5_400_000 }],
    ['P1Y2M', { months: 14, ms: 0 }],
    ['P1WT1S', { months: 0, ms: 604_801_000 }],
  ])('reads %s', (text, duration) => {
    expect(parseDuration(text)).toEqual(duration)
  })

  it.each(['', 'P', 'PT', 'P0D', '1D', 'P1.5D', '-P1D', 'P1H', 'P99999W'])(
    'refuses "%s"',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )

  it('ends a month later on the last day of a shorter one', () => {
    const later = addDuration(new Date('2026-01-31T10:00:00Z'), { months: 1, ms: 1 })
    expect(later.toISOString()).toBe('2026-02-28T10:00:00.001Z')
  })

  it('finds the last whole interval, however long ago the first was', () => {
    const start = new Date('1900-01-31T00:00:00Z')
    for (let day = 0; day < 60_000; day += 17) {
      const now = new Date(start.getTime() + day * 86_400_000)
      const last = lastIntervalStart(start, { months: 1, ms: 0 }, now)
      expect(last <= now).toBe(true)
      expect((now.getTime() - last.getTime()) / 86_400_000).toBeLessThan(31)
    }
  })
})

describe('the period a limit counts in', () => {
  it.each([
    ['daily', '2026-11-29T23:30:00Z', 'UTC', '2026-11-29'],
    ['daily', '2026-11-29T23:30:00Z', 'Europe/Warsaw', '2026-11-30'],
    ['weekly', '2026-11-29T23:30:00Z', 'UTC', '2026-W48'],
    ['weekly', '2026-11-29T23:30:00Z', 'Europe/Warsaw', '2026-W49'],
    ['weekly', '2027-01-01T12:00:00Z', 'UTC', '2026-W53'],
    ['weekly', '2024-12-30T12:00:00Z', 'UTC', '2025-W01'],
    ['monthly', '2026-11-30T23:30:00Z', 'Europe/Warsaw', '2026-12'],
  ] as const)('is by the clocks of the project: %s at %s in %s', (period, at, zone, key) => {
    expect(periodKey(period, new Date(at), zone)).toBe(key)
  })
})

describe('a time zone', () => {
  it('is a name that the world knows', () => {
    expect(isTimeZone('Europe/Warsaw')).toBe(true)
    expect(isTimeZone('Europe/Nowhere')).toBe(false)
  })

  it('of half hours is told right', () => {
    const { day, minutes } = toLocalTime(new Date('2026-06-01T20:00:30Z'), 'Asia/Kolkata')
    expect({ day, minutes }).toEqual({ day: 2, minutes: 90.5 })
  })
})
