import type { Explain } from '../../kernel/explain.ts'
import type { Json } from '../../kernel/json.ts'
import { withoutUndefined } from '../../kernel/json.ts'
import type { Attribute } from './attributes.ts'
import { type Condition, type Context, invalidAt, type Place } from './condition.ts'
import { findOperator, operatorNames, type Test } from './operators/index.ts'
import type { ConditionInput } from './read-rule.ts'
import type { CounterNeed, ViolationKey } from './rule.ts'

const VIOLATED: Record<Condition['family'], ViolationKey> = {
  customer: 'customer_rules_violated',
  order: 'order_rules_violated',
  redemption: 'redemption_rules_violated',
}

/** The error of a condition whose facts are all there. */
export const violationOf = (family: Condition['family']): ViolationKey => VIOLATED[family]

const PERIOD_OVER = { daily: 'day', weekly: 'week', monthly: 'month' } as const

/** A condition on one attribute: it holds when the value passes every operator (R-RULE-03). */
export function compileAttribute(input: ConditionInput, attribute: Attribute): Condition {
  const property = readPropertyName(input, attribute)
  const tests = compileTests(input, attribute)
  const label = property === '' ? attribute.label : `${attribute.label} ${property}`
  const needsNoValue = tests.every((test) => test.needsNoValue)
  const lackOf = (context: Context): ViolationKey | undefined =>
    needsNoValue ? undefined : attribute.lack?.(context)
  const what = tests
    .map((test) => (test.needsNoValue ? test.what : `${label} ${test.what}`))
    .join(' and ')

  const failing = (context: Context): { actual: Json | undefined; tests: Test[] } => {
    const actual = needsNoValue ? undefined : attribute.read(context, property)
    return { actual, tests: tests.filter((test) => !test.passes(actual, context.facts)) }
  }
  const changes = (context: Context): string[] => {
    const lack = lackOf(context)
    if (lack) return [`${what}: ${REMEDIES[lack] ?? lack}`]
    const { actual, tests: failed } = failing(context)
    return failed.map((test) => tell(label, attribute, test, actual))
  }
  return {
    place: input.path,
    what,
    family: attribute.family,
    message: input.message,
    needs: toNeeds(input, attribute, tests),
    check: (context) => {
      const lack = lackOf(context)
      if (lack) return lack
      const actual = needsNoValue ? undefined : attribute.read(context, property)
      const passes = tests.every((test) => test.passes(actual, context.facts))
      return passes ? undefined : VIOLATED[attribute.family]
    },
    changes,
    explain: (context): Explain => {
      const sentences = changes(context)
      return withoutUndefined({
        what,
        passed: sentences.length === 0,
        expected: input.conditions as Json,
        actual: needsNoValue ? undefined : (attribute.read(context, property) ?? null),
        message: sentences.length > 0 ? sentences.join('; ') : undefined,
      }) as Explain
    },
  }
}

/** What to send for a condition that lacks its facts. */
export const REMEDIES: Partial<Record<ViolationKey, string>> = {
  missing_customer: 'there is no customer, send one',
  missing_order: 'there is no order, send one',
  missing_order_items: 'the order has no items, send them',
  missing_amount: 'the order has no amount, send it',
}

function tell(label: string, attribute: Attribute, test: Test, actual: Json | undefined): string {
  if (test.needsNoValue) return `${test.what}: ${test.advice(actual)}`
  const value = actual === undefined ? 'not there' : toText(actual)
  return `${label} ${test.what}: ${value}, ${adviceOf(attribute, test, actual)}`
}

const toText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** What was counted cannot be taken off: it is waited for, or it is over. */
function adviceOf({ counter }: Attribute, test: Test, actual: Json | undefined): string {
  if (!counter || test.max === undefined) return test.advice(actual)
  return counter.period === null
    ? 'the limit is used up'
    : `wait for the next ${PERIOD_OVER[counter.period]}`
}

function readPropertyName(input: ConditionInput, { hasProperty }: Attribute): string {
  if (!hasProperty) return ''
  if (input.property) return input.property
  throw invalidAt(input, "must have a 'property'")
}

function compileTests(input: ConditionInput, { kind }: Attribute): Test[] {
  const entries = Object.entries(input.conditions)
  if (entries.length === 0) throw invalidAt(input, "must have 'conditions'")
  return entries.map(([name, values]) => {
    const operator = findOperator(kind, name)
    if (!operator) {
      throw invalidAt(
        input,
        `does not know operator '${name}', but ${operatorNames(kind).join(', ')}`,
      )
    }
    return operator(values, placeOf(input, name))
  })
}

const placeOf = ({ name, path }: Place, operator: string): Place => ({
  name,
  path: `${path}.conditions.${operator}`,
})

function toNeeds(
  input: ConditionInput,
  { counter, kind, usesTotalAmount, usesCustomer }: Attribute,
  tests: readonly Test[],
): Condition['needs'] {
  const values = Object.values(input.conditions).flat()
  return withoutUndefined({
    counter: counter && toCounterNeed(counter, tests),
    segmentIds: kind === 'ids' ? values.filter((value) => typeof value === 'string') : undefined,
    usesTotalAmount,
    usesCustomer,
  }) as Condition['needs']
}

function toCounterNeed(counter: Omit<CounterNeed, 'max'>, tests: readonly Test[]): CounterNeed {
  const bounds = tests.flatMap(({ max }) => (max === undefined ? [] : [max]))
  return { ...counter, max: bounds.length === 0 ? null : Math.min(...bounds) }
}
