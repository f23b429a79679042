import { describe, expect, it } from 'vitest'
import { parseIsoDate, toIso } from './time.ts'

describe('parseIsoDate', () => {
  it.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T10', '2026-01-31T10:00:00.000Z'],
    ['2026-01-31T10:15', '2026-01-31T10:15:00.000Z'],
    ['2026-01-31T10:15:30Z', '2026-01-31T10:15:30.000Z'],
    ['2026-01-31T10:15:30.123456+00:00', '2026-01-31T10:15:30.123Z'],
    ['2026-01-31T10:15:30.5-0530', '2026-01-31T15:45:30.500Z'],
    ['2012-12-02T00:30:08.276Z', '2012-12-02T00:30:08.276Z'],
  ])('reads %s (R-TIME-01)', (text, iso) => {
    expect(toIso(parseIsoDate(text) ?? new Date(0))).toBe(iso)
  })

  it.each(['', 'yesterday', '2026-02-30', '2026-13-01', '31.01.2026', '2026-01-31T25:00'])(
    'refuses %j',
    (text) => {
      expect(parseIsoDate(text)).toBeUndefined()
    },
  )
})
