import { FIELDS } from '../field.ts'
import { isNumberOperator, isStateOperator, isTextOperator } from '../operator.ts'
import type { NumberOperand, TriggerCondition, TriggerSubject, TriggerTest } from '../trigger.ts'

/** A value as it is written: text (quoted or a bare word), a number (which may be NaN), `true`, `false`, `null`. */
export type Literal = string | number | boolean | null

/**
 * The condition that `subject operator literal` says; undefined when no event can meet it: the operator is
 * none, or it compares with a number that is none. Both readings ask here, so a condition means the
 * same in either (§4.2).
 */
export function toCondition(
  subject: TriggerSubject,
  operator: string,
  literal: Literal,
): TriggerCondition | undefined {
  const test = toTypedTest(subject, operator, literal) ?? toTest(subject, operator, literal)
  if (!test || isHopeless(test)) return undefined
  return { kind: 'condition', field: subject.field, path: subject.path, ...test }
}

/** `=` and `!=` with a literal that means what it says after this field. */
function toTypedTest(
  { field }: TriggerSubject,
  operator: string,
  literal: Literal,
): TriggerTest | undefined {
  const { typedLiterals } = FIELDS[field]
  const isEqual = operator === '='
  if (!isEqual && operator !== '!=') return undefined
  if (literal === null && typedLiterals.has('null'))
    return { operator: isEqual ? 'not_exists' : 'exists' }
  if (typeof literal === 'number' && typedLiterals.has('number'))
    return { operator: isEqual ? 'number_equals' : 'number_not_equals', value: toOperand(literal) }
  // `!= true` is left to the comparison of texts, as in the published package (T51-T53).
  if (typeof literal === 'boolean' && typedLiterals.has('boolean') && isEqual)
    return { operator: literal ? 'is_true' : 'is_false' }
  return undefined
}

function toTest(
  { field }: TriggerSubject,
  operator: string,
  literal: Literal,
): TriggerTest | undefined {
  if (isTextOperator(operator)) return { operator, value: String(literal) }
  if (isStateOperator(operator)) return { operator }
  if (!isNumberOperator(operator)) return undefined
  // `true` counts as 1 after a parent and as the text "true", so no number, after a plain field.
  const isTyped = typeof literal === 'boolean' && FIELDS[field].hasMembers
  return { operator, value: toOperand(Number(isTyped ? literal : String(literal))) }
}

/** Whether no event can pass: the test compares with a number that is none. */
export const isHopeless = (test: TriggerTest): boolean =>
  'value' in test &&
  test.value === 'NaN' &&
  isNumberOperator(test.operator) &&
  test.operator !== 'number_not_equals'

const toOperand = (number: number): NumberOperand =>
  Number.isFinite(number) ? number : (String(number) as NumberOperand)
