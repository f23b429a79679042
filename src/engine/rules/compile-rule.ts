import { ITEM_ATTRIBUTES, RULE_ATTRIBUTES } from './attributes.ts'
import { compileAttribute } from './compile-attribute.ts'
import { compileItemCondition, compileScope } from './compile-scope.ts'
import { type Condition, type ConditionNeeds, type Context, invalidAt } from './condition.ts'
import { compileLogic, type Logic, leavesOf, parseLogic, requiredOf } from './logic.ts'
import { type ConditionInput, type RulesInput, readRules } from './read-rule.ts'
import type { CompiledRule, CounterNeed, RuleDefinition, RuleNeeds } from './rule.ts'

/**
 * Understands a rule, once for each of its versions: closures, nothing is looked up by name when it is
 * evaluated. Throws `invalid_validation_rules` naming the place of what is malformed.
 */
export function compileRule(definition: RuleDefinition): CompiledRule {
  const { id, rules, error, applicableTo, bundleRules } = definition
  const logic = compileConditions(readRules(rules, '.rules'), compileCondition) ?? NO_CONDITIONS
  return {
    id,
    applicableTo,
    bundleRules,
    needs: needsOf(logic),
    logic,
    holds: compileLogic(logic, (leaf, context: Context) => leaf.check(context) === undefined),
    message: error?.message,
  }
}

/** A rule without conditions forbids nothing. */
const NO_CONDITIONS: Logic<Condition> = { kind: 'and', parts: [] }

/** The logic of numbered conditions, all of them joined by AND where it is not given; undefined for none. */
function compileConditions(
  { conditions, logic, path }: RulesInput,
  compile: (input: ConditionInput) => Condition,
): Logic<Condition> | undefined {
  const compiled = new Map([...conditions].map(([number, input]) => [number, compile(input)]))
  if (compiled.size === 0 && logic === undefined) return undefined
  return parseLogic(
    logic ?? defaultLogic(conditions),
    (number) => compiled.get(number),
    `${path}.logic`,
  )
}

/** `1 and 2` (R-RULE-01). */
export const defaultLogic = (conditions: ReadonlyMap<string, unknown>): string =>
  [...conditions.keys()].join(' and ')

const compileBelow = ({ rules }: ConditionInput): Logic<Condition> | undefined =>
  compileConditions(rules, compileItemCondition)

function compileCondition(input: ConditionInput): Condition {
  const scope = compileScope(input, compileBelow)
  if (scope) return scope
  const attribute = RULE_ATTRIBUTES.get(input.name)
  if (!attribute) {
    const isOfItems = ITEM_ATTRIBUTES.has(input.name)
    throw invalidAt(input, isOfItems ? 'is known only below order items' : 'is not known')
  }
  if (input.rules.conditions.size > 0) throw invalidAt(input, "cannot have 'rules' of its own")
  return compileAttribute(input, attribute)
}

function needsOf(logic: Logic<Condition>): RuleNeeds {
  const needs = leavesOf(logic).map((leaf) => leaf.needs)
  const required = new Set(requiredOf(logic).map((leaf) => leaf.needs))
  return {
    counters: toCounters(needs, required),
    segmentIds: [...new Set(needs.flatMap(({ segmentIds }) => segmentIds ?? []))],
    collectionIds: [...new Set(needs.flatMap(({ collectionIds }) => collectionIds ?? []))],
    usesTotalAmount: needs.some(({ usesTotalAmount }) => usesTotalAmount),
    usesCustomer: needs.some(({ usesCustomer }) => usesCustomer),
  }
}

/** Each counter once. What another branch of the logic may pass has no greatest number. */
function toCounters(
  needs: readonly ConditionNeeds[],
  required: ReadonlySet<ConditionNeeds>,
): CounterNeed[] {
  const counters = new Map<string, CounterNeed>()
  for (const need of needs) {
    if (!need.counter) continue
    const { measure, object, subject, period } = need.counter
    const key = [measure, object, subject, period].join()
    const max = required.has(need) ? need.counter.max : null
    const known = counters.get(key)
    counters.set(key, { measure, object, subject, period, max: lower(known?.max ?? null, max) })
  }
  return [...counters.values()]
}

const lower = (a: number | null, b: number | null): number | null => {
  if (a === null || b === null) return a ?? b
  return Math.min(a, b)
}
