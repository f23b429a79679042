import type { Explain } from '../../kernel/explain.ts'
import { type Condition, type Context, FAMILIES } from './condition.ts'
import { cheapestChanges, failingOf, leavesOf } from './logic.ts'
import type { CompiledRule, RuleFacts, RuleViolation, ViolationKey } from './rule.ts'

/** Undefined when `rule` allows the redemption, else why it does not (R-RULE-05, R-RULE-09, R-ERR-04). */
export function evaluateRule(rule: CompiledRule, facts: RuleFacts): RuleViolation | undefined {
  const context: Context = { facts }
  if (rule.holds(context)) return undefined
  const isMet = (condition: Condition): boolean => condition.check(context) === undefined
  return toViolation(rule, failingOf(rule.logic, isMet), context)
}

/** The error of the first family that fails; the first message that somebody wrote for a failing condition. */
function toViolation(
  rule: CompiledRule,
  failing: readonly Condition[],
  context: Context,
): RuleViolation {
  const ranked = [...failing].sort(
    (a, b) => FAMILIES.indexOf(a.family) - FAMILIES.indexOf(b.family),
  )
  const [first] = ranked
  const message =
    ranked.find((condition) => condition.message !== undefined)?.message ?? rule.message
  return {
    key: first?.check(context) ?? 'redemption_rules_violated',
    ruleId: rule.id,
    ...(message !== undefined && { message }),
    because: first?.changes(context).join('; ') ?? '',
  }
}

/** The same as a tree: a part for each condition that the logic names, a failed one with what would make it pass. */
export function explainRule(rule: CompiledRule, facts: RuleFacts): Explain {
  const context: Context = { facts }
  const passed = evaluateRule(rule, facts) === undefined
  return {
    what: `validation rule ${rule.id}`,
    passed,
    parts: leavesOf(rule.logic).map((condition) => condition.explain(context)),
    ...(!passed && { message: changesNeeded(rule, facts).join('; ') }),
  }
}

/** The fewest changes that would make `rule` allow the redemption, each as a sentence; none when it does. */
export function changesNeeded(rule: CompiledRule, facts: RuleFacts): string[] {
  const context: Context = { facts }
  return cheapestChanges(rule.logic, (condition) => condition.changes(context))
}

/** What is redeemed, as the details of a refusal call it. */
export type RedeemableKind =
  | 'voucher_discount'
  | 'voucher_gift'
  | 'voucher_loyalty'
  | 'promotion_tier'

const KINDS: Record<RedeemableKind, string> = {
  voucher_discount: 'Discount Coupon',
  voucher_gift: 'Gift Card',
  voucher_loyalty: 'Loyalty Card',
  promotion_tier: 'Promotion Tier',
}

const MISSING: Partial<Record<ViolationKey, string>> = {
  missing_customer: 'Customer is required to validate rules',
  missing_order: 'Order is required to validate rules',
  missing_order_items: 'Order items are required to validate rules',
  missing_amount: 'Order amount is required to validate rules',
}

/** The `details` of the refusal, as recorded of the reference (R-RULE-09). */
export const violationDetails = (violation: RuleViolation, kind: RedeemableKind): string =>
  MISSING[violation.key] ??
  `${KINDS[kind]} cannot be redeemed because of violated validation rules: ${violation.ruleId}`
