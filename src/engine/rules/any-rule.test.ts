import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Explain } from '../../kernel/explain.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { changesNeeded, evaluateRule, explainRule, parseRule } from './index.ts'
import { compileLogic, parseLogic } from './logic.ts'
import type { RuleFacts, RuleItem } from './rule.ts'
import { anItem, anOrder, compileRules, NOW, theFacts } from './rules.fixture.ts'

const value = fc.constantFrom<(string | number | boolean)[]>(
  'a',
  'b',
  '',
  '5',
  0,
  1,
  5,
  5.5,
  true,
  false,
)
const ids = fc.constantFrom('prod_a', 'prod_b', 'sku_1', 'pc_1')

const numberTest = fc.oneof(
  fc.dictionary(
    fc.constantFrom('$more_than', '$less_than', '$more_than_or_equal', '$less_than_or_equal'),
    fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 1 }),
    { minKeys: 1, maxKeys: 2 },
  ),
  fc.record({ $in: fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 3 }) }),
  fc.constant({ $dow: [1] }),
  fc.constant({ $dow: [2] }),
)
const anyTest = fc.dictionary(
  fc.constantFrom(
    '$is',
    '$is_not',
    '$in',
    '$not_in',
    '$not_differ',
    '$not_intersect',
    '$has_value',
  ),
  fc.array(value, { minLength: 1, maxLength: 3 }),
  { minKeys: 1, maxKeys: 2 },
)
const error = fc.option(fc.constantFrom({ message: 'one' }, { message: 'two' }), { nil: null })

const itemCondition = fc.oneof(
  fc.record({
    name: fc.constantFrom(
      'order.items.quantity',
      'order.items.price',
      'order.items.aggregated_quantity',
      'product.aggregated_amount',
    ),
    conditions: numberTest,
  }),
  fc.record({
    name: fc.constantFrom('order.items.metadata', 'product.metadata'),
    property: fc.constant('x'),
    conditions: anyTest,
  }),
)
const below = fc
  .array(itemCondition, { maxLength: 2 })
  .map((conditions) => Object.fromEntries(conditions.map((one, index) => [index + 1, one])))

const condition = fc.oneof(
  fc.record({
    name: fc.constantFrom(
      'order.amount',
      'order.total_amount',
      'order.items.count',
      'redemption.count.daily',
      'redemption.count.per_customer',
      'redemption.gift.amount',
      'order.items.price_any',
      'order.items.price_each',
      'product.quantity',
    ),
    conditions: numberTest,
    error,
  }),
  fc.record({
    name: fc.constantFrom(
      'customer.metadata',
      'order.metadata',
      'redemption.metadata',
      'order.items.metadata_each',
      'custom_event.metadata',
    ),
    property: fc.constant('x'),
    conditions: anyTest,
    error,
  }),
  fc.record({
    name: fc.constantFrom(
      'order.items.any',
      'order.items.every',
      'order.items.none',
      'order.items.cheapest',
      'order.items.most_expensive',
      'product.id',
      'sku.id',
    ),
    conditions: fc.oneof(
      fc.constant({}),
      fc.dictionary(
        fc.constantFrom('$is', '$is_not', '$in'),
        fc.array(ids, { minLength: 1, maxLength: 2 }),
        { minKeys: 1, maxKeys: 1 },
      ),
      fc.constant({ $from: ['pc_1'] }),
    ),
    rules: below,
    error,
  }),
  fc.record({
    name: fc.constant('customer.segment'),
    conditions: fc.constant({ $is: ['seg_1'] }),
    error,
  }),
  fc.record({
    name: fc.constant('publication.redeemable_by_linked_customer'),
    conditions: fc.constantFrom({ $is: [true] }, { $is: [false] }),
    error,
  }),
)

/** Logic over conditions 1 to `count`. */
const logicOver = (count: number): fc.Arbitrary<string> => {
  const { tree } = fc.letrec<{ tree: string; leaf: string; joined: string }>((tie) => ({
    leaf: fc.integer({ min: 1, max: count }).map(String),
    joined: fc
      .tuple(tie('tree'), fc.constantFrom('and', 'or', 'AND', 'Or'), tie('tree'))
      .map(([left, word, right]) => `(${left} ${word} ${right})`),
    tree: fc.oneof({ maxDepth: 3 }, tie('leaf'), tie('joined')),
  }))
  return tree
}

