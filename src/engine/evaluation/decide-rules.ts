import { type Money, ZERO } from '../../kernel/money.ts'
import { entryOf, remainingOf, totalsOf } from '../discounts/index.ts'
import type { PricedOrder } from '../orders/index.ts'
import {
  type CompiledRule,
  type CounterNeed,
  evaluateRule,
  type RuleFacts,
  type RuleViolation,
  violationDetails,
} from '../rules/index.ts'
import { toUsageKey, usageText } from '../usage/index.ts'
import { type Circumstances, occasionOf } from './circumstances.ts'
import { productsOf } from './products-of.ts'
import { campaignIdOf, kindOf, type Redeemable, type Target, targetIdOf } from './redeemable.ts'
import type { Refusal } from './refusal.ts'
import { deltaOf } from './usage-deltas.ts'

/** Where in a request the rules of one redeemable are asked. */
export type RuleStage = {
  redeemable: Redeemable
  target: Target
  /** The order as the redeemables before left it. */
  order: PricedOrder | undefined
  /** What they count towards limits, by counter. */
  usage: ReadonlyMap<string, number>
  /** The order after the effect of this one, once that is known. */
  after?: PricedOrder | undefined
  applied?: Money
}

/** Rules that ask what an effect leaves can be asked only after it (R-ALG-02). */
const isAskedAfter = ({ needs }: CompiledRule): boolean =>
  needs.usesTotalAmount || needs.counters.some(({ measure }) => measure === 'orders_discount')

const PRECEDENCE: readonly RuleViolation['key'][] = [
  'missing_customer',
  'customer_rules_violated',
  'missing_order',
  'missing_order_items',
  'missing_amount',
  'order_rules_violated',
  'redemption_rules_violated',
]

/**
 * The rule that forbids the redeemable at this stage: of the customer before the order before the redemption
 * (R-RULE-09), each rule at the one stage at which it can be answered.
 */
export function decideRules(stage: RuleStage, circumstances: Circumstances): Refusal | undefined {
  const { rules } = stage.target
  if (rules.length === 0) return undefined
  const isAfter = stage.applied !== undefined
  const asked = rules.filter((rule) => isAskedAfter(rule) === isAfter)
  if (asked.length === 0) return undefined
  const facts = toRuleFacts(stage, circumstances)
  const violations = asked
    .flatMap((rule) => evaluateRule(rule, facts) ?? [])
    .filter(({ key }) => matters(key, circumstances))
  violations.sort((a, b) => PRECEDENCE.indexOf(a.key) - PRECEDENCE.indexOf(b.key))
  const [first] = violations
  return first && toRefusal(first, stage.target)
}

const CUSTOMER_KEYS: readonly RuleViolation['key'][] = [
  'missing_customer',
  'customer_rules_violated',
]

/** R-QUAL-04: a qualification may ask the rules of the customer alone, or all others. */
const matters = (key: RuleViolation['key'], { askedRules }: Circumstances): boolean =>
  askedRules === 'all' || CUSTOMER_KEYS.includes(key) === (askedRules === 'customer')

const toRefusal = (violation: RuleViolation, target: Target): Refusal => ({
  key: violation.key,
  details: violationDetails(violation, kindOf(target)),
  because: violation.because,
  customMessage: violation.message,
})

/** What rules may ask about. */
export function toRuleFacts(stage: RuleStage, circumstances: Circumstances): RuleFacts {
  const { redeemable, target, order, after } = stage
  const { now, timeZone, customer, metadata, appId } = circumstances
  return {
    now,
    timeZone,
    customer,
    holderId: target.voucher?.holderId ?? null,
    order: order && {
      amount: order.cart.amount === undefined ? undefined : remainingOf(order.cart),
      initialAmount: order.cart.initialAmount ?? order.cart.amount,
      totalAmount: after?.cart.amount === undefined ? undefined : totalsOf(after.cart).totalAmount,
      metadata: order.metadata,
      items: order.cart.lines,
    },
    redemption: {
      metadata,
      giftCredits: redeemable.credits,
      points: redeemable.reward?.points,
      apiKey: appId,
      userLogin: null,
    },
    isDiscountApplicable: (index) => {
      const line = order?.cart.lines[index]
      return line !== undefined && entryOf(productsOf(target.rules).scope, line) !== undefined
    },
    counters: (need) => countIncludingThis(need, stage, circumstances),
  }
}

/** R-RULE-07: what a counter says with the redemption at hand, and those before it in the request; R-QUAL-02: or nothing. */
function countIncludingThis(
  need: CounterNeed,
  { target, order, usage, applied = ZERO }: RuleStage,
  circumstances: Circumstances,
): number {
  if (!circumstances.usageOf) return 0
  const objectId = need.object === 'campaign' ? campaignIdOf(target) : targetIdOf(target)
  const own = deltaOf(need, { order, applied })
  if (objectId === null) return own
  const key = toUsageKey({ ...need, objectId }, occasionOf(circumstances))
  if (!key) return own
  const text = usageText(key)
  return circumstances.usageOf(text) + (usage.get(text) ?? 0) + own
}
