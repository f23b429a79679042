/** An event as a filter looks at it: any JSON object. Only its own members are seen. */
export type FilterEvent = Readonly<Record<string, unknown>>

export const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', 'in'] as const
export type FilterOperator = (typeof OPERATORS)[number]

/** The functions of the language with the number of their arguments; `isCondition` of those that answer true or false. */
export const FUNCTIONS = {
  contains: { takes: 2, isCondition: true },
  match: { takes: 2, isCondition: true },
  bool: { takes: 1, isCondition: true },
  length: { takes: 1, isCondition: false },
  lowercase: { takes: 1, isCondition: false },
  uppercase: { takes: 1, isCondition: false },
  snakecase: { takes: 1, isCondition: false },
  kebabcase: { takes: 1, isCondition: false },
  titlecase: { takes: 1, isCondition: false },
  typeof: { takes: 1, isCondition: false },
  string: { takes: 1, isCondition: false },
  number: { takes: 1, isCondition: false },
} as const satisfies Record<string, { takes: number; isCondition: boolean }>
export type FilterFunction = keyof typeof FUNCTIONS

export const isFunction = (name: string): name is FilterFunction => Object.hasOwn(FUNCTIONS, name)

/** What a filter says, as JSON that a screen can edit. */
export type FilterNode =
  /** A text, a number, `true`, `false` or `null`, as written. */
  | { kind: 'value'; value: string | number | boolean | null }
  | { kind: 'list'; items: readonly FilterNode[] }
  /** The member of the event that these names lead to; null when there is none. */
  | { kind: 'path'; path: readonly string[] }
  | { kind: 'not'; operand: FilterNode }
  /** All (`and`) or any (`or`) of at least two operands. */
  | { kind: 'group'; operator: 'and' | 'or'; operands: readonly FilterNode[] }
  | { kind: 'comparison'; operator: FilterOperator; left: FilterNode; right: FilterNode }
  /** With as many arguments as the function takes. The second one of `match` is a text that is a pattern. */
  | { kind: 'call'; name: FilterFunction; arguments: readonly FilterNode[] }
