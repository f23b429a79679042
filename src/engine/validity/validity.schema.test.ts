import { describe, expect, it } from 'vitest'
import { compileBodyCheck } from '../api/index.ts'
import { parseValidity, toValidityView, VALIDITY_SCHEMA, type ValidityInput } from './index.ts'

const check = compileBodyCheck<ValidityInput>({ type: 'object', properties: VALIDITY_SCHEMA })
const parse = (input: unknown) => parseValidity(check(input))
const detailsOf = (input: unknown): unknown => {
  try {
    return parse(input)
  } catch (error) {
    return (error as { context: { details: string } }).context.details
  }
}

describe('the validity of a body', () => {
  it('is shown as it was given, with nulls for what was not', () => {
    const given = {
      start_date: '2026-01-01T00:00:00.000Z',
      expiration_date: null,
      validity_timeframe: { interval: 'P2D', duration: 'PT1H' },
      validity_day_of_week: [1, 2],
      validity_hours: null,
    }
    expect(toValidityView(parse(given))).toEqual(given)
    expect(Object.values(toValidityView(parse({})))).toEqual([null, null, null, null, null])
  })

  it('changes only in what is given, and loses what is null', () => {
    const current = parse({ start_date: '2026-01-01', expiration_date: '2026-02-01' })
    const changed = parseValidity(
      check({ expiration_date: null, validity_day_of_week: [] }),
      current,
    )
    expect(changed).toEqual({ ...current, expirationDate: null })
  })

  it.each([
    [
      { start_date: 'soon' },
      'Property .start_date cannot be recognized as a ISO-8601 compliant date',
    ],
    [
      { validity_timeframe: { interval: 'P2D', duration: 'PT1H' } },
      'Property .start_date is required with .validity_timeframe',
    ],
    [
      { start_date: '2026-01-01', validity_timeframe: { interval: 'often', duration: 'PT1H' } },
      'Property .validity_timeframe.interval should be a duration in ISO 8601, such as P2D or PT1H',
    ],
    [{ validity_day_of_week: [7] }, 'Property .validity_day_of_week[0] must be <= 6'],
    [
      { validity_hours: { daily: [{ start_time: '9' }] } },
      'Property .validity_hours.daily[0].start_time must match pattern "^([01][0-9]|2[0-3]):[0-5][0-9]$"',
    ],
    [
      { validity_hours: { daily: [{ start_time: '10:00', expiration_time: '09:00' }] } },
      'Property .validity_hours.daily[0].expiration_time should be later than start_time',
    ],
    [
      {
        validity_hours: {
          daily: [
            { start_time: '09:00', expiration_time: '11:00', days_of_week: [1, 2] },
            { start_time: '10:00', days_of_week: [2, 3] },
          ],
        },
      },
      'Property .validity_hours.daily[1] overlaps with .validity_hours.daily[0]',
    ],
    [
      { validity_day_of_week: [1], validity_hours: { daily: [{ start_time: '09:00' }] } },
      'Property .validity_hours cannot be combined with .validity_day_of_week',
    ],
  ])('is refused with the place of what is wrong (R-VALID-04): %j', (input, details) => {
    expect(detailsOf(input)).toBe(details)
  })
})
