import { compareDates, daysBetween, toDay, toInstant } from './calendar.ts'
import { roundTo } from './decimal.ts'
import type { FormulaMoment, FormulaValue } from './formula.ts'

/** A missing operand, or one that the operation makes no sense of (R-FOR-02). */
type Maybe = FormulaValue | undefined

export type FormulaFunction = {
  min: number
  max: number
  apply(args: readonly FormulaValue[], moment: FormulaMoment): Maybe
}

/** A number, or text that is one as metadata may hold it. */
export function toNumber(value: Maybe): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const number = Number(value)
  return Number.isFinite(number) ? number : undefined
}

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined)

type NumberOperation = (a: number, b: number) => number

export const ARITHMETIC: ReadonlyMap<string, NumberOperation> = new Map([
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['×', (a, b) => a * b],
  ['/', (a, b) => a / b],
  ['÷', (a, b) => a / b],
  ['%', (a, b) => a % b],
])

/** `operation` on two numbers; undefined for other operands and for a division by zero. */
export function calculate(operation: NumberOperation, left: Maybe, right: Maybe): Maybe {
  const [a, b] = [toNumber(left), toNumber(right)]
  return a === undefined || b === undefined ? undefined : finite(operation(a, b))
}

const COMPARISONS: ReadonlyMap<string, (difference: number) => boolean> = new Map([
  ['>', (difference) => difference > 0],
  ['<', (difference) => difference < 0],
  ['>=', (difference) => difference >= 0],
  ['<=', (difference) => difference <= 0],
])

type Comparison = (a: FormulaValue, b: FormulaValue, moment: FormulaMoment) => boolean | undefined

/** Compares numbers as numbers and dates as dates; undefined where neither is possible. */
function differenceOf(a: FormulaValue, b: FormulaValue, { timeZone }: FormulaMoment) {
  const [left, right] = [toNumber(a), toNumber(b)]
  return left === undefined || right === undefined ? compareDates(a, b, timeZone) : left - right
}

const isSame: Comparison = (a, b, moment) =>
  a === b || differenceOf(a, b, moment) === 0 || (onTexts(a, b, (x, y) => x === y) ?? false)

const isIn: Comparison = (value, list, moment) =>
  Array.isArray(list)
    ? list.some((element) => isSame(value, element, moment) === true)
    : isSame(value, list as FormulaValue, moment)

const contains: Comparison = (whole, part, moment) =>
  Array.isArray(whole) ? isIn(part, whole, moment) : onTexts(whole, part, (a, b) => a.includes(b))

function onTexts(a: FormulaValue, b: FormulaValue, test: (a: string, b: string) => boolean) {
  if (Array.isArray(a) || Array.isArray(b)) return undefined
  return test(String(a), String(b))
}

const not =
  (comparison: Comparison): Comparison =>
  (a, b, moment) => {
    const result = comparison(a, b, moment)
    return result === undefined ? undefined : !result
  }

const comparing =
  (test: (difference: number) => boolean): Comparison =>
  (a, b, moment) => {
    const difference = differenceOf(a, b, moment)
    return difference === undefined ? undefined : test(difference)
  }

const comparingDates =
  (test: (difference: number) => boolean): Comparison =>
  (a, b, { timeZone }) => {
    const difference = compareDates(a, b, timeZone)
    return difference === undefined ? undefined : test(difference)
  }

const isSameDay: Comparison = (a, b, { timeZone }) => {
  const days = daysBetween(a, b, timeZone)
  return days === undefined ? undefined : days === 0
}

/** Operators between two values that answer true or false (R-FOR-03). */
export const COMPARISON_OPERATORS: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ...[...COMPARISONS].map(([sign, test]) => [sign, comparing(test)] as const),
  ['=', isSame],
  ['is', isSame],
  ['isNot', not(isSame)],
  ['contains', contains],
  ['startsWith', (a, b) => onTexts(a, b, (whole, part) => whole.startsWith(part))],
  ['endsWith', (a, b) => onTexts(a, b, (whole, part) => whole.endsWith(part))],
  ['IN_ARRAY', isIn],
  ['NOT_IN_ARRAY', not(isIn)],
  ['DATE_IS', isSameDay],
  ['IS_AFTER', comparingDates((difference) => difference > 0)],
  ['IS_BEFORE', comparingDates((difference) => difference < 0)],
])

