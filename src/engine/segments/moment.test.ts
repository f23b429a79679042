import { describe, expect, it } from 'vitest'
import { createMoment, nextMidnight, toDay } from './moment.ts'

describe('the next midnight', () => {
  it.each([
    ['UTC', '2021-11-15T12:00:00.000Z', '2021-11-16T00:00:00.000Z'],
    ['UTC', '2021-11-15T00:00:00.000Z', '2021-11-16T00:00:00.000Z'],
    ['UTC', '2021-11-15T23:59:59.999Z', '2021-11-16T00:00:00.000Z'],
    ['Europe/Warsaw', '2021-11-15T12:00:00.000Z', '2021-11-15T23:00:00.000Z'],
    ['Europe/Warsaw', '2021-03-27T23:30:00.000Z', '2021-03-28T22:00:00.000Z'],
    ['Asia/Kathmandu', '2021-11-15T12:00:00.000Z', '2021-11-15T18:15:00.000Z'],
    // On that day clocks there went from 24:00 to 1:00.
    ['America/Sao_Paulo', '2018-11-03T12:00:00.000Z', '2018-11-04T03:00:00.000Z'],
  ])('in %s after %s is %s', (timeZone, now, expected) => {
    expect(nextMidnight(new Date(now), timeZone).toISOString()).toBe(expected)
  })
})

describe('a moment', () => {
  it('knows which day a date is where the project is', () => {
    const { today, dayOf } = createMoment(new Date('2021-11-15T23:30:00.000Z'), 'Europe/Warsaw')
    expect(today).toMatchObject({ year: 2021, month: 11, day: 16, dayOfWeek: 2 })
    expect(dayOf('2021-11-15')).toMatchObject({ day: 15 })
    expect(dayOf('2021-11-15T23:30:00Z')).toMatchObject({ day: 16 })
    expect(dayOf(new Date('2021-11-15T23:30:00Z'))).toMatchObject({ day: 16 })
    expect(dayOf('2021-02-30')).toBeUndefined()
  })

  it('counts days', () => {
    expect(toDay(0)).toMatchObject({ year: 1970, month: 1, day: 1, dayOfWeek: 4 })
    expect(toDay(-1)).toMatchObject({ year: 1969, month: 12, day: 31 })
  })
})
