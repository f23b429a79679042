import type { Json, JsonObject } from '../../kernel/json.ts'
import type { CalendarPeriod } from '../validity/index.ts'
import type { Condition, Context } from './condition.ts'
import type { Logic } from './logic.ts'

type StoredJson = { [key: string]: Json }

/** A validation rule as stored (engine-core §9.1): the conditions as the wire writes them. */
export type RuleDefinition = {
  id: string
  rules: StoredJson
  error: { message: string } | null
  applicableTo: StoredJson | null
  bundleRules: StoredJson | null
}

/** A number that a rule compares, kept while redemptions are counted; the one at hand is in it (R-RULE-07). */
export type CounterNeed = {
  measure: 'redemptions' | 'orders_amount' | 'orders_discount'
  object: 'campaign' | 'redeemable'
  subject: 'everybody' | 'customer' | 'api_key' | 'user'
  /** Null counts for ever. */
  period: CalendarPeriod | null
  /** What the rule allows at most; null when it allows more in some case. */
  max: number | null
}

/** What must be known before a rule can be evaluated. */
export type RuleNeeds = {
  counters: readonly CounterNeed[]
  segmentIds: readonly string[]
  /** Collections whose items it looks for. */
  collectionIds: readonly string[]
  /** True when it looks at the order after the redeemable took effect (R-ALG-02). */
  usesTotalAmount: boolean
  usesCustomer: boolean
}

/** A rule that was understood once and can be evaluated any number of times. */
export type CompiledRule = {
  id: string
  applicableTo: JsonObject | null
  bundleRules: JsonObject | null
  needs: RuleNeeds
  logic: Logic<Condition>
  holds: (context: Context) => boolean
  /** Told when a condition without a message of its own fails (R-ERR-04). */
  message: string | undefined
}

/** A line of the cart, as far as rules look at it. */
export type RuleItem = {
  productId: string | null
  productSourceId: string | null
  skuId: string | null
  skuSourceId: string | null
  collectionIds: readonly string[]
  quantity: number
  /** Of one unit, in minor units. */
  price: number | null
  amount: number | null
  metadata: JsonObject
  productMetadata: JsonObject
  skuMetadata?: JsonObject
}

/** Everything that rules ask about; amounts in minor units. */
export type RuleFacts = {
  now: Date
  /** Of the project (R-TIME-02). */
  timeZone: string
  customer: { id: string | null; metadata: JsonObject; segmentIds: readonly string[] } | undefined
  /** Who the voucher was published to. */
  holderId: string | null
  order:
    | {
        /** What is left before this redeemable (R-RULE-08). */
        amount: number | undefined
        initialAmount: number | undefined
        /** What is left after its effect. */
        totalAmount: number | undefined
        metadata: JsonObject
        items: readonly RuleItem[]
      }
    | undefined
  redemption: {
    metadata: JsonObject
    giftCredits: number | undefined
    points: number | undefined
    apiKey: string
    userLogin: string | null
  }
  /** The metadata of the custom event that an earning rule looks at. */
  customEvent?: { metadata: JsonObject } | undefined
  isDiscountApplicable: (itemIndex: number) => boolean
  counters: (need: CounterNeed) => number
}

export type ViolationKey =
  | 'customer_rules_violated'
  | 'order_rules_violated'
  | 'redemption_rules_violated'
  | 'missing_customer'
  | 'missing_order'
  | 'missing_order_items'
  | 'missing_amount'

/** Why a rule forbids a redemption. */
export type RuleViolation = {
  key: ViolationKey
  ruleId: string
  /** The message the rule's owner wrote for it (R-ERR-04). */
  message?: string
  because: string
}
