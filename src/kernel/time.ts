/** ISO 8601 in UTC with milliseconds, the one way time goes out (R-TIME-01). */
export const toIso = (date: Date): string => date.toISOString()

const ISO_DATE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i

const MS_PER_MINUTE = 60_000

/**
 * Reads a date in ISO 8601: `YYYY-MM-DD`, with hours, minutes, seconds and fractions as far as
 * given, with `Z` or an offset; without one it is UTC (R-TIME-01, pipeline §1.9). Digits beyond
 * milliseconds are cut off. Returns undefined for anything else, also for days that do not exist.
 */
export function parseIsoDate(text: string): Date | undefined {
  const match = ISO_DATE.exec(text.trim())
  if (!match) return undefined
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = ''] = match
  const ms = fraction.slice(0, 3).padEnd(3, '0')
  const utc = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`)
  if (Number.isNaN(utc.getTime()) || utc.getUTCDate() !== Number(day)) return undefined
  return new Date(utc.getTime() - offsetMs(match[8]))
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0
  const digits = zone.slice(1).replace(':', '')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0)
  return (zone.startsWith('-') ? -minutes : minutes) * MS_PER_MINUTE
}
