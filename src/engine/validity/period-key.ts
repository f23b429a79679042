import { toLocalTime } from './local-time.ts'

/** What limits count by, in the time zone of the project (R-TIME-02). */
export type CalendarPeriod = 'daily' | 'weekly' | 'monthly'

const DAY_MS = 86_400_000
const pad = (number: number): string => String(number).padStart(2, '0')

/** The name of the day, week (of ISO 8601, from Monday) or month of `at`: `2026-11-29`, `2026-W48`, `2026-11`. */
export function periodKey(period: CalendarPeriod, at: Date, timeZone: string): string {
  const { year, month, day, dayOfWeek } = toLocalTime(at, timeZone)
  if (period === 'daily') return `${year}-${pad(month)}-${pad(day)}`
  if (period === 'monthly') return `${year}-${pad(month)}`
  // A week belongs to the year of its Thursday.
  const thursday = new Date(Date.UTC(year, month - 1, day - ((dayOfWeek + 6) % 7) + 3))
  const yearOfWeek = thursday.getUTCFullYear()
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(yearOfWeek, 0, 1)) / (7 * DAY_MS))
  return `${yearOfWeek}-W${pad(week)}`
}
