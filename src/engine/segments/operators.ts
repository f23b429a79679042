import { isPlainObject } from '../../kernel/json.ts'
import { parseIsoDate } from '../../kernel/time.ts'
import type { FieldKind } from './compile-path.ts'
import type { FactValue, Surroundings } from './customer-facts.ts'
import { AGES, CALENDAR_FLAGS, DAY_COUNTS, dayOfValue } from './date-operators.ts'
import { toPoint } from './match-location.ts'

/** Whether a field's value is what a condition asks for. */
export type Check = (value: FactValue, surroundings: Surroundings) => boolean

/** A condition that was understood, or what is wrong with its operands, to be said after the field's name. */
export type Compiled =
  | { check: Check; isDateRelative?: boolean; locations?: readonly string[] }
  | { wrong: string }

type Compile = (operands: readonly string[], kind: FieldKind) => Compiled

const isMissing = (value: FactValue): value is null | undefined =>
  value === undefined || value === null

/** A list has what is asked for when one of its elements has; what is missing has nothing. */
const anyElement =
  (check: Check): Check =>
  (value, surroundings) => {
    if (isMissing(value)) return false
    if (Array.isArray(value)) return value.some((each) => check(each as FactValue, surroundings))
    return check(value, surroundings)
  }

/** The opposite, which holds for missing values, too (S-11). */
const opposite =
  (compile: Compile): Compile =>
  (operands, kind) => {
    const compiled = compile(operands, kind)
    if ('wrong' in compiled) return compiled
    return { ...compiled, check: (value, surroundings) => !compiled.check(value, surroundings) }
  }

const ofEach = <T>(
  operands: readonly string[],
  parse: (text: string) => T | undefined,
  wrong: string,
): T[] | { wrong: string } => {
  if (operands.length === 0) return { wrong: 'should have a value' }
  const values = operands.map(parse)
  return values.includes(undefined) ? { wrong } : (values as T[])
}

const NO_NUMBER = 'must be number'
const NO_DATE = 'cannot be recognized as a ISO-8601 compliant date'