const ARGUMENTS_MAX = 100
const DECIMALS_MAX = 15

/** A function of numbers alone; undefined when an argument is none or the result is not finite. */
const numeric = (
  min: number,
  max: number,
  apply: (...numbers: number[]) => number,
): FormulaFunction => ({
  min,
  max,
  apply: (args) => {
    const numbers = args.map(toNumber)
    return numbers.includes(undefined) ? undefined : finite(apply(...(numbers as number[])))
  },
})

const rounding = (round: (value: number) => number): FormulaFunction =>
  numeric(1, 2, (value, places = 0) =>
    Math.abs(places) > DECIMALS_MAX ? Number.NaN : roundTo(value, Math.trunc(places), round),
  )

/** A part of a date, that of today where none is given. */
const partOfDay = (start: number, end: number): FormulaFunction => ({
  min: 0,
  max: 1,
  apply: ([value], { now, timeZone }) => {
    const day = toDay(value ?? now, timeZone)
    return day === undefined ? undefined : Number(day.slice(start, end))
  },
})

const ofTwo = (apply: Comparison): FormulaFunction => ({
  min: 2,
  max: 2,
  apply: ([a, b], moment) => (a === undefined || b === undefined ? undefined : apply(a, b, moment)),
})

/** `IN_ARRAY(x;a;b)` is the same as `IN_ARRAY(x;list)` of a list that holds a and b. */
const ofList = (apply: Comparison): FormulaFunction => ({
  min: 2,
  max: ARGUMENTS_MAX,
  apply: ([value, ...listed], moment) =>
    value === undefined ? undefined : apply(value, listed.flat(), moment),
})

/** The comparisons of dates can be called as well. */
const CALLED_COMPARISONS = new Map(
  ['DATE_IS', 'IS_AFTER', 'IS_BEFORE'].flatMap((name) => {
    const comparison = COMPARISON_OPERATORS.get(name)
    return comparison ? [[name, ofTwo(comparison)] as const] : []
  }),
)

/** Functions whose arguments are all evaluated first; a missing argument makes the result missing. */
export const FUNCTIONS: ReadonlyMap<string, FormulaFunction> = new Map<string, FormulaFunction>([
  ...CALLED_COMPARISONS,
  ['MIN', numeric(1, ARGUMENTS_MAX, Math.min)],
  ['MAX', numeric(1, ARGUMENTS_MAX, Math.max)],
  ['POW', numeric(2, 2, (base, exponent) => base ** exponent)],
  ['ROUND', rounding(Math.round)],
  ['FLOOR', rounding(Math.floor)],
  ['CEIL', rounding(Math.ceil)],
  ['IN_ARRAY', ofList(isIn)],
  ['NOT_IN_ARRAY', ofList(not(isIn))],
  ['DAY_OF_MONTH', partOfDay(8, 10)],
  ['MONTH', partOfDay(5, 7)],
  ['YEAR', partOfDay(0, 4)],
  ['TODAY', { min: 0, max: 0, apply: (_, { now, timeZone }) => toDay(now, timeZone) }],
  ['NOW', { min: 0, max: 0, apply: (_, { now }) => now }],
  ['DATE', { min: 1, max: 1, apply: ([a = ''], { timeZone }) => toDay(a, timeZone) }],
  ['DATE_TIME', { min: 1, max: 1, apply: ([a = '']) => toInstant(a) }],
  [
    'DAYS_SINCE',
    {
      min: 1,
      max: 1,
      apply: ([from = ''], { now, timeZone }) => daysBetween(from, now, timeZone),
    },
  ],
])
