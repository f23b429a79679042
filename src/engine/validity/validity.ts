/** One period of `validity_hours`, as the wire writes it; without days it is every day. */
export type DailyHours = {
  /** `HH:mm`. */
  start_time: string
  /** `HH:mm`; absent, empty or `00:00` is the end of the day (R-VALID-04). */
  expiration_time?: string
  /** 0 is Sunday. */
  days_of_week?: readonly number[]
}

/** When something may be redeemed (engine-core §4.4). Null is without bound. */
export type Validity = {
  startDate: Date | null
  expirationDate: Date | null
  /** Durations of ISO 8601: open for `duration` in every `interval` since the start. */
  timeframe: { interval: string; duration: string } | null
  /** 0 is Sunday. */
  daysOfWeek: readonly number[] | null
  hours: { daily: readonly DailyHours[] } | null
}

export const ALWAYS_VALID: Validity = {
  startDate: null,
  expirationDate: null,
  timeframe: null,
  daysOfWeek: null,
  hours: null,
}

const MINUTES_PER_DAY = 1_440

/** `HH:mm` as minutes since midnight. */
export function toMinutes(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

/** From when until before when a period lasts, in minutes since midnight. */
export const toMinuteRange = ({ start_time, expiration_time }: DailyHours): [number, number] => [
  toMinutes(start_time),
  (expiration_time ? toMinutes(expiration_time) : 0) || MINUTES_PER_DAY,
]
