import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calculateRange } from './calculate-range.ts'
import { calculateIntervals, calculateSeries, INTERVALS } from './calculate-series.ts'

const NOW = new Date('2026-06-15T12:34:56.789Z')
const at = (time: string): Date => new Date(`2026-06-${time}Z`)

describe('calculateRange', () => {
  it('takes the 24 hours up to and including now, where nothing else is said', () => {
    expect(calculateRange({}, NOW)).toEqual({
      from: at('14T12:34:56.790'),
      to: at('15T12:34:56.790'),
    })
    expect(calculateRange({ to: at('03T00:00') }, NOW).from).toEqual(at('02T00:00'))
    expect(calculateRange({ from: at('01T12:34:56.789') }, NOW).to).toEqual(at('15T12:34:56.790'))
  })

  it('refuses a range that is empty or longer than two weeks (§7.5.3)', () => {
    const refuses = (from: Date, to?: Date) => () => calculateRange({ from, to }, NOW)
    expect(refuses(at('02T00:00'), at('02T00:00'))).toThrow('Invalid query params')
    expect(refuses(at('16T00:00'))).toThrow('Invalid query params')
    expect(refuses(at('01T00:00'), at('15T00:00:00.001'))).toThrow('Invalid query params')
    expect(refuses(at('01T12:34:56.788'))).toThrow('Invalid query params')
  })
})

describe('calculateIntervals', () => {
  it('covers the range without a gap, with nothing beside it', () => {
    const anyMs = fc.integer({ min: 0, max: 4_000_000_000_000 })
    const anyLengthMs = fc.integer({ min: 1, max: 24 * 3_600_000 })
    fc.assert(
      fc.property(
        anyMs,
        anyLengthMs,
        fc.constantFrom(...INTERVALS),
        (fromMs, lengthMs, interval) => {
          const to = fromMs + lengthMs
          const range = { from: new Date(fromMs), to: new Date(to) }
          const starts = calculateIntervals(range, interval).map((start) => start.getTime())
          const ms = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }[interval]
          const first = starts[0] ?? Number.NaN
          const last = starts.at(-1) ?? Number.NaN
          expect(starts).toEqual(starts.map((_, index) => first + index * ms))
          expect([first % ms, first <= fromMs, first + ms > fromMs]).toEqual([0, true, true])
          expect([last < to, last + ms >= to]).toEqual([true, true])
        },
      ),
    )
  })
})

describe('calculateSeries', () => {
  it('puts an empty row where nothing was counted', () => {
    const [first, second] = [at('01T00:00'), at('02T00:00')]
    const counted = [{ start: new Date(second), count: 3 }]
    expect(calculateSeries([first, second], counted, (start) => ({ start, count: 0 }))).toEqual([
      { start: first, count: 0 },
      { start: second, count: 3 },
    ])
  })
})
