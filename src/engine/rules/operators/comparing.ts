import type { Json } from '../../../kernel/json.ts'
import { invalidAt, type Place } from '../condition.ts'
import {
  elementsOf,
  includes,
  isEqual,
  listText,
  type Operator,
  onlyOf,
  readNumber,
  readText,
  type Test,
  toNumber,
} from './test.ts'

/** Of a list, one element is enough; what is absent is nothing, and so neither equal nor more nor less. */
export const isAnyOf: Operator = (values) => ({
  what: `is ${listText(values)}`,
  passes: (actual) => elementsOf(actual).some((element) => includes(values, element)),
  advice: () => `make it ${listText(values)}`,
})

export const isNoneOf: Operator = (values) => ({
  what: `is not ${listText(values)}`,
  passes: (actual) => !elementsOf(actual).some((element) => includes(values, element)),
  advice: () => `make it other than ${listText(values, '', 'all of ')}`,
})

type Comparison = {
  sign: string
  compare: (actual: number, bound: number) => boolean
  /** By how much an integer must change. */
  lacking: (actual: number, bound: number) => number
  otherwise: string
  max?: (bound: number) => number
}

const compareBy =
  ({ sign, compare, lacking, otherwise, max }: Comparison): Operator =>
  (values, place) => {
    const bound = readNumber(onlyOf(values, place), place)
    const isPassing = (element: Json): boolean => {
      const number = toNumber(element)
      return number !== undefined && compare(number, bound)
    }
    const test: Test = {
      what: `${sign} ${bound}`,
      passes: (actual) => elementsOf(actual).some(isPassing),
      advice: (actual) => {
        const number = Array.isArray(actual) ? undefined : toNumber(actual)
        if (number === undefined || !Number.isInteger(number)) return `make it ${sign} ${bound}`
        return `${otherwise} ${lacking(number, bound)}`
      },
    }
    return max ? { ...test, max: max(bound) } : test
  }

export const moreThan = compareBy({
  sign: '>',
  compare: (actual, bound) => actual > bound,
  lacking: (actual, bound) => Math.floor(bound) + 1 - actual,
  otherwise: 'add',
})
export const moreThanOrEqual = compareBy({
  sign: '>=',
  compare: (actual, bound) => actual >= bound,
  lacking: (actual, bound) => Math.ceil(bound) - actual,
  otherwise: 'add',
})
export const lessThan = compareBy({
  sign: '<',
  compare: (actual, bound) => actual < bound,
  lacking: (actual, bound) => actual - Math.ceil(bound) + 1,
  otherwise: 'take off',
  max: (bound) => Math.ceil(bound) - 1,
})
export const lessThanOrEqual = compareBy({
  sign: '<=',
  compare: (actual, bound) => actual <= bound,
  lacking: (actual, bound) => actual - Math.floor(bound),
  otherwise: 'take off',
  max: (bound) => Math.floor(bound),
})

/** Text that stands in relation to one of the given texts; of a list, in one of its elements. */
const byText =
  (relation: string, compare: (actual: string, part: string) => boolean): Operator =>
  (values, place) => {
    const texts = values.map((value) => readText(value, place))
    return {
      what: `${relation} ${listText(texts)}`,
      passes: (actual) =>
        elementsOf(actual).some(
          (element) =>
            typeof element !== 'object' && texts.some((text) => compare(String(element), text)),
        ),
      advice: () => `make it a text that ${relation} ${listText(texts)}`,
    }
  }

export const startsWith = byText('starts with', (actual, part) => actual.startsWith(part))
export const endsWith = byText('ends with', (actual, part) => actual.endsWith(part))
export const contains = byText('contains', (actual, part) => actual.includes(part))

export const containsNot: Operator = (values, place) => {
  const containing = contains(values, place)
  return {
    what: `does not contain ${listText(values)}`,
    passes: (actual, moment) => !containing.passes(actual, moment),
    advice: () => `make it a text without ${listText(values)}`,
  }
}

const byCount =
  (sign: string, compare: (count: number, bound: number) => boolean): Operator =>
  (values, place: Place) => {
    const bound = readNumber(onlyOf(values, place), place)
    return {
      what: `has ${sign}${bound} elements`,
      passes: (actual) => compare(elementsOf(actual).length, bound),
      advice: (actual) => `it has ${elementsOf(actual).length}, make them ${sign}${bound}`,
    }
  }

export const hasCount = byCount('', (count, bound) => count === bound)
export const hasCountMore = byCount('> ', (count, bound) => count > bound)
export const hasCountLess = byCount('< ', (count, bound) => count < bound)

export const isSameSet: Operator = (values) => ({
  what: `is exactly ${listText(values, '', 'the set of ')}`,
  passes: (actual) => {
    const elements = elementsOf(actual)
    return (
      elements.every((element) => includes(values, element)) &&
      values.every((value) => elements.some((element) => isEqual(element, value)))
    )
  },
  advice: () => `make it exactly ${listText(values, '', 'the set of ')}`,
})

export const isDisjoint: Operator = (values) => ({
  ...isNoneOf(values, { name: '', path: '' }),
  what: `has nothing of ${listText(values, '', '')}`,
  advice: () => `take out ${listText(values, '', 'each of ')}`,
})

export const hasValue: Operator = () => ({
  what: 'has a value',
  passes: (actual) => elementsOf(actual).length > 0,
  advice: () => 'give it a value',
})

export const isUnknown: Operator = () => ({
  what: 'has no value',
  passes: (actual) => elementsOf(actual).length === 0,
  advice: () => 'take its value away',
})

/** Whether something is demanded at all; what is not holds in any case. */
export const isSwitch: Operator = (values, place) => {
  const value = onlyOf(values, place)
  if (isEqual(value, true)) {
    return { what: 'is true', passes: (actual) => actual === true, advice: () => 'make it true' }
  }
  if (!isEqual(value, false)) throw invalidAt(place, 'must have true or false as value')
  return {
    what: 'nothing is demanded',
    passes: () => true,
    advice: () => '',
    needsNoValue: true,
  }
}