const rules = fc
  .array(condition, { minLength: 1, maxLength: 4 })
  .chain((conditions) =>
    fc.tuple(fc.constant(conditions), fc.option(logicOver(conditions.length), { nil: undefined })),
  )
  .map(([conditions, logic]) => ({
    ...Object.fromEntries(conditions.map((one, index) => [index + 1, one])),
    ...(logic !== undefined && { logic }),
  }))

const metadata: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom('x', 'y'),
  fc.oneof(value, fc.array(value, { maxLength: 3 })),
)
const small = fc.integer({ min: 0, max: 10 })
const item: fc.Arbitrary<RuleItem> = fc
  .record({
    productId: fc.constantFrom('prod_a', 'prod_b', null),
    skuId: fc.constantFrom('sku_1', null),
    collectionIds: fc.constantFrom<string[][]>([], ['pc_1']),
    quantity: small,
    price: fc.option(small, { nil: null }),
    metadata,
    productMetadata: metadata,
  })
  .map(anItem)

const facts: fc.Arbitrary<RuleFacts> = fc
  .record({
    hasCustomer: fc.boolean(),
    order: fc.option(
      fc.record({
        amount: fc.option(small, { nil: undefined }),
        totalAmount: fc.option(small, { nil: undefined }),
        metadata,
        items: fc.array(item, { maxLength: 3 }),
      }),
      { nil: undefined },
    ),
    metadata,
    segmentIds: fc.constantFrom<string[][]>([], ['seg_1']),
    holderId: fc.constantFrom('cust_1', 'cust_2', null),
    count: small,
    giftCredits: fc.option(small, { nil: undefined }),
  })
  .map(({ hasCustomer, order, segmentIds, holderId, count, giftCredits, ...rest }) =>
    theFacts({
      now: NOW,
      customer: hasCustomer ? { id: 'cust_1', metadata: rest.metadata, segmentIds } : undefined,
      order: order && anOrder(order),
      holderId,
      counters: () => count,
      redemption: { giftCredits, metadata: rest.metadata },
    }),
  )

const failing = ({ parts = [] }: Explain): Explain[] => parts.filter(({ passed }) => !passed)

describe('any rule', () => {
  it('is explained as it is evaluated, and asks for changes exactly when it fails', () => {
    fc.assert(
      fc.property(rules, facts, (written, given) => {
        const rule = compileRules(written)
        const violation = evaluateRule(rule, given)
        const explained = explainRule(rule, given)
        expect(explained.passed).toBe(violation === undefined)
        expect(changesNeeded(rule, given).length > 0).toBe(violation !== undefined)
        if (!violation) return
        expect(failing(explained).length).toBeGreaterThan(0)
        expect(violation.because).not.toBe('')
        for (const part of failing(explained)) expect(part.message).toBeTruthy()
      }),
      { numRuns: 400 },
    )
  })

  it('fails exactly when its logic over the explained conditions does', () => {
    fc.assert(
      fc.property(rules, facts, (written, given) => {
        const rule = compileRules(written)
        const parts = explainRule(rule, given).parts ?? []
        const { logic = '' } = parseRule({ rules: written }).rules as { logic?: string }
        const numbers: string[] = []
        const tree = parseLogic(
          logic,
          (number) => {
            if (!numbers.includes(number)) numbers.push(number)
            return number
          },
          '',
        )
        const passed = new Map(numbers.map((number, index) => [number, parts[index]?.passed]))
        const holds = compileLogic(tree, (number: string) => passed.get(number) === true)
        expect(evaluateRule(rule, given) === undefined).toBe(holds(undefined))
      }),
      { numRuns: 300 },
    )
  })

  it('means the same after it was stored and read', () => {
    fc.assert(
      fc.property(rules, facts, (written, given) => {
        const stored = JSON.parse(JSON.stringify(parseRule({ rules: written }).rules))
        expect(parseRule({ rules: stored }).rules).toEqual(stored)
        expect(evaluateRule(compileRules(stored), given)).toEqual(
          evaluateRule(compileRules(written), given),
        )
      }),
      { numRuns: 200 },
    )
  })

  it('never breaks on what somebody writes: it is stored or refused', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 4 }), (anything) => {
        const wild = JSON.parse(JSON.stringify({ rules: anything ?? null }))
        try {
          parseRule(wild)
        } catch (error) {
          expect(error).toMatchObject({ key: 'invalid_validation_rules' })
        }
      }),
      { numRuns: 300 },
    )
  })
})