const toNumber = (value: unknown): number | undefined => {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

/** Texts by their letters, numbers by their value, dates by their day where the operand is a day. */
const isOneOf: Compile = (operands, kind) => {
  if (kind === 'date' || kind === 'dates') return isOneOfDates(operands)
  if (kind === 'number') {
    const numbers = ofEach(operands, toNumber, NO_NUMBER)
    if ('wrong' in numbers) return numbers
    return { check: anyElement((value) => numbers.includes(toNumber(value) ?? Number.NaN)) }
  }
  if (operands.length === 0) return { wrong: 'should have a value' }
  const texts = new Set(operands)
  const numbers = new Set(operands.flatMap((text) => toNumber(text) ?? []))
  return {
    check: anyElement((value) =>
      typeof value === 'number' ? numbers.has(value) : texts.has(String(value)),
    ),
  }
}

const PLAIN_DAY = /^\d{4}-\d{2}-\d{2}$/

function isOneOfDates(operands: readonly string[]): Compiled {
  const dates = ofEach(operands, (text) => parseIsoDate(text) && text, NO_DATE)
  if ('wrong' in dates) return dates
  return {
    check: anyElement((value, { moment }) =>
      dates.some((text) => {
        if (value instanceof Date && !PLAIN_DAY.test(text)) {
          return value.getTime() === parseIsoDate(text)?.getTime()
        }
        const day = dayOfValue(value, moment)
        return day !== undefined && day.number === moment.dayOf(text)?.number
      }),
    ),
  }
}

const ofTexts =
  (holds: (text: string, operand: string) => boolean): Compile =>
  (operands) =>
    operands.length === 0
      ? { wrong: 'should have a value' }
      : {
          check: anyElement(
            (value) =>
              !isPlainObject(value) && operands.some((operand) => holds(String(value), operand)),
          ),
        }

const contains = ofTexts((text, operand) => text.includes(operand))

const hasValue: Compile = (operands) => {
  const isWanted = operands[0] !== 'false'
  return { check: (value) => isMissing(value) !== isWanted }
}

/** Every operand must hold. A date is compared by its age in days. */
const compares =
  (operator: keyof typeof AGES, holds: (value: number, operand: number) => boolean): Compile =>
  (operands, kind) => {
    const numbers = ofEach(operands, toNumber, NO_NUMBER)
    if ('wrong' in numbers) return numbers
    const isAge = AGES[operator]
    return {
      isDateRelative: kind !== 'number',
      check: anyElement((value, { moment }) => {
        const number = toNumber(value)
        if (number !== undefined) return numbers.every((operand) => holds(number, operand))
        const day = dayOfValue(value, moment)
        return (
          day !== undefined &&
          numbers.every((operand) => isAge?.(day, operand, moment.today) ?? false)
        )
      }),
    }
  }

/** Strictly; a day without a time begins at midnight UTC, as dates of filters do everywhere. */
const comparesDates =
  (holds: (value: number, operand: number) => boolean): Compile =>
  (operands) => {
    const times = ofEach(operands, (text) => parseIsoDate(text)?.getTime(), NO_DATE)
    if ('wrong' in times) return times
    return {
      check: anyElement((value) => {
        const at =
          value instanceof Date
            ? value
            : typeof value === 'string'
              ? parseIsoDate(value)
              : undefined
        return at !== undefined && times.every((time) => holds(at.getTime(), time))
      }),
    }
  }

const calendarFlag =
  (operator: string): Compile =>
  (operands) => {
    const isDay = CALENDAR_FLAGS[operator]
    const isWanted = operands[0] !== 'false'
    return {
      isDateRelative: true,
      check: anyElement((value, { moment }) => {
        const day = dayOfValue(value, moment)
        return day !== undefined && isDay?.(day, moment.today) === isWanted
      }),
    }
  }

/** A date that is given in place of a number of days means that very day. */
const dayCount =
  (operator: string): Compile =>
  (operands, kind) => {
    if (operator === '$is_day' && operands.every((text) => PLAIN_DAY.test(text))) {
      return isOneOf(operands, kind === 'dates' ? 'dates' : 'date')
    }
    const counts = ofEach(operands, toNumber, NO_NUMBER)
    if ('wrong' in counts) return counts
    const isDay = DAY_COUNTS[operator]
    return {
      isDateRelative: true,
      check: anyElement((value, { moment }) => {
        const day = dayOfValue(value, moment)
        return (
          day !== undefined && counts.some((count) => isDay?.(day, count, moment.today) ?? false)
        )
      }),
    }
  }

const counts =
  (holds: (length: number, operand: number) => boolean): Compile =>
  (operands) => {
    const numbers = ofEach(operands, toNumber, NO_NUMBER)
    if ('wrong' in numbers) return numbers
    return {
      check: (value) =>
        Array.isArray(value) && numbers.every((operand) => holds(value.length, operand)),
    }
  }

const inLocation: Compile = (operands) => {
  if (operands.length === 0) return { wrong: 'should have a value' }
  return {
    locations: operands,
    check: anyElement((value, { locations }) => {
      const point = toPoint(value)
      return point !== undefined && operands.some((id) => locations.get(id)?.(point) ?? false)
    }),
  }
}

const ofAll = (
  operators: Readonly<Record<string, unknown>>,
  compileOf: (operator: string) => Compile,
): Record<string, Compile> =>
  Object.fromEntries(Object.keys(operators).map((operator) => [operator, compileOf(operator)]))

const ANY_KIND: Record<string, Compile> = {
  $is: isOneOf,
  $in: isOneOf,
  $is_not: opposite(isOneOf),
  $not_in: opposite(isOneOf),
  $has_value: hasValue,
  $is_unknown: opposite(hasValue),
}
const OF_TEXTS: Record<string, Compile> = {
  $contains: contains,
  $not_contain: opposite(contains),
  $starts_with: ofTexts((text, operand) => text.startsWith(operand)),
  $ends_with: ofTexts((text, operand) => text.endsWith(operand)),
}
const OF_NUMBERS: Record<string, Compile> = {
  $more_than: compares('$more_than', (value, operand) => value > operand),
  $less_than: compares('$less_than', (value, operand) => value < operand),
  $more_than_equal: compares('$more_than_equal', (value, operand) => value >= operand),
  $less_than_equal: compares('$less_than_equal', (value, operand) => value <= operand),
}
const OF_DATES: Record<string, Compile> = {
  $after: comparesDates((value, operand) => value > operand),
  $before: comparesDates((value, operand) => value < operand),
  ...ofAll(CALENDAR_FLAGS, calendarFlag),
  ...ofAll(DAY_COUNTS, dayCount),
}
const OF_LISTS: Record<string, Compile> = {
  $count: counts((length, operand) => length === operand),
  $count_less: counts((length, operand) => length < operand),
  $count_more: counts((length, operand) => length > operand),
}
const OF_POINTS: Record<string, Compile> = {
  $in_location: inLocation,
  $not_in_location: opposite(inLocation),
}

/** The operators of each kind of field (engine-programs §1.5). */
export const OPERATORS: Readonly<Record<FieldKind, Readonly<Record<string, Compile>>>> = {
  text: { ...ANY_KIND, ...OF_TEXTS },
  number: { ...ANY_KIND, ...OF_NUMBERS },
  date: { ...ANY_KIND, ...OF_NUMBERS, ...OF_DATES },
  list: { ...ANY_KIND, ...OF_TEXTS, ...OF_LISTS },
  dates: { ...ANY_KIND, ...OF_NUMBERS, ...OF_DATES, ...OF_LISTS },
  any: {
    ...ANY_KIND,
    ...OF_TEXTS,
    ...OF_NUMBERS,
    ...OF_DATES,
    ...OF_LISTS,
    ...OF_POINTS,
  },
}
