import { ApiError } from '../../kernel/api-error.ts'
import type { Explain } from '../../kernel/explain.ts'
import type { CounterNeed, RuleFacts, RuleItem, ViolationKey } from './rule.ts'

/** What a condition looks at: the facts, and below a scope of items one of them. */
export type Context = {
  facts: RuleFacts
  /** The item at hand and all that the scope selects; absent in conditions on the whole. */
  item?: { index: number; line: RuleItem; selected: readonly RuleItem[] }
}

/** Whose error it is when a condition fails, in the order in which errors are told (R-RULE-09). */
export const FAMILIES = ['customer', 'order', 'redemption'] as const
export type Family = (typeof FAMILIES)[number]

/** A condition that was understood. */
export type Condition = {
  /** Its place in the rule, such as `.rules.1`. */
  place: string
  what: string
  family: Family
  message: string | undefined
  needs: ConditionNeeds
  /** Undefined when it holds, else the error that tells so. */
  check(context: Context): ViolationKey | undefined
  explain(context: Context): Explain
  /** Sentences that tell what would make it hold; none when it does. */
  changes(context: Context): string[]
}

export type ConditionNeeds = {
  counter?: Omit<CounterNeed, 'max'> & { max: number | null }
  segmentIds?: readonly string[]
  collectionIds?: readonly string[]
  usesTotalAmount?: boolean
  usesCustomer?: boolean
}

/** Where in a rule something stands, to name it to whoever wrote it. */
export type Place = { name: string; path: string }

/** The 400 for a rule that cannot be understood; `path` says where (R-RULE-01, R-RULE-04). */
export const invalidRule = (details: string): ApiError =>
  new ApiError('invalid_validation_rules', { details })

export const invalidAt = ({ name, path }: Place, sentence: string): ApiError =>
  invalidRule(`Rule '${name}' ${sentence} (${path})`)
