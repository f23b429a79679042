const REMEMBERED = 64
const rememberedMs = new Float64Array(REMEMBERED).fill(Number.NaN)
const rememberedTexts = new Array<string>(REMEMBERED).fill('')

/**
 * ISO 8601 in UTC with milliseconds, the one way time goes out (R-TIME-01). The calls of a request and the
 * rows of a batch share most of their times, and writing one takes longer than all else done to it, so the
 * last few are remembered.
 */
export function toIso(date: Date): string {
  const ms = date.getTime()
  const place = ((ms % REMEMBERED) + REMEMBERED) % REMEMBERED
  if (rememberedMs[place] === ms) return rememberedTexts[place] ?? ''
  const text = date.toISOString()
  rememberedMs[place] = ms
  rememberedTexts[place] = text
  return text
}

const ISO_DATE =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/i

/** As `toIso` writes it, which is how most clients do. */
const AS_WE_WRITE_IT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

const MS_PER_MINUTE = 60_000

/**
 * Reads a date in ISO 8601: `YYYY-MM-DD`, with hours, minutes, seconds and fractions as far as
 * given, with `Z` or an offset; without one it is UTC (R-TIME-01, pipeline §1.9). Digits beyond
 * milliseconds are cut off. Returns undefined for anything else, also for days that do not exist.
 */
export function parseIsoDate(text: string): Date | undefined {
  if (AS_WE_WRITE_IT.test(text)) return toExistingDay(text, text.slice(8, 10))
  const match = ISO_DATE.exec(text.trim())
  if (!match) return undefined
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = ''] = match
  const ms = fraction.slice(0, 3).padEnd(3, '0')
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`
  const utc = toExistingDay(iso, day ?? '')
  return utc && new Date(utc.getTime() - offsetMs(match[8]))
}

/** The 30th of February is read as the 2nd of March. */
function toExistingDay(iso: string, day: string): Date | undefined {
  const utc = new Date(iso)
  return Number.isNaN(utc.getTime()) || utc.getUTCDate() !== Number(day) ? undefined : utc
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0
  const digits = zone.slice(1).replace(':', '')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0)
  return (zone.startsWith('-') ? -minutes : minutes) * MS_PER_MINUTE
}
