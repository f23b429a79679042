import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calculateTimestamps, parseTime } from './calculate-timestamps.ts'

const at = (time: string): Date => new Date(`2026-01-01T${time}Z`)
const iso = (time: string): string => at(time).toISOString()

describe('calculateTimestamps', () => {
  it('keeps the queueing and takes away a slow clock (§1.9)', () => {
    expect(
      calculateTimestamps(
        { timestamp: iso('10:00:00.000'), sentAt: at('10:00:05.000') },
        at('12:30:05.250'),
      ),
    ).toEqual({
      originalTimestamp: iso('10:00:00.000'),
      sentAt: iso('10:00:05.000'),
      timestamp: iso('12:30:00.250'),
    })
  })

  it('takes the time of sending for a call without one (§1.9)', () => {
    expect(
      calculateTimestamps({ timestamp: undefined, sentAt: at('10:00:05.000') }, at('10:00:05.100')),
    ).toMatchObject({
      originalTimestamp: iso('10:00:05.000'),
      timestamp: iso('10:00:05.100'),
    })
  })

  it('trusts the client where nothing says when it sent: historical imports (§1.9)', () => {
    const historical = '2012-12-02T00:30:08.276Z'
    expect(
      calculateTimestamps({ timestamp: historical, sentAt: undefined }, at('10:00:00')),
    ).toEqual({ originalTimestamp: historical, sentAt: undefined, timestamp: historical })
  })

  it('applies the formula as it is, also into the future (§1.9)', () => {
    const { timestamp } = calculateTimestamps(
      { timestamp: iso('10:00:00.000'), sentAt: at('09:59:00.000') },
      at('10:00:01.000'),
    )
    expect(timestamp).toBe(iso('10:01:01.000'))
  })

  it('keeps a historical time given through an SDK, apart from the way of the call (§1.9)', () => {
    const { timestamp } = calculateTimestamps(
      { timestamp: '2024-01-01T00:00:00Z', sentAt: at('10:00:00.000') },
      at('10:00:00.080'),
    )
    expect(timestamp).toBe('2024-01-01T00:00:00.080Z')
  })

  it('takes a time it cannot read for none and keeps it as it came (§1.9 rule 3)', () => {
    expect(
      calculateTimestamps({ timestamp: 'yesterday', sentAt: undefined }, at('10:00:00')),
    ).toMatchObject({ originalTimestamp: 'yesterday', timestamp: iso('10:00:00') })
  })

  it('never changes how long before its sending a call happened', () => {
    const day = fc.date({ min: at('00:00:00'), max: at('23:59:59'), noInvalidDate: true })
    fc.assert(
      fc.property(day, day, day, (happenedAt, sentAt, receivedAt) => {
        const { timestamp } = calculateTimestamps(
          { timestamp: happenedAt.toISOString(), sentAt },
          receivedAt,
        )
        expect(receivedAt.getTime() - Date.parse(timestamp)).toBe(
          sentAt.getTime() - happenedAt.getTime(),
        )
      }),
    )
  })
})

describe('parseTime', () => {
  it.each<[unknown, string | undefined]>([
    ['2026-01-01T10:00:00Z', '2026-01-01T10:00:00.000Z'],
    ['2026-01-01T12:00:00+02:00', '2026-01-01T10:00:00.000Z'],
    ['2026-01-01T10:00:00.123456+00:00', '2026-01-01T10:00:00.123Z'],
    ['2026-01-01T10:00:00', '2026-01-01T10:00:00.000Z'],
    [1_767_261_600_000, '2026-01-01T10:00:00.000Z'],
    ['', undefined],
    ['10 o’clock', undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [9e15, undefined],
    [true, undefined],
    [null, undefined],
  ])('reads %j as %s (§1.9 rule 1)', (value, expected) => {
    expect(parseTime(value)?.toISOString()).toBe(expected)
  })
})
