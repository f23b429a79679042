import { isPlainObject, type Json } from '../../kernel/json.ts'
import { LIMITS } from '../../platform/limits.ts'
import { invalidAt, invalidRule, type Place } from './condition.ts'

/** A condition as the wire writes it, its parts of the right kind; values are lists (R-RULE-02). */
export type ConditionInput = Place & {
  property: string | undefined
  conditions: Readonly<Record<string, readonly Json[]>>
  message: string | undefined
  /** Conditions below it. */
  rules: RulesInput
}

/** Numbered conditions, and their logic where it is given. */
export type RulesInput = {
  path: string
  conditions: ReadonlyMap<string, ConditionInput>
  logic: string | undefined
}

const NUMBER = /^[1-9]\d{0,5}$/

/**
 * Takes the parts of numbered conditions apart. Throws `invalid_validation_rules` naming the place of what is
 * not of the right kind, or of which there is too much.
 */
export function readRules(
  rules: unknown,
  path: string,
  otherKeys: readonly string[] = [],
): RulesInput {
  if (rules === undefined || rules === null)
    return { path, conditions: new Map(), logic: undefined }
  if (!isPlainObject(rules)) throw invalidRule(`Property ${path} must be object`)
  const { logic = undefined, ...numbered } = rules
  const conditions = new Map<string, ConditionInput>()
  for (const [number, condition] of Object.entries(numbered)) {
    if (otherKeys.includes(number)) continue
    if (!NUMBER.test(number)) {
      throw invalidRule(`Property ${path} has key '${number}', where numbers from 1 are allowed`)
    }
    conditions.set(number, readCondition(condition, `${path}.${number}`))
  }
  if (conditions.size > LIMITS.ruleConditionsMax) {
    throw invalidRule(`Property ${path} must have at most ${LIMITS.ruleConditionsMax} conditions`)
  }
  return { path, conditions, logic: readLogic(logic, path) }
}

function readLogic(logic: unknown, path: string): string | undefined {
  if (logic === undefined || logic === null || logic === '') return undefined
  if (typeof logic !== 'string') throw invalidRule(`Property ${path}.logic must be string`)
  if (logic.length > LIMITS.ruleLogicLengthMax) {
    throw invalidRule(
      `Property ${path}.logic must have at most ${LIMITS.ruleLogicLengthMax} characters`,
    )
  }
  return logic
}

function readCondition(condition: unknown, path: string): ConditionInput {
  if (!isPlainObject(condition)) throw invalidRule(`Property ${path} must be object`)
  const { name, property, conditions, error, rules } = condition
  if (typeof name !== 'string' || name === '') {
    throw invalidRule(`Property ${path} should have required property 'name'`)
  }
  const place = { name, path }
  if (property !== undefined && property !== null && typeof property !== 'string') {
    throw invalidAt(place, "must have text as 'property'")
  }
  return {
    ...place,
    property: property ?? undefined,
    conditions: readOperators(conditions, place),
    message: readMessage(error, path),
    rules: readRules(rules, `${path}.rules`),
  }
}

function readOperators(conditions: unknown, place: Place): ConditionInput['conditions'] {
  if (conditions === undefined || conditions === null) return {}
  if (!isPlainObject(conditions)) throw invalidAt(place, "must have an object as 'conditions'")
  const entries = Object.entries(conditions).map(([operator, operand]) => {
    const values = (Array.isArray(operand) ? operand : [operand]) as Json[]
    if (values.length === 0 || values.length > LIMITS.ruleValuesMax) {
      throw invalidAt(
        { name: place.name, path: `${place.path}.conditions.${operator}` },
        `must have 1 to ${LIMITS.ruleValuesMax} values`,
      )
    }
    return [operator, values] as const
  })
  return Object.fromEntries(entries)
}

/** The message of `error: {message}`; undefined when there is none. */
export function readMessage(error: unknown, path: string): string | undefined {
  if (error === undefined || error === null) return undefined
  if (!isPlainObject(error)) throw invalidRule(`Property ${path}.error must be object`)
  const { message } = error
  if (message === undefined || message === null || message === '') return undefined
  if (typeof message !== 'string' || message.length > LIMITS.textLengthMax) {
    throw invalidRule(
      `Property ${path}.error.message must be string of at most ${LIMITS.textLengthMax} characters`,
    )
  }
  return message
}
