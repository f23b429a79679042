import { fullFormats } from 'ajv-formats/dist/formats.js'

/** A form that text may be asked to have; `label` names it in sentences. */
export type Format = { label: string; accepts: (text: string) => boolean }

const anything = (): boolean => true

const published = (name: keyof typeof fullFormats, label: string): Format => {
  const format = fullFormats[name]
  if (typeof format === 'function') return { label, accepts: format as Format['accepts'] }
  const pattern = format as RegExp
  return { label, accepts: (text) => pattern.test(text) }
}

/**
 * The formats of fields. Dates, times and IPv4 addresses are read as the reference reads them, which is
 * laxer than the current `ajv-formats`: the time zone may be missing, a number may begin with zeros.
 */
const FORMATS: ReadonlyMap<string, Format> = new Map(
  Object.entries({
    date: { label: 'date', accepts: isDate },
    time: { label: 'time', accepts: isTime },
    'date-time': { label: 'date and time', accepts: isDateTime },
    'date-like': { label: 'date-like', accepts: isDateLike },
    email: published('email', 'email address'),
    hostname: published('hostname', 'hostname'),
    ipv4: { label: 'IPv4 address', accepts: isIpv4 },
    ipv6: published('ipv6', 'IPv6 address'),
    uri: published('uri', 'URI'),
    'uri-reference': published('uri-reference', 'URI Reference'),
    'uri-template': published('uri-template', 'URI-template'),
    uuid: published('uuid', 'uuid'),
    regex: published('regex', 'regular expression'),
    'json-pointer': published('json-pointer', 'JSON Pointer'),
    'relative-json-pointer': published('relative-json-pointer', 'relative JSON Pointer'),
    duration: published('duration', 'duration'),
    text: { label: 'text', accepts: anything },
    password: { label: 'password', accepts: anything },
  }),
)

/** The format called `name`; undefined when there is none. */
export const findFormat = (name: string): Format | undefined => FORMATS.get(name)

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/

function isDate(text: string): boolean {
  const [, year, month, day] = (DATE.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined || day === undefined) return false
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:z|[+-]\d\d(?::?\d\d)?)?$/i

function isTime(text: string): boolean {
  const [, hour = 24, minute = 60, second = 61] = (TIME.exec(text) ?? []).map(Number)
  const isLeapSecond = hour === 23 && minute === 59 && second === 60
  return isLeapSecond || (hour <= 23 && minute <= 59 && second <= 59)
}

function isDateTime(text: string): boolean {
  const [date = '', time = '', ...rest] = text.split(/[t\s]/i)
  return rest.length === 0 && isDate(date) && isTime(time)
}

const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/

function isIpv4(text: string): boolean {
  return IPV4.test(text) && text.split('.').every((part) => Number(part) <= 255)
}

/** Year, then any of month, day, hour, minute, second and fraction, with or without separators. */
const LOOSE_DATE =
  /^\d{4}[-/]?(?:\d{1,2})?[-/]?\d{0,2}[Tt\s]*(?:\d{1,2})?:?(?:\d{1,2})?:?(?:\d{1,2})?[.:]?(?:\d+)?$/

/** The furthest instant from 1970 that a date of JavaScript can name. */
const DATE_MS_MAX = 8.64e15

/**
 * Whether dayjs can read `text` as a date (§5.4). A plain number is read as seconds since 1970. A date in
 * the loose form is valid whatever its numbers: the 45th of month 13 is in February of the next year.
 */
function isDateLike(text: string): boolean {
  const number = Number(text)
  if (String(number) === text) return Math.abs(number * 1_000) <= DATE_MS_MAX
  return LOOSE_DATE.test(text) || !Number.isNaN(Date.parse(text))
}
