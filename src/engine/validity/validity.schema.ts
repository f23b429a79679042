import { ApiError } from '../../kernel/api-error.ts'
import { parseIsoDate, toIso } from '../../kernel/time.ts'
import { parseDuration } from './duration.ts'
import { ALWAYS_VALID, type DailyHours, toMinuteRange, type Validity } from './validity.ts'

const DATE = { type: ['string', 'null'], format: 'iso-date' }
const DAYS_OF_WEEK = {
  type: ['array', 'null'],
  maxItems: 7,
  items: { type: 'integer', minimum: 0, maximum: 6 },
}
const TIME_OF_DAY = '^([01][0-9]|2[0-3]):[0-5][0-9]$'

/** The properties of a body that say when something is valid, for `compileBodyCheck`. */
export const VALIDITY_SCHEMA = {
  start_date: DATE,
  expiration_date: DATE,
  validity_timeframe: {
    type: ['object', 'null'],
    required: ['interval', 'duration'],
    properties: { interval: { type: 'string' }, duration: { type: 'string' } },
  },
  validity_day_of_week: DAYS_OF_WEEK,
  validity_hours: {
    type: ['object', 'null'],
    properties: {
      daily: {
        type: ['array', 'null'],
        maxItems: 100,
        items: {
          type: 'object',
          required: ['start_time'],
          properties: {
            start_time: { type: 'string', pattern: TIME_OF_DAY },
            expiration_time: { type: ['string', 'null'], pattern: `^$|${TIME_OF_DAY}` },
            days_of_week: DAYS_OF_WEEK,
          },
        },
      },
    },
  },
} as const

/** What passed `VALIDITY_SCHEMA`. */
export type ValidityInput = {
  start_date?: string | null
  expiration_date?: string | null
  validity_timeframe?: { interval: string; duration: string } | null
  validity_day_of_week?: number[] | null
  validity_hours?: {
    daily?:
      | { start_time: string; expiration_time?: string | null; days_of_week?: number[] | null }[]
      | null
  } | null
}

/**
 * The validity that `input` describes, or what it makes of `current`: what is absent stays, null lifts the bound.
 * Throws `invalid_payload` naming the field when an interval is unreadable or has no start to count from, hours
 * overlap or stand beside other recurrences (R-VALID-03, R-VALID-04).
 */
export function parseValidity(input: ValidityInput, current: Validity = ALWAYS_VALID): Validity {
  const { start_date, expiration_date, validity_timeframe, validity_day_of_week, validity_hours } =
    input
  const validity: Validity = {
    startDate: start_date === undefined ? current.startDate : toDate(start_date),
    expirationDate:
      expiration_date === undefined ? current.expirationDate : toDate(expiration_date),
    timeframe:
      validity_timeframe === undefined ? current.timeframe : toTimeframe(validity_timeframe),
    daysOfWeek:
      validity_day_of_week === undefined ? current.daysOfWeek : toDays(validity_day_of_week),
    hours: validity_hours === undefined ? current.hours : toHours(validity_hours),
  }
  refuseContradictions(validity)
  return validity
}

/** The five keys of a body, all of them there. */
export const toValidityView = (validity: Validity) => ({
  start_date: validity.startDate && toIso(validity.startDate),
  expiration_date: validity.expirationDate && toIso(validity.expirationDate),
  validity_timeframe: validity.timeframe,
  validity_day_of_week: validity.daysOfWeek,
  validity_hours: validity.hours,
})

const toDate = (text: string | null): Date | null =>
  text === null ? null : (parseIsoDate(text) ?? null)

/** No day at all is how clients write that none was chosen. */
const toDays = (days: number[] | null): readonly number[] | null =>
  days && days.length > 0 ? days : null

function toTimeframe(
  timeframe: { interval: string; duration: string } | null,
): Validity['timeframe'] {
  if (!timeframe) return null
  const { interval, duration } = timeframe
  for (const [name, text] of Object.entries({ interval, duration })) {
    if (parseDuration(text)) continue
    throw invalid(
      `Property .validity_timeframe.${name} should be a duration in ISO 8601, such as P2D or PT1H`,
    )
  }
  return { interval, duration }
}

function toHours(hours: ValidityInput['validity_hours']): Validity['hours'] {
  const daily = (hours?.daily ?? []).map(toDailyHours)
  for (const [index, period] of daily.entries()) {
    const place = `.validity_hours.daily[${index}]`
    const [from, until] = toMinuteRange(period)
    if (until <= from) {
      throw invalid(`Property ${place}.expiration_time should be later than start_time`)
    }
    const earlier = daily.slice(0, index).findIndex((other) => overlaps(period, other))
    if (earlier >= 0) {
      throw invalid(`Property ${place} overlaps with .validity_hours.daily[${earlier}]`)
    }
  }
  return daily.length > 0 ? { daily } : null
}

const toDailyHours = ({
  start_time,
  expiration_time,
  days_of_week,
}: {
  start_time: string
  expiration_time?: string | null
  days_of_week?: number[] | null
}): DailyHours => ({
  start_time,
  ...(expiration_time && { expiration_time }),
  ...(days_of_week && days_of_week.length > 0 && { days_of_week }),
})

function overlaps(a: DailyHours, b: DailyHours): boolean {
  const shareDay =
    !a.days_of_week ||
    !b.days_of_week ||
    a.days_of_week.some((day) => b.days_of_week?.includes(day))
  const [[fromA, untilA], [fromB, untilB]] = [toMinuteRange(a), toMinuteRange(b)]
  return shareDay && fromA < untilB && fromB < untilA
}

function refuseContradictions({ startDate, timeframe, daysOfWeek, hours }: Validity): void {
  if (timeframe && !startDate) {
    throw invalid('Property .start_date is required with .validity_timeframe')
  }
  if (hours && (timeframe || daysOfWeek)) {
    const other = timeframe ? '.validity_timeframe' : '.validity_day_of_week'
    throw invalid(`Property .validity_hours cannot be combined with ${other}`)
  }
}

const invalid = (details: string): ApiError => new ApiError('invalid_payload', { details })
