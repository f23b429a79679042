import { compileSubject, type Read } from './compile-subject.ts'
import {
  isNumberOperator,
  isStateOperator,
  type NumberOperator,
  type StateOperator,
  type TextOperator,
} from './operator.ts'
import type { TriggerCondition, TriggerEvent } from './trigger.ts'

export type Matcher = (event: TriggerEvent) => boolean

const TEXT_TESTS: Readonly<Record<TextOperator, (read: Read, text: string) => Matcher>> = {
  '=': (read, text) => (event) => read(event) === text,
  '!=': (read, text) => (event) => read(event) !== text,
  contains: (read, text) => (event) => {
    const value = read(event)
    return typeof value === 'string' && value.includes(text)
  },
  not_contains: (read, text) => (event) => {
    const value = read(event)
    return typeof value === 'string' && !value.includes(text)
  },
  starts_with: (read, text) => (event) => {
    const value = read(event)
    return typeof value === 'string' && value.startsWith(text)
  },
  not_starts_with: (read, text) => (event) => {
    const value = read(event)
    return typeof value === 'string' && !value.startsWith(text)
  },
  ends_with: (read, text) => (event) => {
    const value = read(event)
    return typeof value === 'string' && value.endsWith(text)
  },
  not_ends_with: (read, text) => (event) => {
    const value = read(event)
    return typeof value === 'string' && !value.endsWith(text)
  },
}

const NUMBER_TESTS: Readonly<Record<NumberOperator, (read: Read, number: number) => Matcher>> = {
  number_equals: (read, number) => (event) => read(event) === number,
  number_not_equals: (read, number) => (event) => {
    const value = read(event)
    return typeof value === 'number' && value !== number
  },
  '<': (read, number) => (event) => {
    const value = read(event)
    return typeof value === 'number' && value < number
  },
  '<=': (read, number) => (event) => {
    const value = read(event)
    return typeof value === 'number' && value <= number
  },
  '>': (read, number) => (event) => {
    const value = read(event)
    return typeof value === 'number' && value > number
  },
  '>=': (read, number) => (event) => {
    const value = read(event)
    return typeof value === 'number' && value >= number
  },
}

const STATE_TESTS: Readonly<Record<StateOperator, (read: Read) => Matcher>> = {
  exists: (read) => (event) => {
    const value = read(event)
    return value !== undefined && value !== null
  },
  not_exists: (read) => (event) => {
    const value = read(event)
    return value === undefined || value === null
  },
  is_true: (read) => (event) => read(event) === true,
  is_false: (read) => (event) => read(event) === false,
}

/** Whether an event meets `condition` (§4.2), as a closure that allocates nothing and never throws. */
export function compileCondition(condition: TriggerCondition): Matcher {
  const { field, operator } = condition
  const read = compileSubject(condition)
  if (isStateOperator(operator)) return STATE_TESTS[operator](read)
  const value = 'value' in condition ? condition.value : ''
  if (isNumberOperator(operator)) return NUMBER_TESTS[operator](read, Number(value))
  const text = toCopy(String(value))
  // Nearly every trigger asks for these two, so they are spared the call of `read`.
  if (operator === '=' && field === 'type') return ({ type }) => type === text
  if (operator === '=' && field === 'event') return ({ event }) => event === text
  return TEXT_TESTS[operator](read, text)
}

/** `text` on its own: a slice of the trigger, which engines keep as a view, compares five times slower. */
const toCopy = (text: string): string => JSON.parse(JSON.stringify(text)) as string
