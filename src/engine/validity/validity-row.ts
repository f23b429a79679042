import type { Validity } from './validity.ts'

/** The columns in which a table keeps a validity. */
export type ValidityRow = {
  start_date: Date | null
  expiration_date: Date | null
  validity_timeframe: unknown
  validity_day_of_week: unknown
  validity_hours: unknown
}

export const fromValidityRow = (row: ValidityRow): Validity => ({
  startDate: row.start_date,
  expirationDate: row.expiration_date,
  timeframe: row.validity_timeframe as Validity['timeframe'],
  daysOfWeek: row.validity_day_of_week as Validity['daysOfWeek'],
  hours: row.validity_hours as Validity['hours'],
})

/** The inverse of `fromValidityRow`; what is JSON is still an object. */
export const toValidityRow = (validity: Validity): ValidityRow => ({
  start_date: validity.startDate,
  expiration_date: validity.expirationDate,
  validity_timeframe: validity.timeframe,
  validity_day_of_week: validity.daysOfWeek,
  validity_hours: validity.hours,
})
