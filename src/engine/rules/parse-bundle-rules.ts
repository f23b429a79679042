import { isPlainObject, type Json } from '../../kernel/json.ts'
import { invalidAt, invalidRule } from './condition.ts'
import { parseLogic } from './logic.ts'
import { compileItemMatcher } from './match-item.ts'
import { type ConditionInput, readRules } from './read-rule.ts'
import type { RuleDefinition } from './rule.ts'

const LIMIT_MAX = 100

/**
 * Checks the lines of a bundle (engine-core §14): each names one product, SKU or collection and how many of it.
 * Absent is null; null, which takes a bundle away, is `{}`. Throws `invalid_validation_rules` naming the place.
 */
export function parseBundleRules(input: unknown): RuleDefinition['bundleRules'] {
  if (input === undefined) return null
  if (input === null) return {}
  const { conditions, logic, path } = readRules(input, '.bundle_rules', ['limit'])
  if (conditions.size === 0) return {}
  for (const line of conditions.values()) checkLine(line)
  if (logic !== undefined) {
    parseLogic(logic, (number) => conditions.get(number), `${path}.logic`)
  }
  const limit = isPlainObject(input) ? input['limit'] : undefined
  return { ...(input as { [key: string]: Json }), limit: parseLimit(limit) }
}

function checkLine(line: ConditionInput): void {
  if (line.name !== 'order.items.any') throw invalidAt(line, 'is not known in a bundle')
  const operators = Object.entries(line.conditions)
  const [operator, values] = operators[0] ?? []
  if (operator !== '$is' || operators.length > 1 || values?.length !== 1) {
    throw invalidAt(line, "must have '$is' with exactly one value")
  }
  const [item] = values
  if (!isPlainObject(item) || typeof item['id'] !== 'string' || item['id'] === '') {
    throw invalidAt(line, "must have an object with an 'id' as value")
  }
  compileItemMatcher(line, 'any')
  const [quantity] = line.rules.conditions.values()
  if (!quantity || line.rules.conditions.size > 1) {
    throw invalidAt(line, "must have one rule 'order.items.aggregated_quantity'")
  }
  checkQuantity(quantity)
}

function checkQuantity(rule: ConditionInput): void {
  if (rule.name !== 'order.items.aggregated_quantity') {
    throw invalidAt(rule, 'is not known in a line of a bundle')
  }
  const [quantity, ...others] = rule.conditions['$is'] ?? []
  if (!Number.isSafeInteger(quantity) || Number(quantity) < 1 || others.length > 0) {
    throw invalidAt(rule, "must have '$is' with one whole number from 1")
  }
}

function parseLimit(value: unknown): Json {
  if (value === undefined) return 1
  if (value === null) return null
  const limit = typeof value === 'number' ? value : Number.NaN
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return limit
  throw invalidRule(`Property .bundle_rules.limit must be integer from 1 to ${LIMIT_MAX}, or null`)
}
