/** What the clocks on the wall show in a time zone. */
export type LocalTime = {
  year: number
  /** 1 to 12. */
  month: number
  day: number
  /** 0 is Sunday. */
  dayOfWeek: number
  /** Since midnight, fractions included. */
  minutes: number
}

/** No zone changes its offset within a quarter of an hour, so it is asked for once in each. */
const STEP_MS = 900_000
const REMEMBERED_MAX = 4_096
const remembered = new Map<string, number>()
const formats = new Map<string, Intl.DateTimeFormat>()

/** True for a name of the IANA database, such as `Europe/Warsaw`. */
export function isTimeZone(name: string): boolean {
  try {
    return formatOf(name) !== undefined
  } catch {
    return false
  }
}

/** The date and time of `at` in `timeZone`, through every change of its clocks (R-TIME-02). */
export function toLocalTime(at: Date, timeZone: string): LocalTime {
  const wall = new Date(at.getTime() + offsetMs(at.getTime(), timeZone))
  return {
    year: wall.getUTCFullYear(),
    month: wall.getUTCMonth() + 1,
    day: wall.getUTCDate(),
    dayOfWeek: wall.getUTCDay(),
    minutes: (wall.getTime() - Date.UTC(...dayOf(wall))) / 60_000,
  }
}

const dayOf = (wall: Date): [number, number, number] => [
  wall.getUTCFullYear(),
  wall.getUTCMonth(),
  wall.getUTCDate(),
]

function offsetMs(ms: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0
  const step = Math.floor(ms / STEP_MS)
  const key = `${timeZone} ${step}`
  const known = remembered.get(key)
  if (known !== undefined) return known
  const offset = readOffsetMs(step * STEP_MS, timeZone)
  if (remembered.size >= REMEMBERED_MAX) remembered.clear()
  remembered.set(key, offset)
  return offset
}

function readOffsetMs(ms: number, timeZone: string): number {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, Number(value)]),
  )
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  )
  return wall - ms
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  formats.set(timeZone, format)
  return format
}
