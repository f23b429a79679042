/**
 * When something may be redeemed: dates, intervals, days and hours in the time zone of the project.
 * Start at decide-validity.ts; nothing here knows the clock.
 */
export { decideValidity, isWithinHours, isWithinTimeframe } from './decide-validity.ts'
export { addDuration, type Duration, parseDuration } from './duration.ts'
export { isTimeZone, type LocalTime, toLocalTime } from './local-time.ts'
export { type CalendarPeriod, periodKey } from './period-key.ts'
export {
  parseValidity,
  toValidityView,
  VALIDITY_SCHEMA,
  type ValidityInput,
} from './validity.schema.ts'
export { ALWAYS_VALID, type DailyHours, type Validity } from './validity.ts'
export { fromValidityRow, toValidityRow, type ValidityRow } from './validity-row.ts'
