import type { TriggerField } from './field.ts'
import type { NumberOperator, StateOperator, TextOperator } from './operator.ts'

/** An event as a trigger looks at it: any JSON object. Only its own members are seen. */
export type TriggerEvent = Readonly<Record<string, unknown>>

/**
 * The value that a condition looks at. `path` is empty for plain fields; for the others it names members,
 * each by its whole name. An empty name finds nothing.
 */
export type TriggerSubject = { field: TriggerField; path: readonly string[] }

/** A number; the three that JSON cannot carry are named by their text. */
export type NumberOperand = number | 'NaN' | 'Infinity' | '-Infinity'

export type TriggerTest =
  | { operator: TextOperator; value: string }
  | { operator: NumberOperator; value: NumberOperand }
  | { operator: StateOperator }

export type TriggerCondition = { kind: 'condition' } & TriggerSubject & TriggerTest
/** A condition that no event meets; `text` is how it was written. */
export type TriggerNever = { kind: 'never'; text: string }
/** All (`and`) or any (`or`) of its children. A group without children matches nothing. */
export type TriggerGroup = {
  kind: 'group'
  operator: 'and' | 'or'
  children: readonly TriggerNode[]
}
export type TriggerNode = TriggerGroup | TriggerCondition | TriggerNever

/** What a trigger says, as JSON that a screen can edit. */
export type TriggerAst = TriggerGroup

export type TriggerWarningCode =
  | 'mixed_connectives'
  | 'parentheses_cut'
  | 'not_read'
  | 'no_connective'
  | 'never_true'
  | 'odd_value'
  | 'odd_pattern'
  | 'odd_path'
  | 'compared_as_text'
  | 'single_quotes'

/** Something that is read otherwise than it looks (D-10). */
export type TriggerWarning = {
  code: TriggerWarningCode
  message: string
  /** Where in the text, counted from 0 in UTF-16 units. */
  position: number
  /** A whole trigger that says what was probably meant. */
  suggestion?: string
}
