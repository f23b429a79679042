import type { Json, JsonObject } from '../../kernel/json.ts'
import { compileRule } from './compile-rule.ts'
import { parseRule } from './parse-rule.ts'
import type { CompiledRule, CounterNeed, RuleFacts, RuleItem } from './rule.ts'

/** A Monday. */
export const NOW = new Date('2026-06-01T12:00:00.000Z')

export const anItem = (fields: Partial<RuleItem> = {}): RuleItem => ({
  productId: 'prod_a',
  productSourceId: 'a',
  skuId: null,
  skuSourceId: null,
  collectionIds: [],
  quantity: 1,
  price: 1000,
  amount: null,
  metadata: {},
  productMetadata: {},
  ...fields,
})

type Order = NonNullable<RuleFacts['order']>

export const anOrder = (fields: Partial<Order> = {}): Order => ({
  amount: 10_000,
  initialAmount: 10_000,
  totalAmount: 9_000,
  metadata: {},
  items: [],
  ...fields,
})

/** The facts of a redemption by a customer on an order, as far as a test says nothing else. */
export const theFacts = (
  fields: Partial<Omit<RuleFacts, 'redemption'>> & {
    redemption?: Partial<RuleFacts['redemption']>
  } = {},
): RuleFacts => ({
  now: NOW,
  timeZone: 'UTC',
  customer: { id: 'cust_1', metadata: {}, segmentIds: [] },
  holderId: null,
  order: anOrder(),
  isDiscountApplicable: () => true,
  counters: () => 1,
  ...fields,
  redemption: {
    metadata: {},
    giftCredits: undefined,
    points: undefined,
    apiKey: 'key',
    userLogin: null,
    ...fields.redemption,
  },
})

export const compileRules = (rules: unknown, rest: object = {}): CompiledRule =>
  compileRule({ id: 'val_1', ...parseRule({ rules, ...rest }) })

/** A rule of one condition. */
export const oneRule = (
  name: string,
  conditions: JsonObject,
  rest: { property?: string; rules?: Json; error?: Json } = {},
): CompiledRule => compileRules({ 1: { name, conditions, ...rest } })

/** Counts by measure, object, subject and period. */
export const counting =
  (counts: Record<string, number>) =>
  ({ measure, object, subject, period }: CounterNeed): number =>
    counts[[measure, object, subject, period ?? 'ever'].join(' ')] ?? 0
