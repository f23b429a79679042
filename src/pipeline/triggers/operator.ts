const TEXT_OPERATORS = [
  '=',
  '!=',
  'contains',
  'not_contains',
  'starts_with',
  'not_starts_with',
  'ends_with',
  'not_ends_with',
] as const
const NUMBER_OPERATORS = ['number_equals', 'number_not_equals', '<', '<=', '>', '>='] as const
const STATE_OPERATORS = ['exists', 'not_exists', 'is_true', 'is_false'] as const

/** Compare with a text; only `=` and `!=` look at values that are none. */
export type TextOperator = (typeof TEXT_OPERATORS)[number]
/** Compare with a number; a value of another type never passes, not even `number_not_equals`. */
export type NumberOperator = (typeof NUMBER_OPERATORS)[number]
/** Compare with nothing. */
export type StateOperator = (typeof STATE_OPERATORS)[number]
/** As in the published package; those that are words may also be written between field and value. */
export type TriggerOperator = TextOperator | NumberOperator | StateOperator

export const OPERATORS: readonly TriggerOperator[] = [
  ...TEXT_OPERATORS,
  ...NUMBER_OPERATORS,
  ...STATE_OPERATORS,
]

const isOneOf =
  <T extends string>(operators: readonly T[]) =>
  (text: string): text is T =>
    (operators as readonly string[]).includes(text)

export const isTextOperator = isOneOf(TEXT_OPERATORS)
export const isNumberOperator = isOneOf(NUMBER_OPERATORS)
export const isStateOperator = isOneOf(STATE_OPERATORS)
export const isOperator = isOneOf(OPERATORS)
